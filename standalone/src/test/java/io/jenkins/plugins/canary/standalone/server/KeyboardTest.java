package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** A release manager without a mouse. */
class KeyboardTest {

    private static final Person BOB = new Person("bob", Set.of("release-managers"), true, true, true);

    @Test
    void approvesARelease() throws Exception {
        FakeRelease release = FakeRelease.seed().pass(53, 0);
        try (Chromium browser = Chromium.open();
                GateServer server = GateServer.start(release.api(), BOB, 0)) {
            PageProbe page = new PageProbe(browser);
            browser.show(1400, 1100, "light");
            page.open(server);
            press(browser, Keys.TAB);
            assertEquals("approve", page.js("return document.activeElement.dataset.action"));
            press(browser, Keys.ENTER);
            assertEquals("Approve phase Ramp 3?", page.text("dialog h3"));
            press(browser, Keys.ESCAPE);
            assertEquals("approve", page.js("return document.activeElement.dataset.action"), "focus comes back");
            press(browser, Keys.ENTER);
            assertEquals("cg-why", page.js("return document.activeElement.id"), "the comment comes first");
            // Without the comment that the plan wants, nothing is sent.
            press(browser, Keys.TAB, Keys.TAB, Keys.ENTER);
            assertEquals(Boolean.TRUE, page.js("return document.querySelector('dialog').open"));
            assertEquals(Status.AWAITING_APPROVAL, status(release));
            page.js("document.getElementById('cg-why').focus()");
            press(browser, "dashboards look fine");
            press(browser, Keys.TAB, Keys.TAB, Keys.ENTER);
            page.until(() -> !page.texts(".cg-button[data-action]").contains("Approve"));
            assertNotEquals(Status.AWAITING_APPROVAL, status(release));
            List<String> events = page.texts(".cg-events li");
            assertTrue(
                    events.stream()
                            .anyMatch(e ->
                                    e.contains("Phase Ramp 3 approved: dashboards look fine") && e.contains("bob")),
                    events.toString());
            assertNotEquals("BODY", page.js("return document.activeElement.tagName"), "focus is somewhere sensible");
        }
    }

    private static Status status(FakeRelease release) {
        return release.run().state().status(release.run().plan());
    }

    private static void press(Chromium browser, CharSequence... keys) {
        new Actions(browser.driver).sendKeys(keys).perform();
    }
}

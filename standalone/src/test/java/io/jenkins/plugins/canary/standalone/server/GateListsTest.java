package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Checklists and the watch on the gate page, in a real browser. */
class GateListsTest {

    private static final Person BOB = new Person("bob", Set.of(), true, true, true);

    private static Chromium browser;
    private static PageProbe page;

    private GateServer server;

    @BeforeAll
    static void openBrowser() throws Exception {
        browser = Chromium.open();
        page = new PageProbe(browser);
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void stop() {
        browser.leave();
        server.close();
    }

    private FakeRelease shown(FakeRelease release, Person person) throws Exception {
        server = GateServer.start(release.api(), person, 0);
        page.open(server);
        return release;
    }

    private static FakeRelease promoted() throws Exception {
        FakeRelease release = FakeRelease.cared().pass(1, 0);
        for (String item : List.of("On-call notified", "Rollback tested recently")) {
            release.run().command(new Input.TickItem("pre-canary", item, "ada"));
        }
        release.run().command(new Input.TickItem("during", "Error logs checked", "ada"));
        return release.pass(20, 0);
    }

    @Test
    void anItemIsTickedAndWithdrawnWithTheKeyboard() throws Exception {
        browser.show(1400, 1100, "light");
        FakeRelease release = shown(FakeRelease.cared().pass(1, 0), BOB);
        assertEquals("Before the first shift", page.text(".cg-says"));
        assertEquals("Waits for checklist pre-canary: 2 of 2 open", page.text(".cg-reason"));
        assertEquals("the rollout is waiting for it", page.texts(".cg-waited").get(0));
        page.js("document.querySelector('.cg-list input').focus()");
        browser.driver.switchTo().activeElement().sendKeys(Keys.SPACE);
        page.until(() -> page.text(".cg-reason").equals("Waits for checklist pre-canary: 1 of 2 open"));
        page.until(() -> page.texts(".cg-list li small").get(0).startsWith("bob, "));
        assertTrue(release.run().state().isTicked("pre-canary", "On-call notified"));
        browser.driver.switchTo().activeElement().sendKeys(Keys.SPACE);
        page.until(() -> page.text("dialog[open]").contains("The weight stays and does not rise"));
        browser.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        page.until(() -> page.text(".cg-reason").equals("Waits for checklist pre-canary: 2 of 2 open"));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void whatACriterionProvesHasNoCheckbox() throws Exception {
        browser.show(1400, 1100, "light");
        shown(FakeRelease.cared().pass(1, 0), BOB);
        page.until(() -> page.texts(".cg-list li").size() == 5);
        assertEquals(4L, page.js("return document.querySelectorAll('.cg-list input').length"));
        assertTrue(
                page.texts(".cg-list li small").get(3).startsWith("Proof: error-rate <= 1%, error-rate is "),
                page.texts(".cg-list li small").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void anAddressInAnItemCanBeFollowed(String scheme, @TempDir Path dir) throws Exception {
        browser.show(1400, 1100, scheme);
        String look =
                "Monitor dashboard (https://grafana.example.com/d/canary-shop?from=now-1h), then https://log.example.com.";
        FakeRelease release = FakeRelease.inFile(PlanReader.read("""
                name: shop
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases: [ { name: Half, weight: 50, hold: 5m }, { name: Full, weight: 100 } ]
                gate: [ { metric: success-rate, min: 99% } ]
                checklists:
                  look: { when: during, items: [ "LOOK", "javascript:alert(1) and http is no address" ] }
                """.replace("LOOK", look)), dir.resolve("r.jsonl"))
                .pass(1, 0);
        shown(release, BOB);
        page.until(() -> page.texts(".cg-list li").size() == 2);
        assertEquals(
                List.of(
                        "https://grafana.example.com/d/canary-shop?from=now-1h noopener noreferrer",
                        "https://log.example.com/ noopener noreferrer"),
                page.strings("return [...document.querySelectorAll('.cg-list a')].map((a) => `${a.href} ${a.rel}`)"));
        assertEquals(look, page.texts(".cg-list li").get(0));
        assertEquals(List.of(), page.weakTexts());
        release.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void aBreachAsksAndIsAnswered(String scheme) throws Exception {
        browser.show(420, 900, scheme);
        FakeRelease release = shown(promoted().becomes("ERRORS").pass(2, 0), BOB);
        assertEquals("v2.4.0 is promoted and on watch", page.text(".cg-says"));
        assertTrue(
                page.text(".cg-watch .cg-alarm").contains("Keep the version, or roll it back."),
                page.text(".cg-watch"));
        assertEquals(List.of(), page.weakTexts());
        assertEquals(List.of(), page.sticksOut());
        page.click("[data-action=keep]");
        page.until(() -> !page.text("dialog[open]").isEmpty());
        page.click("dialog [type=submit]");
        page.until(() -> page.text(".cg-watch .cg-alarm").contains("Kept by bob despite the breach."));
        assertEquals("bob", release.run().state().watch().breach().accepted());
    }
}

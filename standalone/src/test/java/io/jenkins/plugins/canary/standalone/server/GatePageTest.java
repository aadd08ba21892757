package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the gate page shows and does, in a real browser, over true rollouts in virtual time. */
class GatePageTest {

    private static final Person BOB = new Person("bob", Set.of("release-managers"), true, true, true);

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

    @BeforeEach
    void forgetComplaints() {
        browser.show(1400, 1100, "light");
        browser.anew();
    }

    @AfterEach
    void stop() {
        browser.leave();
        if (server != null) {
            server.close();
        }
    }

    private FakeRelease shown(FakeRelease release, Person person) throws Exception {
        server = GateServer.start(release.api(), person, 0);
        page.open(server);
        return release;
    }

    @Test
    void showsAHealthyReleaseAndFollowsIt() throws Exception {
        FakeRelease release = shown(FakeRelease.seed().pass(9, 0), BOB);
        assertEquals("api-gateway", page.text("h2"));
        assertEquals("v2.4.0", page.text(".cg-version"));
        assertEquals("Watching phase Ramp 1 at 10%", page.text(".cg-says"));
        assertTrue(
                page.text(".cg-reason").startsWith("Every criterion passes, green for 3 min"), page.text(".cg-reason"));
        assertEquals(
                List.of("success-rate", "latency p50", "latency p99", "error-rate", "5xx-rate"),
                page.texts(".cg-matrix tbody .cg-metric"));
        assertEquals(
                "at most 500 ms, at most 30% above stable",
                page.texts(".cg-threshold").get(2));
        assertTrue(
                page.texts(".cg-value").get(2).matches("(2[6-9]\\d|30\\d)(\\.\\d)? ms"),
                page.texts(".cg-value").get(2));
        assertEquals(List.of("Pass", "Pass", "Pass", "Pass", "Pass"), page.texts(".cg-matrix .cg-verdict > span"));
        assertEquals(
                List.of("Passed", "Watching", "Ahead", "Ahead", "Ahead"),
                page.texts("tr[data-state] .cg-verdict > span"));
        assertEquals("100", page.js("return document.querySelector('[role=progressbar]').ariaValueNow"));
        assertEquals(5, page.texts("[role=meter]").size());
        String share = (String) page.js("return document.querySelector('.cg-chart').getAttribute('aria-label')");
        assertTrue(share.contains("observed share 10% now"), share);
        release.pass(7, 0);
        page.until(".cg-says", "Watching phase Ramp 2 at 25%");
        page.until(() ->
                page.texts(".cg-events li").stream().anyMatch(e -> e.contains("The gate of phase Ramp 1 passed")));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void showsWhyABadReleaseWasTakenBack() throws Exception {
        FakeRelease release = shown(FakeRelease.seed().pass(7, 0), BOB);
        release.becomes("ERRORS").pass(1, 0);
        page.until(".cg-says", "v2.4.0 was rolled back");
        assertEquals("success-rate is 91.4%, below the minimum of 95%", page.text(".cg-reason"));
        assertEquals(List.of("Fail", "Pass", "Pass", "Fail", "Fail"), page.texts(".cg-matrix .cg-verdict > span"));
        assertEquals("91.4%", page.texts(".cg-value").get(0));
        assertEquals(
                "success-rate is 91.4%, below the minimum of 99%",
                page.texts(".cg-complaint").get(0));
        assertEquals("fired", page.texts(".cg-remark").get(0));
        assertEquals(
                "Rolled back", page.texts("tr[data-state] .cg-verdict > span").get(1));
        assertEquals("Ended", page.text(".cg-connection"));
        assertEquals(List.of(), page.texts(".cg-button[data-action]"));
        assertTrue(page.texts(".cg-events li")
                .get(0)
                .startsWith("Rolled back, router verified at 0%: success-rate is 91.4%"));
    }

    @Test
    void holdsWithAReasonAndSaysWhatWasRefused() throws Exception {
        FakeRelease release = shown(FakeRelease.seed().pass(3, 0), BOB);
        page.click("[data-action=hold]");
        page.js("document.getElementById('cg-why').value = 'on-call asked'");
        page.click("dialog [type=submit]");
        page.until(".cg-says", "On hold in phase Initial at 5%");
        page.until(".cg-reason", "on-call asked");
        page.until(() -> page.texts(".cg-button[data-action]").equals(List.of("Lift hold", "Roll back now")));
        page.click("[data-action=release]");
        release.run().command(new Input.LiftHold("alice"));
        page.click("dialog [type=submit]");
        page.until("dialog [role=alert]", "the rollout is not on hold");
    }

    @Test
    void rejectingStandsBesideApprovingAndRollingBackByItself() throws Exception {
        shown(FakeRelease.seed().pass(53, 0), BOB);
        assertEquals(List.of("Approve", "Reject"), page.texts("[data-group=decision] button"));
        assertEquals(List.of("Roll back now"), page.texts("[data-group=end] button"));
        assertEquals("danger", page.js("return document.querySelector('[data-action=rollback]').dataset.look"));
        assertNull(page.js("return document.querySelector('[data-action=reject]').dataset.look"));
        page.click("[data-action=reject]");
        assertEquals("Reject phase Ramp 3?", page.text("dialog h3"));
        assertEquals("Reject and roll back", page.text("dialog [type=submit]"));
        page.click("dialog [type=button]");
        page.click("[data-action=rollback]");
        assertEquals("Roll back now", page.text("dialog [type=submit]"));
    }

    @Test
    void showsTheObservedShareBesideAWeightThatItContradicts() throws Exception {
        FakeRelease release = shown(FakeRelease.seed().pass(9, 0), BOB);
        assertEquals("10%", page.text(".cg-facts dd"));
        release.routerSends(0.02).pass(2, 0);
        page.until(() -> page.text(".cg-facts dd").matches("10% set, \\d(\\.\\d+)?% observed"));
        assertTrue(page.text(".cg-reason").startsWith("Waiting for observed traffic to match 10%"));
    }

    @Test
    void theTabSaysHowItIs() throws Exception {
        FakeRelease release = shown(FakeRelease.seed().pass(9, 0), BOB);
        String icon = "return document.querySelector('link[rel=icon]').href.split('/').pop()";
        page.until(() -> "icon-good.svg".equals(page.js(icon)));
        assertEquals("Watching phase Ramp 1 at 10% · api-gateway v2.4.0", browser.driver.getTitle());
        release.becomes("ERRORS").pass(1, 0);
        page.until(() -> "icon-bad.svg".equals(page.js(icon)));
        page.until(() -> browser.driver.getTitle().startsWith("v2.4.0 was rolled back"));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void goesOnEarlyOnlyWithAReason() throws Exception {
        shown(FakeRelease.seed().pass(3, 0), BOB);
        page.click("[data-action=promote]");
        page.until("dialog label", "Reason (needed)");
        page.click("dialog [type=submit]");
        assertEquals(Boolean.TRUE, page.js("return document.querySelector('dialog').open"));
        page.js("document.getElementById('cg-why').value = 'the errors are a test run\\'s'");
        page.click("dialog [type=submit]");
        page.until(() -> page.texts(".cg-events li").stream()
                .anyMatch(e ->
                        e.contains("without waiting for the gate: the errors are a test run's") && e.contains("bob")));
    }

    @Test
    void whoMayOnlyLookSeesNoButtons() throws Exception {
        shown(FakeRelease.seed().pass(3, 0), Person.reader("eve"));
        assertEquals(List.of(), page.texts(".cg-button[data-action]"));
        assertEquals(List.of(), page.texts("input[type=checkbox]"));
        assertEquals(2, page.texts(".cg-list li").size());
    }

    @Test
    void ticksAndWithdrawsAnItem() throws Exception {
        shown(FakeRelease.seed().pass(3, 0), BOB);
        page.click(".cg-list li:nth-child(2) input");
        page.until(".cg-list li:nth-child(2) small", "bob");
        page.click(".cg-list li:nth-child(2) input");
        page.until("dialog p", "Failover drill done");
        page.click("dialog [type=submit]");
        page.until(() -> page.text(".cg-list li:nth-child(2) small").isEmpty());
        assertEquals(Boolean.FALSE, page.js("return document.querySelectorAll('.cg-list input')[1].checked"));
    }

    @Test
    void textFromElsewhereIsNeverMarkup() throws Exception {
        String probe = "<img src=x onerror=\"window.hit=1\"><script>window.hit=2</script>{{1+1}}'\"";
        FakeRelease release = shown(FakeRelease.hostile(probe).pass(1, 0), BOB);
        release.run().command(new Input.SetHold(probe, probe));
        release.run().command(new Input.TickItem(probe, probe, probe));
        page.until(".cg-reason", "onerror");
        release.run().command(new Input.LiftHold(probe));
        release.becomes("HOSTILE").pass(1, 0);
        page.until(".cg-reason", "nothing advances");
        assertTrue(page.text("h2").contains("<img src=x"), page.text("h2"));
        assertTrue(page.text(".cg-list").contains("<script>"), page.text(".cg-list"));
        assertTrue(page.text(".cg-events").contains(probe.substring(0, 20)), page.text(".cg-events"));
        page.click("[data-action=rollback]");
        assertTrue(page.text("dialog h3").contains("v2.4.0"));
        assertNull(page.js("return window.hit"));
        assertEquals(0L, page.js("return document.querySelectorAll('#canary-gate img, #canary-gate script').length"));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void saysThatTheConnectionIsLostAndComesBack() throws Exception {
        FakeRelease release = shown(FakeRelease.seed().pass(3, 0), BOB);
        int port = server.address().getPort();
        server.close();
        page.until(".cg-connection", "Connection lost, retrying in");
        release.pass(3, 0);
        server = GateServer.start(release.api(), BOB, port);
        page.until(".cg-connection", "Live");
        page.until(".cg-says", "Watching phase Ramp 1");
    }

    @Test
    void anotherRolloutAtTheSameAddressReplacesTheFirst() throws Exception {
        shown(FakeRelease.seed().pass(20, 0), BOB);
        int port = server.address().getPort();
        server.close();
        server =
                GateServer.start(FakeRelease.named("checkout", "bob").pass(1, 0).api(), BOB, port);
        page.until("h2", "checkout");
        page.until(() -> page.texts(".cg-events li").size() == 3);
    }

    @Test
    void readsOutWhatChangesAndNotEveryTick() throws Exception {
        FakeRelease release = shown(FakeRelease.seed().pass(6, 0), BOB);
        page.js(
                "window.said = []; new MutationObserver(() => window.said.push(document.querySelector('[role=status]')"
                        + ".textContent)).observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true })");
        long seq = seq();
        release.pass(2, 0);
        page.until(() -> seq() >= seq + 8);
        assertEquals(List.of(), page.strings("return window.said"));
        release.becomes("DOWN").pass(0, 15);
        page.until(() -> !page.strings("return window.said").isEmpty());
        String said = page.strings("return window.said").get(0);
        assertTrue(said.contains("source unavailable"), said);
    }

    private static long seq() {
        return Long.parseLong((String) page.js("return document.getElementById('canary-gate').dataset.seq"));
    }

    @Test
    void stopsAskingOnceTheRolloutHasEnded() throws Exception {
        FakeRelease release =
                shown(FakeRelease.seed().pass(7, 0).becomes("ERRORS").pass(1, 0), BOB);
        assertEquals(
                Status.ROLLED_BACK, release.run().state().status(release.run().plan()));
        page.js(
                "window.asked = 0; const was = window.fetch; window.fetch = (...a) => { window.asked++; return was(...a); }");
        page.js("document.dispatchEvent(new Event('visibilitychange'))");
        assertEquals(0L, page.js("return window.asked"));
        assertFalse(page.text(".cg-connection").contains("lost"));
    }
}

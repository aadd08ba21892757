package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.OutputType;

/**
 * Probes, what they prove, a gate's score, and whom nobody told, on the gate page in a real browser. With {@code
 * -Dcanary.screenshots=DIR} it leaves pictures there.
 */
class GateProbesTest {

    private static final Person BOB = new Person("bob", Set.of(), true, true, true);
    private static final List<RolloutStatusResponse.FailedDeliveryRow> FAILED_DELIVERIES = List.of(
            new RolloutStatusResponse.FailedDeliveryRow(
                    "env:RELEASES_WEBHOOK", "slack", "shiftApplied", 8, "it answered 503", 1L, true),
            new RolloutStatusResponse.FailedDeliveryRow(
                    "(controller)", "teams", "shiftApplied", 2, "it does not answer (ConnectException)", 1L, false),
            new RolloutStatusResponse.FailedDeliveryRow(
                    "credentials:release-hook", "json", null, 0, "there is no such credential", null, true));

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

    private static ProbeResult result(
            String probe,
            Track track,
            CheckOutcome outcome,
            String says,
            int requests,
            Map<Integer, Integer> statuses) {
        return new ProbeResult(
                probe,
                track,
                outcome,
                says,
                List.of(),
                requests,
                statuses,
                statuses.isEmpty() ? Map.of() : Map.of("p95", 0.0123),
                1_770_000_000_000L,
                100);
    }

    /** One of each: passed, failed, not answered, not run. */
    private static FakeRelease probed() {
        FakeRelease release = FakeRelease.probed().pass(4, 0);
        release.run()
                .probed(result(
                        "limit-of-recommendations",
                        Track.CANARY,
                        CheckOutcome.PASS,
                        "all 9 expectations were met",
                        120,
                        Map.of(200, 100)));
        release.run()
                .probed(result(
                        "limit-of-recommendations",
                        Track.STABLE,
                        CheckOutcome.UNAVAILABLE,
                        "the plan does not say where the"
                                + " stable track is reached: write probes.stable: { url: ... }",
                        0,
                        Map.of()));
        release.run()
                .probed(result(
                        "origins",
                        Track.CANARY,
                        CheckOutcome.FAIL,
                        "a foreign origin is not allowed: 1 of 1 answers to the"
                                + " origin https://foreign.example has Access-Control-Allow-Origin: *",
                        1,
                        Map.of(204, 1)));
        release.run()
                .probed(result(
                        "replay",
                        Track.CANARY,
                        CheckOutcome.UNAVAILABLE,
                        "every request is answered: 2 of 2 requests were"
                                + " not answered: it did not connect within 5s",
                        2,
                        Map.of()));
        return release;
    }

    private void shown(
            FakeRelease release,
            List<RolloutStatusResponse.FailedDeliveryRow> failedDeliveries,
            int width,
            String theme,
            String language)
            throws Exception {
        browser.driver.executeCdpCommand(
                "Emulation.setUserAgentOverride", Map.of("userAgent", "Chromium", "acceptLanguage", language));
        browser.show(width, width < 1000 ? 4400 : 1900, theme);
        browser.anew();
        server = GateServer.start(release.api(failedDeliveries), BOB, 0);
        page.open(server);
    }

    @ParameterizedTest
    @CsvSource({"1400, light, en", "1400, dark, en", "400, light, en", "400, dark, de", "1400, light, de"})
    void fitsAndCanBeRead(int width, String theme, String language) throws Exception {
        shown(probed(), FAILED_DELIVERIES, width, theme, language);
        page.until(() -> page.texts(".cg-probes li").size() == 5);
        picture("probes-" + theme + "-" + width + "-" + language);
        assertEquals(List.of(), page.sticksOut());
        assertEquals(List.of(), page.weakTexts());
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void everyProbeIsThereWithWhatItCameTo() throws Exception {
        FakeRelease release = probed();
        shown(release, List.of(), 1400, "light", "en");
        page.until(() -> page.texts(".cg-probes li").size() == 5);
        assertEquals(
                List.of(
                        "limit-of-recommendations on canary",
                        "limit-of-recommendations on stable",
                        "origins on canary",
                        "replay on canary",
                        "counts"),
                page.texts(".cg-probes strong"));
        assertEquals(
                List.of("Pass", "Undecided", "Fail", "Undecided", "Not yet run"),
                page.texts(".cg-probes .cg-verdict > span"));
        assertTrue(
                page.texts(".cg-probes p.cg-quiet").get(0).startsWith("120 requests (100 x 200), p95 12.3 ms, "),
                page.texts(".cg-probes p.cg-quiet").get(0));
        assertTrue(page.texts(".cg-probes p.cg-quiet").get(2).startsWith("1 request (1 x 204), "));
        assertEquals("", page.texts(".cg-probes p.cg-quiet").get(4));
        assertEquals(
                "load 20/s on /health to canary",
                page.texts("tr[data-state] .cg-threshold").get(0));

        release.run()
                .probed(result(
                        "origins", Track.CANARY, CheckOutcome.PASS, "all 2 expectations were met", 2, Map.of(204, 2)));
        page.until(() -> page.texts(".cg-probes .cg-verdict > span").get(2).equals("Pass"));
        assertEquals(List.of(), page.texts(".cg-failed-deliveries li"), "everybody was told");
    }

    @Test
    void aProbeProvesItsItemAndPeopleTickTheOther() throws Exception {
        FakeRelease release = probed();
        shown(release, List.of(), 1400, "light", "en");
        page.until(() -> page.texts(".cg-list li").size() == 2);
        assertEquals(1L, page.js("return document.querySelectorAll('.cg-list input').length"));
        assertTrue(
                page.texts(".cg-list li small")
                        .get(1)
                        .startsWith(
                                "Proof: probe limit-of-recommendations passes, probe limit-of-recommendations: all met, "),
                page.texts(".cg-list li small").get(1));
        assertTrue(page.text(".cg-list legend").contains("1 of 2"), page.text(".cg-list legend"));
        page.click(".cg-list input");
        page.until(() -> page.texts(".cg-list li small").get(0).startsWith("bob, "));
        page.until(() -> page.text("#canary-gate").contains("The cap of 50% is lifted."));
        assertTrue(release.run().state().isTicked("limiter-coverage", "Limiter covers all intended endpoints"));
    }

    @Test
    void theScoreDecidesAndOneFailureIsNoAlarm() throws Exception {
        FakeRelease release = probed();
        shown(release, List.of(), 1400, "light", "en");
        assertEquals("Score 75", page.text(".cg-score .cg-verdict"));
        assertEquals("of 100, green from 75, red below 50", page.text(".cg-score .cg-quiet"));
        assertTrue(page.text(".cg-reason").startsWith("The score passes, green for "), page.text(".cg-reason"));
        assertEquals("GOOD", page.js("return document.querySelector('[data-health]').dataset.health"));
        assertEquals(
                "Fail", page.texts(".cg-matrix .cg-verdict > span").get(3), "one of the criteria fails all the same");
        assertEquals("every expectation is met", page.texts(".cg-threshold").get(3));
        assertEquals("", page.texts(".cg-complaint").get(3), "which the probes tell at length");
        release.becomes("ERRORS").pass(0, 15);
        page.until(() -> page.text(".cg-score .cg-verdict").equals("Score 25")
                || page.text(".cg-says").contains("rolled back"));
    }

    @Test
    void whoWasNotToldIsSaidQuietly() throws Exception {
        shown(probed(), FAILED_DELIVERIES, 1400, "light", "en");
        assertEquals(
                List.of(
                        "Slack env:RELEASES_WEBHOOK: not delivered, tries: 8, last: it answered 503",
                        "Microsoft Teams (controller): not delivered yet, tries so far: 2, last: it does not answer (ConnectException)",
                        "Webhook credentials:release-hook: no notifications: there is no such credential"),
                page.texts(".cg-failed-deliveries li"));
    }

    private static void picture(String name) throws Exception {
        String folder = System.getProperty("canary.screenshots");
        if (folder != null) {
            Files.createDirectories(Path.of(folder));
            Files.write(Path.of(folder, name + ".png"), browser.driver.getScreenshotAs(OutputType.BYTES));
        }
    }
}

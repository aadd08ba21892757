package io.jenkins.plugins.canary.engine.metric.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.metric.expr.WindowSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final long KEEP = 300_000;
    private static final Selector ALL = new Selector(Track.CANARY, "r", List.of());

    private static ScrapedWindow window(History history, long end) {
        return new ScrapedWindow(Map.of(Track.CANARY, List.of(history)), end - KEEP, end, new WorkBudget(10_000_000));
    }

    private static List<Sample> page(int series, String salt, double value) {
        List<Sample> page = new ArrayList<>();
        for (int i = 0; i < series; i++) {
            page.add(new Sample("r", Map.of("id", salt + i), value, null));
        }
        return page;
    }

    @Test
    void newLabelsInEveryScrapeDoNotPileUp() {
        History history = new History(new History.Limits(1_000, 100_000, 1 << 20));
        for (int i = 0; i < 100; i++) {
            history.add(i * 1_000L, page(400, "scrape" + i + "-", 1), KEEP);
        }
        assertEquals(1_000, history.size());
    }

    @Test
    void whatWasDroppedMakesNoSmallerNumber() {
        History history = new History(new History.Limits(10, 100_000, 1 << 20));
        history.add(0, page(10, "a", 1), KEEP);
        history.add(1_000, page(10, "a", 2), KEEP);
        assertTrue(window(history, 1_000).sum(WindowSamples.Over.INCREASE, ALL).orElseThrow() >= 10);
        history.add(2_000, page(11, "a", 3), KEEP);
        assertEquals(
                "r",
                assertThrows(
                                ScrapedWindow.Incomplete.class,
                                () -> window(history, 2_000).sum(WindowSamples.Over.INCREASE, ALL))
                        .getMessage());
        assertThrows(
                ScrapedWindow.Incomplete.class, () -> window(history, 2_000).latest(ALL));
        assertThrows(
                ScrapedWindow.Incomplete.class, () -> window(history, 2_000).rateByUpperBound(ALL));
        assertTrue(
                window(history, 2_000)
                        .latest(new Selector(Track.CANARY, "other", List.of()))
                        .isEmpty(),
                "other names are whole");
    }

    @Test
    void itIsWholeAgainOnceTheWindowHasPassed() {
        History history = new History(new History.Limits(10, 100_000, 1 << 20));
        history.add(0, page(20, "a", 1), KEEP);
        for (long at = 10_000; at <= KEEP + 10_000; at += 10_000) {
            history.add(at, page(5, "a", at), KEEP);
        }
        assertTrue(window(history, KEEP + 10_000)
                .sum(WindowSamples.Over.INCREASE, ALL)
                .isPresent());
    }

    @Test
    void longLabelsAndManySamplesCountToo() {
        History labels = new History(new History.Limits(1_000, 100_000, 1_000));
        labels.add(0, page(10, "x".repeat(200), 1), KEEP);
        assertTrue(labels.size() < 5 && !labels.isWhole("r", -1));

        History samples = new History(new History.Limits(1_000, 50, 1_000));
        List<Sample> flood = new ArrayList<>();
        for (long i = 1; i <= 100; i++) {
            flood.add(new Sample("r", Map.of(), i, i));
        }
        samples.add(1_000, flood, KEEP);
        int[] kept = {0};
        samples.forEach(ALL, new WorkBudget(1_000), (key, points) -> kept[0] += points.size());
        assertEquals(50, kept[0]);
        assertFalse(samples.isWhole("r", 0));
    }

    @Test
    void lookingIsBounded() {
        History history = new History();
        history.add(0, page(1_000, "a".repeat(1_000), 1), KEEP);
        Selector slow = ALL.with(new Matcher("id", Matcher.Op.MATCHES, "(.*a){50}z"));
        assertThrows(WorkBudget.Exceeded.class, () -> window(history, 0).latest(slow));
    }
}

package io.jenkins.plugins.canary.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.report.monitoring.DoraGauges;
import io.jenkins.plugins.canary.engine.report.monitoring.ScrapeAnswer;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoraMetricsTest {

    @TempDir
    Path dir;

    private int journals;

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long NOW = 1_000 * DAY;

    private static PastRollout promoted(long endedAt, long lead) {
        return rollout(Outcome.PROMOTED, new PastRollout.Times(endedAt - lead, endedAt - HOUR, endedAt, -1, -1));
    }

    private static PastRollout rolledBack(long endedAt, long detect, long restore) {
        return rollout(Outcome.ROLLED_BACK, new PastRollout.Times(0, endedAt - HOUR, endedAt, detect, restore));
    }

    private static PastRollout rollout(Outcome outcome, PastRollout.Times times) {
        return new PastRollout("api", "v2", outcome, times);
    }

    @Test
    void figuresAreCountedAsDefined() {
        List<PastRollout> all = new ArrayList<>();
        for (int i = 1; i <= 15; i++) {
            all.add(promoted(NOW - i * DAY, i * HOUR));
        }
        for (int i = 1; i <= 5; i++) {
            all.add(rolledBack(NOW - i * DAY, i * MINUTE, 30_000));
        }
        DoraMetrics dora = DoraMetrics.of(all, NOW);
        assertEquals(20, dora.deployments());
        assertEquals(0.5, dora.promotedPerDay());
        assertEquals(0.25, dora.changeFailureRate());
        assertEquals(8 * HOUR, dora.leadTime().millis(), "the middle of 1 h to 15 h");
        assertEquals(3 * MINUTE + 30_000, dora.timeToRestore().millis(), "from the first failing check");
    }

    @Test
    void tooFewRolloutsHaveNoFigures() {
        List<PastRollout> all = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            all.add(promoted(NOW - i * DAY, HOUR));
            all.add(rolledBack(NOW - i * DAY, -1, MINUTE));
        }
        DoraMetrics few = DoraMetrics.of(all, NOW);
        assertNull(few.changeFailureRate());
        assertNull(few.leadTime().millis());
        assertEquals(4, few.timeToRestore().of());
        assertNull(few.timeToRestore().millis());
        all.add(rolledBack(NOW - DAY, -1, 3 * MINUTE));
        assertEquals(
                MINUTE, DoraMetrics.of(all, NOW).timeToRestore().millis(), "without a failing check: the decision");
    }

    @Test
    void whatIsNotKnownIsNoFigure() {
        List<PastRollout> all = IntStream.range(0, 10)
                .mapToObj(i -> rollout(Outcome.PROMOTED, new PastRollout.Times(0, NOW - DAY, NOW - HOUR, -1, -1)))
                .toList();
        assertEquals(new DoraMetrics.Median(0, null), DoraMetrics.of(all, NOW).leadTime());
        assertEquals(10, DoraMetrics.of(all, NOW).promoted());
    }

    private PastRollout read(RolloutEvent... events) throws Exception {
        Path journal = dir.resolve(++journals + ".jsonl");
        try (FileJournal file = FileJournal.open(journal, e -> {})) {
            file.append(List.of(events));
        }
        return PastRollout.read(journal).orElse(null);
    }

    private static RolloutEvent.Started started(Long committedAt) {
        return new RolloutEvent.Started(10, "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of())
                .with(Map.of(), committedAt);
    }

    @Test
    void journalTellsOfTheFirstCommitAndOfThePromotion() throws Exception {
        RolloutEvent shift = new RolloutEvent.ShiftIntended(11, 0, Weight.ZERO, Weight.ofPercent(5));
        RolloutEvent watched = new RolloutEvent.WatchStarted(20, 90, Weight.ofPercent(100));
        RolloutEvent promoted = new RolloutEvent.Ended(90, Outcome.PROMOTED, "", Weight.ofPercent(100));
        assertEquals(
                new PastRollout.Times(5, 10, 20, -1, -1),
                read(started(5L), shift, watched, promoted).times(),
                "the watch is no part of the lead time");
        assertEquals(
                new PastRollout.Times(0, 10, 90, -1, -1),
                read(started(null), shift, promoted).times());
        RolloutEvent back = new RolloutEvent.RollbackIntended(30, "refused", null, "ada");
        RolloutEvent rolledBack = new RolloutEvent.Ended(31, Outcome.ROLLED_BACK, "", Weight.ZERO);
        assertEquals(
                new PastRollout.Times(5, 10, 31, -1, 1),
                read(started(5L), shift, watched, back, rolledBack).times());
        assertNull(read(started(5L), back, rolledBack), "it never got traffic");
    }

    private static List<PastRollout> some(Random random) {
        List<PastRollout> all = new ArrayList<>();
        for (int i = random.nextInt(60); i > 0; i--) {
            long at = NOW - random.nextLong(60 * DAY);
            Outcome[] outcomes = Outcome.values();
            PastRollout.Times times = new PastRollout.Times(
                    random.nextBoolean() ? 0 : at - random.nextLong(10 * DAY),
                    at - HOUR,
                    at,
                    random.nextLong(HOUR) - 1,
                    random.nextLong(HOUR) - 1);
            all.add(rollout(outcomes[random.nextInt(outcomes.length)], times));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void propertiesHoldForAnyHistory(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            List<PastRollout> all = some(random);
            DoraMetrics dora = DoraMetrics.of(all, NOW);
            List<PastRollout> shuffled = new ArrayList<>(all);
            Collections.shuffle(shuffled, random);
            assertEquals(dora, DoraMetrics.of(shuffled, NOW), "the order says nothing");

            List<PastRollout> older = new ArrayList<>(all);
            older.add(promoted(NOW - 30 * DAY, HOUR));
            older.add(promoted(NOW + 1, HOUR));
            assertEquals(dora, DoraMetrics.of(older, NOW), "what ended outside of the window says nothing");

            List<PastRollout> more = new ArrayList<>(all);
            more.add(promoted(NOW, HOUR));
            DoraMetrics better = DoraMetrics.of(more, NOW);
            assertEquals(dora.promoted() + 1, better.promoted());
            assertTrue(better.deployments() - better.promoted() == dora.deployments() - dora.promoted());
            if (dora.changeFailureRate() != null) {
                assertTrue(better.changeFailureRate() <= dora.changeFailureRate());
                assertTrue(dora.changeFailureRate() >= 0 && dora.changeFailureRate() <= 1);
            }
            if (dora.leadTime().millis() != null) {
                long least = all.stream()
                        .filter(r -> r.outcome() == Outcome.PROMOTED)
                        .filter(r -> r.times().committedAt() != 0)
                        .mapToLong(r -> r.times().endedAt() - r.times().committedAt())
                        .min()
                        .orElseThrow();
                assertTrue(dora.leadTime().millis() >= least);
                assertTrue(dora.leadTime().millis() <= 10 * DAY);
            }
        }
    }

    @Test
    void gaugesTellOfEachNameAndLeaveOutWhatIsNotKnown() throws Exception {
        List<PastRollout> all = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            all.add(promoted(NOW - i * HOUR, 2 * HOUR));
        }
        all.add(new PastRollout("shop", null, Outcome.ROLLED_BACK, new PastRollout.Times(0, NOW, NOW, 1_000, 2_000)));
        String text = new String(
                ScrapeAnswer.of(DoraGauges.of(all, NOW), "text/plain").text(), StandardCharsets.UTF_8);
        assertTrue(text.contains("canary_dora_promoted{name=\"api\"} 20.0\n"), text);
        assertTrue(text.contains("canary_dora_change_failure_ratio{name=\"api\"} 0.0\n"), text);
        assertTrue(text.contains("canary_dora_lead_time_seconds{name=\"api\"} 7200.0\n"), text);
        assertTrue(text.contains("canary_dora_deployments{name=\"shop\"} 1.0\n"), text);
        assertEquals(
                1, text.lines().filter(l -> l.contains("{name=\"shop\"} 0.0")).count(), "promoted, no ratio");
    }
}

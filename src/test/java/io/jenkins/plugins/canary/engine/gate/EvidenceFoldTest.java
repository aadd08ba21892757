package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.Judge.Test;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What comparisons with stable gather, tick by tick, and what they then say. */
class EvidenceFoldTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final long START = 1_000_000;
    private static final long TICK = 15_000;

    private final Map<MetricQuery, Reading> readings = new HashMap<>();
    private EvidenceFold fold;
    private Check last;

    private static Criterion criterion(String metric, Test test, Direction direction) {
        Metric m = Metric.parse(metric);
        Unit unit = m.quantile() == null ? Unit.RATIO : Unit.SECONDS;
        return new Criterion(
                m,
                unit,
                null,
                null,
                Versus.by(
                        new Judge(test, Comparison.DEFAULT.direction(direction).unit(unit), CountTest.DEFAULT_FLOOR)),
                0,
                NoDataPolicy.HOLD,
                null,
                WINDOW);
    }

    /** One tick, with the requests of either track since the clock opened as a source would count them. */
    private void count(Criterion c, int tick, double rateOfCanary, double canary, double rateOfStable, double stable) {
        long at = START + tick * TICK;
        Duration window = fold.window(at);
        read(c, window, rateOfCanary, canary, rateOfStable, stable);
        fold(c, at, window);
    }

    private void read(
            Criterion c, Duration window, double rateOfCanary, double canary, double rateOfStable, double stable) {
        readings.clear();
        for (Duration w : List.of(window, WINDOW)) {
            readings.put(new MetricQuery(c.metric(), Track.CANARY, w), Reading.of(rateOfCanary));
            readings.put(new MetricQuery(c.metric(), Track.STABLE, w), Reading.of(rateOfStable));
            readings.put(new MetricQuery(Criterion.REQUESTS, Track.CANARY, w), Reading.of(canary));
            readings.put(new MetricQuery(Criterion.REQUESTS, Track.STABLE, w), Reading.of(stable));
        }
    }

    private void values(Criterion c, long at, double canary, double stable) {
        readings.clear();
        readings.put(c.query(Track.CANARY), Reading.of(canary));
        readings.put(c.query(Track.STABLE), Reading.of(stable));
        fold(c, at, null);
    }

    private void fold(Criterion c, long at, Duration counted) {
        Map<MetricQuery, Double> ok = new HashMap<>();
        readings.forEach((q, r) -> {
            if (r.ok()) {
                ok.put(q, r.value());
            }
        });
        fold = fold.tick(at, ok, counted, null);
        last = c.check(readings, fold, counted);
    }

    private void open(Criterion c) {
        fold = EvidenceFold.open(START, List.of(c), Duration.ZERO, null, x -> 1);
    }

    @org.junit.jupiter.api.Test
    void countsSeeThreeErrorsInFortyAndNotOne() {
        Criterion c = criterion("error-rate", Test.COUNTS, Direction.INCREASE);
        open(c);
        count(c, 4, 1 / 40.0, 40, 0, 4_000);
        assertEquals(CheckOutcome.PASS, last.outcome(), last.says());
        open(c);
        count(c, 5, 3 / 40.0, 40, 0, 4_000);
        assertEquals(CheckOutcome.FAIL, last.outcome());
        assertTrue(
                last.says().startsWith("error-rate: 3 of 40 requests failed on canary (7.5%) against 0 of 4000"),
                last.says());
    }

    @org.junit.jupiter.api.Test
    void fewerSuccessesAreMoreFailures() {
        Criterion c = criterion("success-rate", Test.COUNTS, Direction.DECREASE);
        open(c);
        count(c, 4, 37 / 40.0, 40, 1, 4_000);
        assertEquals(CheckOutcome.FAIL, last.outcome());
        assertTrue(last.says().contains("3 of 40 requests failed"), last.says());
        count(c, 5, 77 / 80.0, 80, 1, 8_000);
        assertTrue(last.says().contains("3 of 80 requests failed"), last.says());
    }

    /** Selectors of both tracks that match the same pods look like two versions that are equally good. */
    @org.junit.jupiter.api.Test
    void tracksThatOverlapNeverPass() {
        for (Test test : new Test[] {Test.COUNTS, Test.SEQUENTIAL}) {
            Criterion c = criterion("error-rate", test, Direction.INCREASE);
            open(c);
            for (int tick = 1; tick <= 200; tick++) {
                count(c, tick, 0.01, 100 * tick, 0.01, 100 * tick);
            }
            assertEquals(CheckOutcome.NO_DATA, last.outcome(), last.says());
            assertTrue(last.says().contains("match the same pods"), last.says());
            count(c, 201, 0.01, 20_100, 0.01, 20_200);
            assertTrue(!last.says().contains("match the same pods"), "once they differ they do not overlap");
        }
    }

    @org.junit.jupiter.api.Test
    void tooFewRequestsAreNoData() {
        Criterion c = criterion("error-rate", Test.COUNTS, Direction.INCREASE);
        open(c);
        count(c, 1, 0, 19, 0, 4_000);
        assertEquals(CheckOutcome.NO_DATA, last.outcome(), last.says());
        count(c, 2, 0, 20, 0, 4_400);
        assertEquals(CheckOutcome.PASS, last.outcome(), last.says());
    }

    @org.junit.jupiter.api.Test
    void theWindowGrowsWithThePhaseAndBeginsAnewAfterAnHour() {
        Criterion c = criterion("error-rate", Test.COUNTS, Direction.INCREASE);
        open(c);
        assertNull(fold.window(START));
        assertEquals(Duration.ofSeconds(75), fold.window(START + 75_400));
        assertEquals(4, fold.queries(START + 75_000, Duration.ofSeconds(75)).size());
        count(c, 240, 0, 1_000, 0, 9_000);
        assertEquals(Duration.ofSeconds(15), fold.window(START + 241 * TICK), "an hour is over");
        count(c, 241, 0.5, 10, 0, 90);
        assertTrue(last.says().contains("5 of 1010 requests failed on canary"), last.says());
    }

    @org.junit.jupiter.api.Test
    void afterAResumeTheCountGoesOn() {
        Criterion c = criterion("error-rate", Test.COUNTS, Direction.INCREASE);
        open(c);
        count(c, 4, 0.1, 100, 0, 900);
        fold = fold.anew(START + 100 * TICK);
        assertEquals(Duration.ofSeconds(30), fold.window(START + 102 * TICK));
        count(c, 102, 0, 30, 0, 300);
        assertTrue(last.says().contains("10 of 130 requests failed on canary (7.69%) against 0 of 1200"), last.says());
    }

    @org.junit.jupiter.api.Test
    void whatWasAskedBeforeTheClockOpenedDoesNotCount() {
        Criterion c = criterion("error-rate", Test.COUNTS, Direction.INCREASE);
        open(c);
        Duration before = Duration.ofMinutes(10);
        read(c, before, 0.9, 100, 0, 900);
        fold(c, START + TICK, before);
        assertEquals(
                EvidenceFold.open(START, List.of(c), Duration.ZERO, null, x -> 1)
                        .by(),
                fold.by());
        assertEquals(CheckOutcome.NO_DATA, last.outcome());
    }

    @org.junit.jupiter.api.Test
    void oldEvidenceIsNoExcuseForASourceThatSaysNothingNow() {
        Criterion c = criterion("error-rate", Test.COUNTS, Direction.INCREASE);
        open(c);
        count(c, 4, 0, 100, 0, 900);
        assertEquals(CheckOutcome.PASS, last.outcome());
        readings.replaceAll((q, r) -> Reading.unavailable("connection refused"));
        EvidenceFold before = fold;
        fold(c, START + 5 * TICK, Duration.ofSeconds(75));
        assertEquals(CheckOutcome.UNAVAILABLE, last.outcome());
        assertEquals(before.by(), fold.by());
    }

    @org.junit.jupiter.api.Test
    void valuesWhoseWindowsOverlapCountOnce() {
        Criterion c = criterion("latency(0.99)", Test.MANN_WHITNEY, Direction.INCREASE);
        open(c);
        for (int tick = 1; tick < 20; tick++) {
            values(c, START + tick * TICK, 0.2 + tick / 1000.0, 0.1 + tick / 1000.0);
            assertEquals(CheckOutcome.NO_DATA, last.outcome(), "four windows are four points: " + last.says());
        }
        values(c, START + 20 * TICK, 0.22, 0.12);
        assertEquals(CheckOutcome.FAIL, last.outcome(), last.says());
        assertTrue(last.says().contains("beyond the 28 ms that the tolerance of 25% allows"), last.says());
    }

    @org.junit.jupiter.api.Test
    void theSequentialTestEndsEarlyBothWays() {
        for (double factor : new double[] {1, 1.6}) {
            Criterion c = criterion("latency(0.5)", Test.SEQUENTIAL, Direction.INCREASE);
            open(c);
            Random random = new Random(3);
            int minute = 0;
            while (minute < 200 && (last == null || last.outcome() == CheckOutcome.NO_DATA)) {
                double load = 0.1 * (1 + 0.5 * Math.sin(++minute));
                values(
                        c,
                        START + minute * 60_000L,
                        factor * load * Math.exp(0.1 * random.nextGaussian()),
                        load * Math.exp(0.1 * random.nextGaussian()));
            }
            assertEquals(factor == 1 ? CheckOutcome.PASS : CheckOutcome.FAIL, last.outcome(), last.says());
            assertTrue(minute < 30, "it took " + minute + " minutes");
            last = null;
        }
    }

    @org.junit.jupiter.api.Test
    void sequentialCountsAddUpWhatEachTickBrought() {
        Criterion c = criterion("error-rate", Test.SEQUENTIAL, Direction.INCREASE);
        open(c);
        int tick = 0;
        while (tick < 400 && (last == null || last.outcome() == CheckOutcome.NO_DATA)) {
            tick++;
            count(c, tick, 0.05, 20 * tick, 0.001, 400 * tick);
        }
        assertEquals(CheckOutcome.FAIL, last.outcome(), last.says());
        assertTrue(tick < 40, tick + " ticks: " + last.says());
        assertTrue(last.says().contains(" of " + 20 * tick + " requests failed on canary"), last.says());
    }

    /** A source that lied for a while, and then says what there is, is believed again. */
    @org.junit.jupiter.api.Test
    void sequentialCountsForgetWhatWasNeverThere() {
        Criterion c = criterion("error-rate", Test.SEQUENTIAL, Direction.INCREASE);
        open(c);
        count(c, 1, 0.001, 1e15, 0.001, 1e15);
        count(c, 2, 0.001, 1e15, 0.001, 2e15);
        int tick = 2;
        while (tick < 100 && last.outcome() != CheckOutcome.FAIL) {
            tick++;
            count(c, tick, 0.05, 20 * tick, 0.001, 400 * tick);
        }
        assertEquals(CheckOutcome.FAIL, last.outcome(), last.says());
        assertTrue(tick < 40, tick + " ticks: " + last.says());
    }

    /**
     * Both tracks fail alike, nobody until minute 4 and everybody after; the canary is idle in minutes 2 to 6. Stable's good
     * minutes without the canary must not pass for a better version.
     */
    @org.junit.jupiter.api.Test
    void timeIsNotTakenForTrack() {
        for (Test test : new Test[] {Test.COUNTS, Test.SEQUENTIAL}) {
            Criterion c = criterion("error-rate", test, Direction.INCREASE);
            open(c);
            long[] canary = new long[2];
            long[] stable = new long[2];
            for (int tick = 1; tick <= 40; tick++) {
                boolean fails = tick > 16;
                boolean idle = tick > 8 && tick <= 24;
                canary[0] += idle ? 0 : 10;
                canary[1] += !idle && fails ? 10 : 0;
                stable[0] += 45;
                stable[1] += fails ? 45 : 0;
                count(c, tick, (double) canary[1] / canary[0], canary[0], (double) stable[1] / stable[0], stable[0]);
                assertTrue(last.outcome() != CheckOutcome.FAIL, "tick " + tick + ": " + last.says());
            }
            assertTrue(
                    last.says().contains("160 of 240 requests failed on canary (66.7%) against 720 of 1080"),
                    last.says());
        }
    }

    /** Tracks that are scraped at different moments grow at different ticks, and are compared all the same. */
    @org.junit.jupiter.api.Test
    void ticksMoreOftenThanScrapesStillCompare() {
        for (Test test : new Test[] {Test.COUNTS, Test.SEQUENTIAL}) {
            Criterion c = criterion("error-rate", test, Direction.INCREASE);
            fold = EvidenceFold.open(START, List.of(c), Duration.ofSeconds(30), null, x -> 1);
            for (int tick = 3; tick <= 40; tick++) {
                double stretched = tick / (tick - 2.0);
                int ofCanary = tick / 2;
                int ofStable = (tick + 1) / 2;
                count(c, tick, 0.2, stretched * 40 * ofCanary, 0.01, stretched * 400 * ofStable);
            }
            assertEquals(CheckOutcome.FAIL, last.outcome(), last.says());
        }
    }

    @org.junit.jupiter.api.Test
    void equalTicksGiveEqualEvidence() {
        Criterion c = criterion("error-rate", Test.SEQUENTIAL, Direction.INCREASE);
        EvidenceFold[] twice = new EvidenceFold[2];
        for (int i = 0; i < 2; i++) {
            open(c);
            count(c, 3, 0.05, 60, 0.01, 1_200);
            count(c, 4, 0.04, 80, 0.01, 1_600);
            twice[i] = fold;
        }
        assertEquals(twice[0], twice[1]);
        assertEquals(twice[0].hashCode(), twice[1].hashCode());
    }

    /** What new pods do while they warm up counts neither then nor later; what they do afterwards counts at once. */
    @org.junit.jupiter.api.Test
    void aWarmUpIsNeitherJudgedNorGathered() {
        Duration warmUp = Duration.ofMinutes(2);
        for (Test test : new Test[] {Test.COUNTS, Test.SEQUENTIAL}) {
            Criterion c = criterion("error-rate", test, Direction.INCREASE).after(warmUp);
            open(c);
            for (int tick = 1; tick <= 7; tick++) {
                count(c, tick, 1, 40 * tick, 0.01, 400 * tick);
                assertEquals(CheckOutcome.NO_DATA, last.outcome());
                assertEquals("error-rate: warming up, judged 2 min into the phase", last.says());
            }
            count(c, 8, 1, 320, 0.01, 3_200);
            for (int tick = 9; tick <= 40; tick++) {
                count(c, tick, 0.01, 40 * (tick - 8), 0.01, 400 * (tick - 8));
                assertTrue(last.outcome() != CheckOutcome.FAIL, "tick " + tick + ": " + last.says());
            }
            assertTrue(last.says().contains("13 of 1280 requests failed on canary"), last.says());
            for (int tick = 41; tick <= 80; tick++) {
                double failures = 13 + 0.2 * 40 * (tick - 40);
                count(c, tick, failures / (40 * (tick - 8)), 40 * (tick - 8), 0.01, 400 * (tick - 8));
            }
            assertEquals(CheckOutcome.FAIL, last.outcome(), last.says());
        }
    }

    @org.junit.jupiter.api.Test
    void valuesOfAWarmUpDoNotCount() {
        Criterion c =
                criterion("latency(0.5)", Test.SEQUENTIAL, Direction.INCREASE).after(Duration.ofMinutes(2));
        open(c);
        Random random = new Random(4);
        for (int minute = 1; minute <= 60; minute++) {
            values(c, START + minute * 60_000L, (minute <= 2 ? 9 : 1) * (1 + 0.1 * random.nextDouble()), 1);
            assertTrue(last.outcome() != CheckOutcome.FAIL, last.says());
        }
        assertEquals(CheckOutcome.PASS, last.outcome(), last.says());
        assertTrue(last.says().contains("over 58 ticks"), last.says());
    }

    @org.junit.jupiter.api.Test
    void limitsWaitForTheWarmUpToo() {
        Criterion c = new Criterion(
                        Metric.of("error-rate"), Unit.RATIO, null, 0.01, null, 0, NoDataPolicy.HOLD, null, WINDOW)
                .after(Duration.ofMinutes(1));
        open(c);
        read(c, WINDOW, 0.5, 40, 0, 400);
        fold(c, START + 3 * TICK, null);
        assertEquals(CheckOutcome.NO_DATA, last.outcome());
        fold(c, START + 4 * TICK, null);
        assertEquals(CheckOutcome.FAIL, last.outcome());
        assertEquals(
                CheckOutcome.NO_DATA, c.check(readings, EvidenceFold.NONE, null).outcome(), "not shifted yet");
    }

    /** The confidence of a rollout is shared out among its phases: the harm that one of four shows needs more evidence. */
    @org.junit.jupiter.api.Test
    void phasesShareThePromise() {
        Criterion c = criterion("error-rate", Test.SEQUENTIAL, Direction.INCREASE);
        int[] shown = new int[2];
        for (int i = 0; i < 2; i++) {
            int phases = i == 0 ? 1 : 20;
            fold = EvidenceFold.open(START, List.of(c), Duration.ZERO, null, x -> phases);
            last = null;
            while (last == null || last.outcome() != CheckOutcome.FAIL) {
                shown[i]++;
                count(c, shown[i], 0.05, 20 * shown[i], 0.01, 400 * shown[i]);
            }
        }
        assertTrue(shown[1] > shown[0], shown[0] + " ticks alone, " + shown[1] + " as one of twenty phases");
    }

    @org.junit.jupiter.api.Test
    void plansWithoutTestsGatherNothing() {
        Criterion c = new Criterion(
                Metric.of("error-rate"),
                Unit.RATIO,
                null,
                0.01,
                new Versus(0.2, null),
                0,
                NoDataPolicy.HOLD,
                null,
                WINDOW);
        open(c);
        assertNull(fold.window(START + TICK));
        assertEquals(Map.of(), fold.by());
        assertNull(EvidenceFold.NONE.window(START));
        assertEquals(EvidenceFold.NONE, EvidenceFold.NONE.anew(START).tick(START, Map.of(), null, null));
    }
}

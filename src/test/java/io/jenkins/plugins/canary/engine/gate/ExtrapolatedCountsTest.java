package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.SequentialCounts;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.expr.CounterChange;
import io.jenkins.plugins.canary.engine.metric.expr.WindowSamples;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Counts as Prometheus gives them, stretched to their window: two versions that fail alike must not be told apart by the
 * stretching. The rule is that of {@code abort: default}, looked at every tick.
 */
class ExtrapolatedCountsTest {

    private static final long TICK = 15_000;
    private static final long START = 10_000_000;
    private static final int TICKS = 40;
    private static final double DOUBTFUL = 0.05;
    private static final Criterion ERRORS = new Criterion(
            Metric.of("error-rate"),
            Unit.RATIO,
            null,
            null,
            Versus.by(new Judge(
                    Judge.Test.SEQUENTIAL,
                    new Comparison(Direction.INCREASE, 0.25, 0.95, Unit.RATIO),
                    CountTest.DEFAULT_FLOOR)),
            0,
            NoDataPolicy.HOLD,
            null,
            Duration.ofMinutes(1));

    /** A counter and the times at which it was scraped. */
    private record Counter(long[] millis, double[] values) implements CounterChange.Points {
        @Override
        public int size() {
            return millis.length;
        }

        @Override
        public long millis(int i) {
            return millis[i];
        }

        @Override
        public double value(int i) {
            return values[i];
        }
    }

    /** Requests and failures of one track, scraped every 15 s at an offset of its own. */
    private static Counter[] track(Random random, double perSecond, double errors) {
        int scrapes = TICKS + 8;
        long offset = random.nextInt((int) TICK);
        Counter[] both = new Counter[2];
        for (int i = 0; i < 2; i++) {
            both[i] = new Counter(new long[scrapes], new double[scrapes]);
        }
        double requests = 1_000;
        double failures = 10;
        for (int i = 0; i < scrapes; i++) {
            both[0].millis[i] = both[1].millis[i] = START - 4 * TICK + offset + i * TICK;
            long more = Math.round(Math.max(0, perSecond * 15 + Math.sqrt(perSecond * 15) * random.nextGaussian()));
            requests += more;
            for (long r = 0; r < more; r++) {
                failures += random.nextDouble() < errors ? 1 : 0;
            }
            both[0].values[i] = requests;
            both[1].values[i] = failures;
        }
        return both;
    }

    private static void read(Map<MetricQuery, Double> values, Track track, Counter[] of, long at, Duration window) {
        double[] change = new double[2];
        for (int i = 0; i < 2; i++) {
            change[i] = CounterChange.over(WindowSamples.Over.INCREASE, of[i], at - window.toMillis(), at)
                    .orElse(0);
        }
        if (change[0] > 0) {
            values.put(new MetricQuery(Criterion.REQUESTS, track, window), change[0]);
            values.put(new MetricQuery(ERRORS.metric(), track, window), Math.min(1, change[1] / change[0]));
        }
    }

    /**
     * One rollout of two versions.
     *
     * @param stop the tick at which the rule fires; -1 for never
     */
    private record Rollout(int stop, double smallestP) {}

    private static Rollout rollout(Random random, double canaryErrors, long jitter) {
        Counter[] canary = track(random, 5, canaryErrors);
        Counter[] stable = track(random, 95, 0.02);
        EvidenceFold fold = EvidenceFold.open(START, List.of(ERRORS), Duration.ofMillis(TICK), null, c -> 1);
        for (int tick = 1; tick <= TICKS; tick++) {
            long at = START + tick * TICK + (jitter == 0 ? 0 : random.nextInt((int) jitter));
            Duration window = fold.window(at);
            Map<MetricQuery, Double> values = new HashMap<>();
            read(values, Track.CANARY, canary, at, window);
            read(values, Track.STABLE, stable, at, window);
            fold = fold.tick(at, values, window, null);
            if (fold.of(ERRORS).judgment(ERRORS).verdict().harm()) {
                return new Rollout(tick, smallestP(fold));
            }
        }
        return new Rollout(-1, smallestP(fold));
    }

    private static double smallestP(EvidenceFold fold) {
        return ((CountEvidence) fold.of(ERRORS)).sequence().smallestP();
    }

    /** The smallest p-value with the largest counts ever read, stretched as they are: what was done before. */
    private static double smallestPOfLargest(Random random) {
        Counter[] canary = track(random, 5, 0.02);
        Counter[] stable = track(random, 95, 0.02);
        SequentialCounts sequence =
                SequentialCounts.start(ERRORS.versus().judge().comparison(), CountTest.DEFAULT_FLOOR);
        Counts x = Counts.NONE;
        Counts y = Counts.NONE;
        for (int tick = 1; tick <= TICKS; tick++) {
            long at = START + tick * TICK + random.nextInt(4_000);
            Duration window = Duration.ofSeconds((at - START) / 1_000);
            Map<MetricQuery, Double> values = new HashMap<>();
            read(values, Track.CANARY, canary, at, window);
            read(values, Track.STABLE, stable, at, window);
            x = larger(x, ERRORS.failures().read(Track.CANARY, values, window).orElse(x));
            y = larger(y, ERRORS.failures().read(Track.STABLE, values, window).orElse(y));
            Counts moreX = x.minus(sequence.seenOfCanary());
            Counts moreY = y.minus(sequence.seenOfStable());
            sequence = moreX.total() == 0 || moreY.total() == 0 ? sequence : sequence.plus(moreX, moreY);
        }
        return sequence.smallestP();
    }

    private static Counts larger(Counts a, Counts b) {
        long total = Math.max(a.total(), b.total());
        return new Counts(Math.min(Math.max(a.failures(), b.failures()), a.failures() + total - a.total()), total);
    }

    @Test
    void equalVersionsAreRarelyToldApart() {
        int rollouts = 2_000;
        int stopped = 0;
        int doubtful = 0;
        int doubtfulBefore = 0;
        Random random = new Random(7);
        for (int i = 0; i < rollouts; i++) {
            Rollout rollout = rollout(random, 0.02, 4_000);
            stopped += rollout.stop > 0 ? 1 : 0;
            doubtful += rollout.smallestP < DOUBTFUL ? 1 : 0;
            doubtfulBefore += smallestPOfLargest(random) < DOUBTFUL ? 1 : 0;
        }
        System.out.println("of " + rollouts + " rollouts " + stopped + " stopped, " + doubtful + " with p below "
                + DOUBTFUL + "; with the largest counts ever read " + doubtfulBefore);
        assertTrue(stopped <= 1, stopped + " false stops");
        assertTrue(doubtful <= DOUBTFUL * rollouts, doubtful + " rollouts in doubt");
        assertTrue(doubtfulBefore > 2 * doubtful, "the simulation cannot tell the two ways apart: " + doubtfulBefore);
    }

    @Test
    void harmIsStillSeenSoon() {
        int rollouts = 200;
        int seen = 0;
        double ticks = 0;
        Random random = new Random(8);
        for (int i = 0; i < rollouts; i++) {
            int stop = rollout(random, 0.2, 4_000).stop;
            seen += stop > 0 ? 1 : 0;
            ticks += stop > 0 ? stop : TICKS;
        }
        System.out.println(
                "ten times the errors: seen in " + seen + " of " + rollouts + ", after " + ticks / rollouts + " ticks");
        assertTrue(seen == rollouts && ticks / rollouts < 8, seen + " seen, after " + ticks / rollouts + " ticks");
    }
}

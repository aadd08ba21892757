package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much slower the canary is decides whether more slow requests are harm. */
class LatencyRatioTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final long START = 1_000_000;
    private static final long TICK = 15_000;

    private static Criterion slow(Judge.Test test) {
        Comparison comparison = new Comparison(Direction.INCREASE, 0.25, 0.95, Unit.RATIO);
        return new Criterion(
                new Metric("slow-rate", 0.75),
                Unit.RATIO,
                null,
                null,
                Versus.by(new Judge(test, comparison, CountTest.DEFAULT_FLOOR)).and(new Versus.Slower(0.4, 0.5)),
                0,
                NoDataPolicy.HOLD,
                null,
                WINDOW);
    }

    /** Most of the canary's requests are slower than three of four of stable's; by how much is another question. */
    private static Check judged(Judge.Test test, double times) {
        Criterion c = slow(test);
        EvidenceFold fold = EvidenceFold.open(START, List.of(c), Duration.ZERO, null, x -> 1);
        Random random = new Random(5);
        Check last = null;
        for (int tick = 1; tick <= 60; tick++) {
            Duration counted = fold.window(START + tick * TICK);
            Map<MetricQuery, Double> values = new HashMap<>();
            for (Duration window : List.of(WINDOW, counted)) {
                values.put(new MetricQuery(c.metric(), Track.CANARY, window), 0.7);
                values.put(new MetricQuery(c.metric(), Track.STABLE, window), 0.25);
                values.put(new MetricQuery(Criterion.REQUESTS, Track.CANARY, window), 75.0 * tick);
                values.put(new MetricQuery(Criterion.REQUESTS, Track.STABLE, window), 675.0 * tick + tick % 2);
            }
            if (times > 0) {
                values.put(c.latency(Track.CANARY), 0.06 * times * Math.exp(0.05 * random.nextGaussian()));
            }
            values.put(c.latency(Track.STABLE), 0.06);
            Map<MetricQuery, Reading> readings = new HashMap<>();
            values.forEach((query, value) -> readings.put(query, Reading.of(value)));
            fold = fold.tick(START + tick * TICK, values, counted, null);
            last = c.check(readings, fold, counted);
        }
        return last;
    }

    @Test
    void littleSlownessOfManyRequestsIsNoHarm() {
        for (Judge.Test test : new Judge.Test[] {Judge.Test.COUNTS, Judge.Test.SEQUENTIAL}) {
            Check little = judged(test, 1.25);
            assertEquals(CheckOutcome.PASS, little.outcome(), little.says());
            assertTrue(little.says().contains("latency p50 is 1.2"), little.says());
            assertTrue(little.says().contains("x stable's, not more than 40% above"), little.says());
            assertEquals(CheckOutcome.FAIL, judged(test, 1.6).outcome());
            assertEquals(CheckOutcome.NO_DATA, judged(test, 0).outcome(), "nobody knows how much slower");
        }
    }

    /** By hand: the geometric mean of 1.2, 1.5 and 1.8. */
    @Test
    void firstTicksWeighAlike() {
        Criterion c = slow(Judge.Test.SEQUENTIAL);
        LatencyRatio ratio = LatencyRatio.NONE;
        for (double times : new double[] {1.2, 1.5, 1.8}) {
            ratio = ratio.plus(c, Map.of(c.latency(Track.CANARY), times, c.latency(Track.STABLE), 1.0));
        }
        assertEquals(Math.cbrt(1.2 * 1.5 * 1.8), ratio.times(), 1e-12);
        assertEquals(ratio, ratio.plus(c, Map.of(c.latency(Track.CANARY), 9.0)), "one track alone is no ratio");
        assertEquals(Double.NaN, LatencyRatio.NONE.times());
    }

    /** An hour at 1.2 times, and then twice as slow. */
    @Test
    void whatBecomesSlowerLaterIsSeenInAMinuteOrTwo() {
        Criterion c = slow(Judge.Test.SEQUENTIAL);
        LatencyRatio ratio = LatencyRatio.NONE;
        for (int tick = 0; tick < 240; tick++) {
            ratio = ratio.plus(c, Map.of(c.latency(Track.CANARY), 1.2, c.latency(Track.STABLE), 1.0));
        }
        int ticks = 0;
        while (ratio.times() <= 1.4) {
            ratio = ratio.plus(c, Map.of(c.latency(Track.CANARY), 2.0, c.latency(Track.STABLE), 1.0));
            ticks++;
        }
        assertTrue(ticks <= 8, "seen after " + ticks + " ticks");
    }
}

package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightPolicyTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final WeightPolicy POLICY =
            new WeightPolicy(new DynamicWeight(percent(50), 0.5, 0.05), 0.95, percent(2), percent(5), WINDOW, WINDOW);

    private static Weight percent(double p) {
        return Weight.ofPercent(p);
    }

    private static Weight next(double current, double limit, double deserved, long sinceMillis) {
        return POLICY.next(percent(current), percent(limit), percent(deserved), sinceMillis, w -> true);
    }

    private static Map<MetricQuery, Reading> readings(
            double p95, double stableP95, double errors, double stableErrors) {
        Map<MetricQuery, Reading> all = new HashMap<>();
        for (MetricQuery q : POLICY.queries()) {
            boolean canary = q.track() == Track.CANARY;
            all.put(
                    q,
                    Reading.of(
                            q.metric().equals(new Metric("latency", 0.95))
                                    ? (canary ? p95 : stableP95)
                                    : canary ? errors : stableErrors));
        }
        return all;
    }

    @Test
    void fallsAtOnceAndRisesInSteps() {
        assertEquals(percent(12), next(30, 50, 12, 0));
        assertEquals(percent(12), next(12, 50, 30, 59_999), "the weight has not stood for a minute");
        assertEquals(percent(17), next(12, 50, 30, 60_000), "no more than 5 points at a time");
        assertEquals(percent(12), next(12, 50, 13.9, 60_000), "not worth a shift");
        assertEquals(percent(14), next(12, 50, 14, 60_000));
    }

    @Test
    void neverAboveTheLimitNorWhereTheRouterCannotGo() {
        assertEquals(percent(25), next(30, 25, 50, 60_000));
        assertEquals(percent(25), next(22, 25, 50, 60_000));
        assertEquals(percent(10), POLICY.next(percent(30), percent(50), percent(19), 0, w -> w.tenths() % 100 == 0));
        assertEquals(
                percent(10), POLICY.next(percent(10), percent(50), percent(19), 60_000, w -> w.tenths() % 100 == 0));
        assertEquals(percent(30), POLICY.next(percent(30), percent(50), percent(19), 0, w -> false));
    }

    @Test
    void advisesByBothTracksOrNotAtAll() {
        assertEquals(
                percent(50),
                POLICY.advise(readings(0.1, 0.1, 0.01, 0.01)).orElseThrow().weight());
        assertEquals(
                percent(21.6),
                POLICY.advise(readings(0.11, 0.1, 0.01, 0.01)).orElseThrow().weight());
        assertTrue(POLICY.advise(readings(0.16, 0.1, 0, 0))
                .orElseThrow()
                .violated()
                .contains("latency"));
        assertTrue(POLICY.advise(readings(0.1, 0.1, 0.061, 0.01))
                .orElseThrow()
                .violated()
                .contains("error"));
        assertFalse(POLICY.advise(readings(0.1, 0, 0, 0)).isPresent(), "a latency of zero is no baseline");
        assertFalse(POLICY.advise(readings(Double.NaN, 0.1, 0, 0)).isPresent());
        assertFalse(POLICY.advise(Map.of()).isPresent());
    }

    /** Noise of 2% in latency moves the dynamic weight by ten points from tick to tick; the weight moves seldom. */
    @Test
    void noiseDoesNotMakeItOscillate() {
        Random random = new Random(7);
        Weight weight = percent(20);
        long changedAt = 0;
        int rises = 0;
        for (int tick = 1; tick <= 240; tick++) {
            double noise = 1.05 + 0.02 * random.nextGaussian();
            Weight deserved = POLICY.advise(readings(0.1 * noise, 0.1, 0, 0))
                    .orElseThrow()
                    .weight();
            Weight next = POLICY.next(weight, percent(50), deserved, tick * 15_000L - changedAt, w -> true);
            rises += next.compareTo(weight) > 0 ? 1 : 0;
            changedAt = next.equals(weight) ? changedAt : tick * 15_000L;
            weight = next;
        }
        assertTrue(rises <= 60, rises + " rises in an hour");
        assertTrue(weight.percent() > 10 && weight.percent() < 45, weight.toString());
    }
}

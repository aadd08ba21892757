package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CriterionTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static Criterion p99(Double max, Versus versus, long minRequests) {
        return new Criterion(
                new Metric("latency", 0.99),
                Unit.SECONDS,
                null,
                max,
                versus,
                minRequests,
                NoDataPolicy.HOLD,
                null,
                WINDOW);
    }

    private static Check check(Criterion c, Reading canary, Reading stable) {
        Map<MetricQuery, Reading> readings = new HashMap<>();
        readings.put(c.query(Track.CANARY), canary);
        readings.put(c.query(Track.STABLE), stable);
        return c.check(readings);
    }

    @Test
    void namesMetricValueAndThresholdWhenItFails() {
        Check check = check(p99(0.5, null, 0), Reading.of(0.8123), null);
        assertEquals(CheckOutcome.FAIL, check.outcome());
        assertEquals("latency p99 is 812 ms, above the maximum of 500 ms", check.says());
    }

    @Test
    void theThresholdItselfPasses() {
        assertEquals(
                CheckOutcome.PASS,
                check(p99(0.5, null, 0), Reading.of(0.5), null).outcome());
    }

    @Test
    void aValueThatIsNoNumberNeitherPassesNorFails() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            CheckOutcome none = Double.isNaN(value) ? CheckOutcome.NO_DATA : CheckOutcome.UNAVAILABLE;
            assertEquals(none, check(p99(0.5, null, 0), Reading.of(value), null).outcome());
            assertEquals(
                    none,
                    check(p99(null, new Versus(0.2, null), 0), Reading.of(0.1), Reading.of(value))
                            .outcome());
        }
    }

    @Test
    void comparesWithStableBothWays() {
        Criterion c = p99(null, new Versus(0.2, 0.5), 0);
        assertEquals(
                CheckOutcome.PASS, check(c, Reading.of(0.119), Reading.of(0.1)).outcome());
        Check slower = check(c, Reading.of(0.121), Reading.of(0.1));
        assertEquals("latency p99 is 121 ms, more than 20% above stable's 100 ms", slower.says());
        assertEquals(
                CheckOutcome.FAIL, check(c, Reading.of(0.049), Reading.of(0.1)).outcome());
    }

    @Test
    void withoutStableOnlyTheAbsoluteBoundDecides() {
        Criterion c = p99(0.5, new Versus(0.2, null), 0);
        assertEquals(
                CheckOutcome.UNAVAILABLE,
                check(c, Reading.of(0.1), Reading.unavailable("timeout")).outcome());
        assertEquals(
                CheckOutcome.FAIL,
                check(c, Reading.of(0.6), Reading.unavailable("timeout")).outcome());
    }

    @Test
    void fewerRequestsThanWantedAreNoData() {
        Criterion c = p99(0.5, null, 100);
        Map<MetricQuery, Reading> readings = new HashMap<>();
        readings.put(c.query(Track.CANARY), Reading.of(0.9));
        readings.put(new MetricQuery(Criterion.REQUESTS, Track.CANARY, WINDOW), Reading.of(99.4));
        assertEquals(CheckOutcome.NO_DATA, c.check(readings).outcome());
        assertTrue(
                c.check(readings).says().contains("only 99 requests in 1 min, 100 wanted"),
                c.check(readings).says());
        readings.put(new MetricQuery(Criterion.REQUESTS, Track.CANARY, WINDOW), Reading.of(100));
        assertEquals(CheckOutcome.FAIL, c.check(readings).outcome());
    }

    @Test
    void whatWasNotReadIsUnavailable() {
        assertEquals(CheckOutcome.UNAVAILABLE, p99(0.5, null, 0).check(Map.of()).outcome());
    }
}

package io.jenkins.plugins.canary.engine.report.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.BinomialShare;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A day of rollouts of ten minutes, of which some were stopped, against incidents at known minutes. */
class IncidentComparisonTest {

    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final Duration GAP = Duration.ofMinutes(30);
    private static final int MINUTES = 1_440;

    private static long minute(int minute) {
        return minute * 60_000L;
    }

    private static Incident incident(int from, int to, String name) {
        return new Incident(minute(from), minute(to), name);
    }

    /** Rollouts of ten minutes; those that begin at one of these minutes are stopped after two. */
    private static BacktestReport report(Integer... stopped) {
        List<SimulatedRollout> rollouts = new ArrayList<>();
        for (int m = 0; m + 10 < MINUTES; m += 10) {
            rollouts.add(
                    List.of(stopped).contains(m)
                            ? new SimulatedRollout(
                                    minute(m),
                                    minute(m + 2),
                                    "Few",
                                    new SimulatedRollout.Stop(minute(m + 1), "abort: errors", "errors", "too many"))
                            : new SimulatedRollout(minute(m), minute(m + 10), "Full", null));
        }
        return new BacktestReport(MINUTES, rollouts, List.of());
    }

    /** Nothing was recorded in the minutes from 1,200 on. */
    private static Recording recording() {
        double[] values = new double[MINUTES];
        Arrays.fill(values, 0, 1_200, 0.01);
        Arrays.fill(values, 1_200, MINUTES, Double.NaN);
        return new Recording(
                0,
                60_000,
                Map.of(new MetricQuery(Metric.of("error-rate"), Track.CANARY, Duration.ofMinutes(1)), values));
    }

    private static IncidentComparison compare(BacktestReport report, Incident... known) {
        return IncidentComparison.of(report, List.of(known), recording(), MARGIN, GAP);
    }

    @Test
    void tellsTrueStopsFromFalseOnes() {
        IncidentComparison c = compare(
                report(100, 110, 120, 300, 310, 600),
                incident(98, 125, "checkout down"),
                incident(590, 596, "slow search"),
                incident(800, 830, "too small to see"),
                incident(1_300, 1_310, "no metrics either"),
                incident(2_000, 2_010, "next day"));
        assertEquals(new BinomialShare(2, 3), c.recall());
        assertEquals(new BinomialShare(2, 3), c.precision());
        assertEquals(2, c.falseStops());
        assertEquals(1, c.outside());
        assertEquals(
                List.of(
                        "checkout down, 1970-01-01T01:38:00Z to 1970-01-01T02:05:00Z: caught after 4 min by abort: errors",
                        "slow search, 1970-01-01T09:50:00Z to 1970-01-01T09:56:00Z: caught after 12 min by abort: errors",
                        "too small to see, 1970-01-01T13:20:00Z to 1970-01-01T13:50:00Z: missed",
                        "no metrics either, 1970-01-01T21:40:00Z to 1970-01-01T21:50:00Z:"
                                + " nothing was recorded, so it does not count"),
                c.known().stream().map(KnownIncident::line).toList());
        // R: binom.test(2, 3).
        assertEquals(
                List.of(
                        "recall: 2 of 3 known incidents caught (66.7%; 95% interval 9.43% to 99.16%)",
                        "precision: 2 of 3 stopped periods true (66.7%; 95% interval 9.43% to 99.16%)"),
                c.summary().subList(0, 2));
        assertEquals(
                List.of(
                        "1970-01-01T01:41:00Z to 1970-01-01T02:02:00Z, 21 min: 3 by abort: errors; known: checkout down",
                        "1970-01-01T05:01:00Z to 1970-01-01T05:12:00Z, 11 min: 2 by abort: errors; FALSE, no known incident",
                        "1970-01-01T10:01:00Z to 1970-01-01T10:02:00Z, 1 min: 1 by abort: errors; known: slow search"),
                c.periods().stream().map(StoppedPeriod::line).toList());
    }

    @Test
    void calmRolloutsAreThoseThatTouchNoIncident() {
        // Rollouts that touch minutes 95 to 130: those begun at 90 (to 100) to 130.
        IncidentComparison c = compare(report(100, 300), incident(100, 125, "down"));
        assertEquals(new BinomialShare(1, 143 - 5), c.calm());
        assertEquals(1, c.falseStops());
    }

    @Test
    void theMarginIsCountedFromTheIncidentsEnds() {
        // The stop is failing in minutes 301 to 302.
        assertTrue(
                compare(report(300), incident(307, 310, "after")).known().get(0).caught());
        assertFalse(
                compare(report(300), incident(308, 310, "after")).known().get(0).caught());
        assertTrue(compare(report(300), incident(280, 296, "before"))
                .known()
                .get(0)
                .caught());
        assertFalse(compare(report(300), incident(280, 295, "before"))
                .known()
                .get(0)
                .caught());
        assertEquals(
                "caught 5 min before its beginning by abort: errors",
                compare(report(300), incident(307, 310, "after")).known().get(0).says());
    }

    @Test
    void stopsFurtherApartThanTheGapAreTwoPeriods() {
        List<SimulatedRollout> stops = report(100, 130, 170).simulated();
        // From 102 to 131 are 29 minutes, from 132 to 171 are 39.
        List<StoppedPeriod> periods = StoppedPeriod.of(stops, GAP);
        assertEquals(2, periods.size());
        assertEquals(minute(101), periods.get(0).from());
        assertEquals(minute(132), periods.get(0).to());
        assertEquals(minute(171), periods.get(1).from());
        assertEquals(minute(172), periods.get(1).to());
    }

    @Test
    void withoutStopsThereIsNoPrecision() {
        IncidentComparison c = compare(report(), incident(100, 125, "down"));
        assertEquals(new BinomialShare(0, 1), c.recall());
        assertEquals("precision: 0 of 0 stopped periods true", c.summary().get(1));
    }

    @Test
    void alertsThatFireTogetherAreOneIncident() {
        assertEquals(
                List.of(incident(10, 40, "Errors, Slow"), incident(90, 95, "Errors")),
                Incident.merged(
                        List.of(
                                incident(12, 40, "Slow"),
                                incident(90, 95, "Errors"),
                                incident(10, 20, "Errors"),
                                incident(20, 30, "Errors")),
                        minute(30)));
    }
}

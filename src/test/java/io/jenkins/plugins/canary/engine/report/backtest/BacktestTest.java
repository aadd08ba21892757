package io.jenkins.plugins.canary.engine.report.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A plan over months that were made up, with incidents at known times. */
class BacktestTest {

    private static final Duration STEP = Duration.ofMinutes(1);

    private static CanaryPlan plan(String gate, String abort) throws Exception {
        return PlanReader.read("""
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                  - { name: Few, weight: 5, hold: 10m, approval: {} }
                  - { name: Half, weight: 50, hold: 20m }
                  - { name: Full, weight: 100 }
                """ + "gate: [ " + gate + " ]\nabort: [ " + abort + " ]\n");
    }

    /** Error rates of both tracks by the minute; 300 and 5,700 requests each. */
    private static Recording recording(Backtest backtest, double[] canary, double[] stable) {
        Map<MetricQuery, double[]> values = new LinkedHashMap<>();
        for (MetricQuery q : backtest.queries()) {
            boolean ofCanary = q.track() == Track.CANARY;
            double[] requests = new double[canary.length];
            Arrays.fill(requests, ofCanary ? 300 : 5_700);
            values.put(q, q.metric().name().equals("requests") ? requests : ofCanary ? canary : stable);
        }
        return new Recording(1_700_000_000_000L, STEP.toMillis(), values);
    }

    private static double[] rates(int ticks, double usual) {
        double[] values = new double[ticks];
        Arrays.fill(values, usual);
        return values;
    }

    @Test
    void everyRolloutOverGoodTimesIsPromoted() throws Exception {
        Backtest backtest =
                new Backtest(plan("{ metric: error-rate, max: 1% }", "{ metric: error-rate, max: 5% }"), STEP, 0.01);
        Backtest.Report report = backtest.run(recording(backtest, rates(1_000, 0.001), rates(1_000, 0.001)));
        // A rollout begins where the one before ended: 11 ticks of Few, 21 of Half, and the first one of Full.
        assertTrue(report.rollouts() >= 28 && report.rollouts() <= 33, report.toString());
        assertEquals(report.rollouts(), report.promoted());
        assertEquals(0, report.falseAlarms());
    }

    @Test
    void anIncidentIsBlamedOnTheRuleThatSawIt() throws Exception {
        Backtest backtest =
                new Backtest(plan("{ metric: error-rate, max: 1% }", "{ metric: error-rate, max: 5% }"), STEP, 0.01);
        double[] canary = rates(1_000, 0.001);
        Arrays.fill(canary, 500, 503, 0.08);
        Backtest.Report report = backtest.run(recording(backtest, canary, rates(1_000, 0.001)));
        int stopped = report.rollouts() - report.promoted();
        assertTrue(stopped >= 1 && stopped <= 3, report.toString());
        assertEquals(Map.of("abort: not (error-rate <= 5%)", stopped), report.byCause());
        assertEquals(
                "error-rate is 8%, above the maximum of 5%",
                report.reasons().values().iterator().next());
    }

    @Test
    void proposesTheThresholdThatWouldHaveGivenTheWantedRate() throws Exception {
        Random random = new Random(5);
        double[] canary = random.doubles(20_000).map(u -> 0.002 * -Math.log(u)).toArray();
        Backtest first = new Backtest(plan("{ metric: error-rate, max: 1% }", ""), STEP, 0.1);
        Backtest.Report report = first.run(recording(first, canary, canary));
        Backtest.Proposal proposal = report.proposals().get(0);
        assertTrue(proposal.failing() > 0.15, report.toString());
        Backtest again =
                new Backtest(plan("{ metric: error-rate, max: " + proposal.max() * 100 + "% }", ""), STEP, 0.1);
        assertEquals(
                0.1,
                again.run(recording(again, canary, canary)).proposals().get(0).failing(),
                0.04);
    }

    @Test
    void testsCountWhatTheStepsAddUpTo() throws Exception {
        String test = "{ metric: error-rate, versusStable: { test: sequential } }";
        Backtest backtest = new Backtest(plan("{ metric: error-rate, max: 50% }", test), STEP, 0.01);
        double[] canary = rates(400, 0.01);
        Arrays.fill(canary, 200, 400, 0.03);
        Backtest.Report report = backtest.run(recording(backtest, canary, rates(400, 0.01)));
        assertTrue(report.promoted() >= 5, report.toString());
        assertEquals(1, report.byCause().size(), report.toString());
        assertTrue(
                report.reasons().values().iterator().next().contains("it was shown that canary fails more"),
                report.toString());
    }

    @Test
    void withoutDataNoRolloutEnds() throws Exception {
        Backtest backtest = new Backtest(plan("{ metric: error-rate, max: 1% }", ""), STEP, 0.01);
        Backtest.Report report = backtest.run(recording(backtest, rates(300, Double.NaN), rates(300, 0)));
        assertEquals(0, report.rollouts());
        assertTrue(Double.isNaN(report.falseAlarms()));
    }
}

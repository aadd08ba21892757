package io.jenkins.plugins.canary.engine.report.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
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
        BacktestReport report = backtest.run(recording(backtest, rates(1_000, 0.001), rates(1_000, 0.001)));
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
        BacktestReport report = backtest.run(recording(backtest, canary, rates(1_000, 0.001)));
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
        BacktestReport report = first.run(recording(first, canary, canary));
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
        BacktestReport report = backtest.run(recording(backtest, canary, rates(400, 0.01)));
        assertTrue(report.promoted() >= 5, report.toString());
        assertEquals(1, report.byCause().size(), report.toString());
        assertTrue(
                report.reasons().values().iterator().next().contains("it was shown that canary fails more"),
                report.toString());
    }

    @Test
    void withoutDataNoRolloutEnds() throws Exception {
        Backtest backtest = new Backtest(plan("{ metric: error-rate, max: 1% }", ""), STEP, 0.01);
        BacktestReport report = backtest.run(recording(backtest, rates(300, Double.NaN), rates(300, 0)));
        assertEquals(0, report.rollouts());
        assertTrue(Double.isNaN(report.falseAlarms()));
    }

    @Test
    void saysFromWhenToWhenReleasesWereStopped() throws Exception {
        Backtest backtest =
                new Backtest(plan("{ metric: error-rate, max: 1% }", "{ metric: error-rate, max: 5% }"), STEP, 0.01);
        double[] canary = rates(1_000, 0.001);
        Arrays.fill(canary, 500, 520, 0.08);
        Arrays.fill(canary, 700, 701, 0.08);
        Recording recording = recording(backtest, canary, rates(1_000, 0.001));
        List<StoppedPeriod> periods = StoppedPeriod.of(backtest.run(recording).simulated(), Duration.ofMinutes(30));
        assertEquals(2, periods.size(), periods.toString());
        assertEquals(recording.at(500), periods.get(0).from());
        assertEquals(recording.at(519), periods.get(0).to());
        assertEquals(20, periods.get(0).stops().size());
        assertEquals(recording.at(700), periods.get(1).from());
        assertEquals(recording.at(700), periods.get(1).to());
        assertEquals(Map.of("abort: not (error-rate <= 5%)", 20), periods.get(0).byCause());
    }

    @Test
    void aPeriodBeginsWhereTheCheckBeganToFail() throws Exception {
        Backtest backtest = new Backtest(
                plan("{ metric: error-rate, max: 1% }", "{ metric: error-rate, max: 5%, for: 10m }"), STEP, 0.01);
        double[] canary = rates(1_000, 0.001);
        Arrays.fill(canary, 500, 515, 0.08);
        Recording recording = recording(backtest, canary, rates(1_000, 0.001));
        List<StoppedPeriod> periods = StoppedPeriod.of(backtest.run(recording).simulated(), Duration.ofMinutes(30));
        assertEquals(1, periods.size(), periods.toString());
        assertEquals(recording.at(500), periods.get(0).from());
        assertEquals(recording.at(510), periods.get(0).to());
    }

    @Test
    void aPeriodOfAGateBeginsWithItsFirstFailureOfThePhase() throws Exception {
        Backtest backtest = new Backtest(plan("{ metric: error-rate, max: 1% }", ""), STEP, 0.01);
        double[] canary = rates(1_000, 0.001);
        // Never green for ten minutes, until the phase's deadline of half an hour is over.
        for (int i = 503; i < 560; i += 5) {
            canary[i] = 0.08;
        }
        Recording recording = recording(backtest, canary, rates(1_000, 0.001));
        List<StoppedPeriod> periods = StoppedPeriod.of(backtest.run(recording).simulated(), Duration.ofMinutes(30));
        SimulatedRollout first = periods.get(0).stops().get(0);
        assertEquals("gate: error-rate <= 1%", first.stop().cause());
        assertEquals(recording.at(503), periods.get(0).from(), periods.toString());
        assertTrue(first.ended() > recording.at(510), first.toString());
    }

    @Test
    void whatIsBrokenDownByALabelIsLeftOutAndSaid() throws Exception {
        CanaryPlan plan = plan(
                "{ metric: error-rate, max: 1% }, { metric: error-rate, max: 2%, by: route }",
                "{ metric: error-rate, max: 5% }");
        List<String> said = new ArrayList<>();
        CanaryPlan judged = BacktestPlan.of(plan, false, said::add);
        assertEquals(List.of("left out, a backtest reads no metrics by label: error-rate by route <= 2%"), said);
        Backtest backtest = new Backtest(judged, STEP, 0.01);
        assertTrue(
                backtest.queries().stream().allMatch(q -> q.by() == null),
                backtest.queries().toString());
        assertEquals(2, backtest.criteria().size());
    }

    @Test
    void thePageShowsPeriodsAndSeries() throws Exception {
        Backtest backtest = new Backtest(
                plan("{ metric: error-rate, max: 1% }", "{ metric: error-rate, versusStable: { test: sequential } }"),
                STEP,
                0.01);
        double[] canary = rates(3_000, 0.001);
        Arrays.fill(canary, 500, 520, 0.08);
        Recording recording = recording(backtest, canary, rates(3_000, 0.001));
        BacktestReport report = backtest.run(recording);
        Incident known = new Incident(recording.at(495), recording.at(522), "<down> & out");
        IncidentComparison comparison = IncidentComparison.of(
                report, List.of(known), recording, Duration.ofMinutes(10), Duration.ofMinutes(30));
        String page = BacktestPage.of("api", backtest, report, comparison.periods(), comparison, recording);
        assertTrue(page.contains("known: &lt;down&gt; &amp; out"), page);
        assertTrue(page.contains("recall: 1 of 1 known incident caught (100%; 95% interval 2.5% to 100%)"), page);
        // Each criterion over the whole time, and one close-up of the period.
        assertEquals(3, count(page, "<figure>"));
        assertEquals(3, count(page, "<rect class=\"known\""));
        assertEquals(3, count(page, "<rect class=\"true\""));
        assertEquals(0, count(page, "<script"));
        // 3,000 ticks are thinned, and the peak of 8% is kept.
        assertTrue(page.length() < 80_000, "characters: " + page.length());
        assertTrue(page.contains("error-rate &lt;= 1%, up to 8%"), page);
    }

    private static int count(String page, String part) {
        return page.split(Pattern.quote(part), -1).length - 1;
    }
}

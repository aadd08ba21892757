package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import io.jenkins.plugins.canary.engine.plan.power.ServiceBaseline;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As a rollout begins its page tells what the phases will see, out of what the server says of the service. */
class PhasePowerTest {

    private static final String PLAN = """
            name: shop
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:1", interval: 1m }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases: [ { name: Few, weight: 5, hold: 5m }, { name: Half, weight: 50, hold: 1h }, { name: Full, weight: 100 } ]
            gate: [ { metric: error-rate, versusStable: { test: counts } } ]
            """;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void theFirstTickTellsIt() throws Exception {
        FakeRelease release = FakeRelease.inMemory(PlanReader.read(PLAN), AdvanceMode.AUTOMATIC)
                .pass(2, 0);
        Poll.until("the power analysis is there", () -> release.answer().powerAnalysis() != null);
        RolloutStatusResponse.PowerAnalysisRow told = release.answer().powerAnalysis();
        assertTrue(
                told.requestsPerSecond() >= 2 && told.requestsPerSecond() <= 4,
                "both tracks: " + told.requestsPerSecond());
        assertTrue(
                told.lines().stream().anyMatch(l -> l.phase().equals("Few") && l.warning() != null),
                told.lines().toString());
    }

    /** The issue's own example. */
    @Test
    void aBlindPhaseIsNamedWithAProposal() throws Exception {
        CanaryPlan plan = PlanReader.read(PLAN);
        List<PowerAnalysis.Line> lines =
                new ServiceBaseline(20, 0.002, null, null).powerAnalysis().of(plan);
        PowerAnalysis.Line few = lines.get(0);
        assertTrue(
                few.says().startsWith("5% for 5 min at 20/s: 300 requests; only a rise of the error rate above"),
                few.says());
        assertTrue(few.warning().matches("blind to an error rate of 1%: hold for \\d+m.*"), few.warning());
        assertNull(lines.get(1).warning(), lines.get(1).toString());
    }

    @Test
    void onlyWhatIsKnownIsTold() throws Exception {
        MetricQuery rate = new MetricQuery(Metric.of("request-rate"), Track.STABLE, Duration.ofMinutes(10));
        MetricQuery errors = new MetricQuery(Metric.of("error-rate"), Track.STABLE, Duration.ofMinutes(10));
        assertTrue(ServiceBaseline.queries(PlanReader.read(PLAN)).containsAll(List.of(rate, errors)));
        assertEquals(new ServiceBaseline(20, 0.002, null, null), ServiceBaseline.of(Map.of(rate, 20.0, errors, 0.002)));
        assertNull(ServiceBaseline.of(Map.of(rate, 20.0)));
        assertNull(ServiceBaseline.of(Map.of(rate, 0.0, errors, 0.0)));
        assertNotNull(new ServiceBaseline(20, 0, 0.1, 0.1).powerAnalysis(), "a latency without spread is left out");
    }
}

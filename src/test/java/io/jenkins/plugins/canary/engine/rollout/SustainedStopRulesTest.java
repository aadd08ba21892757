package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stop rules that a release manager of the scholarship service writes down: what has to be true, and for how long. */
class SustainedStopRulesTest {

    private static final long TICK = 15_000;
    private static final String PLAN = """
            name: scholarship-api
            traffic: { fake: { refuses: 13 } }
            metrics:
              prometheus: { url: "http://prometheus:9090", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
              http: { testers: 'client="k6"' }
              sets: { http: micrometer, limiter: app, ai: app, pool: hikaricp }
            phases:
              - { name: Half, weight: 50, hold: 12h }
              - { name: Full, weight: 100 }
            gate: [ { metric: success-rate, min: 50% }, { metric: latency, quantile: 0.99, trend: { tolerance: 10% } } ]
            abort:
              - { metric: latency, quantile: 0.95, max: 250ms, for: 10m }
              - { metric: 5xx-rate, max: 1%, for: 10m }
              - { metric: limiter-errors, max: 0, for: 5m }
              - { metric: 429-rate, max: 2%, for: 10m }
              - { metric: ai-fallback-rate, max: 10%, for: 10m }
              - { metric: pool-use, max: 85%, for: 5m }
            """;

    private static CanaryPlan plan() throws PlanException {
        return PlanReader.read(PLAN);
    }

    private static Map<MetricQuery, Reading> readings(PolicySimulator replay, long at, String metric, Double value) {
        Map<MetricQuery, Reading> readings = new HashMap<>();
        for (MetricQuery query : replay.queries(at)) {
            readings.put(
                    query,
                    Reading.of(
                            switch (query.metric().name()) {
                                case "success-rate" -> 1;
                                case "latency" -> 0.2;
                                case "pool-use" -> 0.5;
                                default -> 0;
                            }));
            if (query.metric().label().equals(metric)) {
                readings.put(query, value == null ? Reading.noData("nothing") : Reading.of(value));
            }
        }
        return readings;
    }

    @ParameterizedTest
    @CsvSource({
        "latency p95, 0.251, 0.25, 10",
        "5xx-rate, 0.0101, 0.01, 10",
        "limiter-errors, 1, 0, 5",
        "429-rate, 0.021, 0.02, 10",
        "ai-fallback-rate, 0.11, 0.1, 10",
        "pool-use, 0.86, 0.85, 5"
    })
    void firesAfterItsTimeAndNotBefore(String metric, double broken, double bound, int minutes) throws Exception {
        PolicySimulator replay = new PolicySimulator(plan(), 0);
        long at = 0;
        // At the bound nothing is broken, however long; nor is it by a row of broken ticks that one good tick ends.
        for (int i = 0; i < 4 * 30; i++) {
            replay.tick(at += TICK, readings(replay, at, metric, i % 20 == 19 ? bound : i > 60 ? broken : bound), null);
        }
        assertFalse(replay.over(), String.valueOf(replay.reason()));
        replay.tick(at += TICK, readings(replay, at, metric, bound), null);
        long first = at + TICK;
        while (!replay.over() && at < first + 3_600_000) {
            replay.tick(at += TICK, readings(replay, at, metric, broken), null);
        }

        assertEquals(minutes * 60_000L, at - first, replay.blamed());
        assertTrue(replay.blamed().startsWith("abort: not (" + metric), replay.blamed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for: 5m, onNoData: fail | 5 | abort: not (pool-use <= 85%) for 5m",
                "noDataDeadline: 3m | 3 | abort: not (pool-use <= 85%)"
            })
    void missingDataFiresARuleThatSaysSo(String terms, int minutes, String blamed) throws Exception {
        CanaryPlan plan = PlanReader.read(PLAN.replace(
                "{ metric: pool-use, max: 85%, for: 5m }", "{ metric: pool-use, max: 85%, " + terms + " }"));
        PolicySimulator replay = new PolicySimulator(plan, 0);
        long at = 0;
        for (int i = 0; i < 10; i++) {
            replay.tick(at += TICK, readings(replay, at, "pool-use", 0.5), null);
        }
        long first = at + TICK;
        while (!replay.over() && at < first + 3_600_000) {
            replay.tick(at += TICK, readings(replay, at, "pool-use", null), null);
        }

        assertEquals(minutes * 60_000L, at - first, String.valueOf(replay.reason()));
        assertEquals(blamed, replay.blamed());
        assertTrue(replay.reason().contains("no data"), replay.reason());
    }

    @Test
    void missingDataFiresNoOtherRule() throws Exception {
        for (String terms : new String[] {"for: 5m", "for: 5m, onNoData: pass"}) {
            PolicySimulator replay =
                    new PolicySimulator(PlanReader.read(PLAN.replace("85%, for: 5m", "85%, " + terms)), 0);
            long at = 0;
            for (int i = 0; i < 4 * 60; i++) {
                replay.tick(at += TICK, readings(replay, at, "pool-use", null), null);
            }
            assertFalse(replay.over(), terms);
        }
    }

    @Test
    void gapInTheDataBeginsTheTimeAnew() throws Exception {
        PolicySimulator replay = new PolicySimulator(plan(), 0);
        long at = 0;
        for (int i = 0; i < 4 * 4; i++) {
            replay.tick(at += TICK, readings(replay, at, "pool-use", 0.9), null);
        }
        for (int i = 0; i < 3; i++) {
            replay.tick(at += TICK, readings(replay, at, "pool-use", null), null);
        }
        for (int i = 0; i < 4 * 5; i++) {
            replay.tick(at += TICK, readings(replay, at, "pool-use", 0.9), null);
        }
        assertFalse(replay.over(), "five minutes are over, but nobody saw all of them");
    }

    @Test
    void climbingP99FailsTheGateBelowEveryThreshold() throws Exception {
        PolicySimulator replay = new PolicySimulator(plan(), 0);
        long at = 0;
        int failed = 0;
        for (int i = 0; i < 4 * 60; i++) {
            at += TICK;
            replay.tick(at, readings(replay, at, "latency p99", 0.1 + i * 0.0001), null);
            failed += replay.failures().isEmpty() ? 0 : 1;
        }
        assertTrue(failed > 0, "24% in an hour");
        assertTrue(
                replay.failures().keySet().iterator().next().startsWith("latency p99, trend"),
                replay.failures().toString());
    }
}

package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Rollouts to measure: a plan that is held for a year, a source and a router that answer at once. */
final class Workload {

    private static final String[] GATE = {
        "{ metric: success-rate, min: 99% }",
        "{ metric: error-rate, max: 1% }",
        "{ metric: 5xx-rate, max: 0.1% }",
        "{ metric: latency, quantile: 0.5, max: 100ms }",
        "{ metric: latency, quantile: 0.99, max: 500ms }",
        "{ metric: request-rate, min: 1 }",
        "{ metric: latency, quantile: 0.9, max: 300ms }",
        "{ metric: latency, quantile: 0.95, max: 400ms }",
        "{ metric: latency, quantile: 0.999, max: 1s }",
        "{ metric: errors, max: 10 }"
    };

    private Workload() {}

    /** @param metrics how many metrics a tick reads, at most 10 */
    static CanaryPlan plan(int metrics) throws PlanException {
        return PlanReader.read("""
                name: api-gateway
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 1m, scrapeInterval: 15s }
                  window: 1m
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                  - { name: Only, weight: 5, hold: 8760h }
                  - { name: Full, weight: 100 }
                gate: [ %s ]
                abort: [ { metric: success-rate, min: 95%% }, { metric: error-rate, max: 5%%, for: 10m }, { consecutiveFailures: 3 } ]
                """.formatted(String.join(", ", java.util.Arrays.copyOf(GATE, metrics))));
    }

    static RolloutEvent.Started started(CanaryPlan plan, String id, long at) {
        return new RolloutEvent.Started(
                at, id, plan.name(), "v2", plan.text(), AdvanceMode.AUTOMATIC, "bench", "bench", Map.of());
    }

    /** Healthy readings with some noise, at once. */
    static final class Source implements MetricSource {
        private final Random random = new Random(1);

        @Override
        public CompletableFuture<Map<MetricQuery, Reading>> read(
                Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
            return CompletableFuture.completedFuture(readings(queries));
        }

        Map<MetricQuery, Reading> readings(Set<MetricQuery> queries) {
            Map<MetricQuery, Reading> readings = new HashMap<>();
            for (MetricQuery query : queries) {
                double noise = random.nextDouble();
                readings.put(
                        query,
                        Reading.of(
                                switch (query.metric().name()) {
                                    case "success-rate" -> 1 - noise / 1000;
                                    case "latency" -> 0.03 + noise / 100;
                                    case "request-rate" -> 100 + noise;
                                    case "errors" -> 0;
                                    default -> noise / 10_000;
                                }));
            }
            return readings;
        }

        @Override
        public String describe(MetricQuery query) {
            return null;
        }
    }

    /** Does what it is asked, and counts requests. */
    static final class Router implements TrafficRouter {
        private Weight weight = Weight.ZERO;
        private long canary;
        private long stable;

        @Override
        public synchronized Observation observe() {
            canary += weight.tenths();
            stable += 1000 - weight.tenths();
            return Observation.of(weight).withRequests(canary, stable);
        }

        @Override
        public synchronized void shift(Weight next) {
            weight = next;
        }

        @Override
        public void promote(String version) {
            shift(Weight.FULL);
        }
    }
}

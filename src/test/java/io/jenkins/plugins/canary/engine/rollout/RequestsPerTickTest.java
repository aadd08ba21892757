package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.QueryServer;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tick asks of a Prometheus server: each metric and window once, whatever is read of it. */
class RequestsPerTickTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final Map<Long, Set<MetricQuery>> byTick = new TreeMap<>();
    private CountingRelease release;

    private static CanaryPlan plan(String url, String gate) throws Exception {
        return PlanReader.read("""
                name: shop
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "%s", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                  - { name: One, weight: 10, hold: 10m, gate: [ %s ] }
                  - { name: Two, weight: 100 }
                abort: default
                """.formatted(url, gate));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ metric: requests, min: 1 } | 27 | 12",
                "{ metric: error-rate, max: 1% }, { metric: latency, quantile: 0.99, max: 500ms } | 26 | 11"
            })
    void oneRequestForEachMetricAndWindow(String gate, int before, int after) throws Exception {
        try (QueryServer server =
                new QueryServer(query -> List.of(query.contains("timestamp(") ? "1699999999" : "0.5"))) {
            CanaryPlan plan = plan(server.url(), gate);
            release = new CountingRelease(plan, AdvanceMode.AUTOMATIC, this::collect);
            release.pass(8 * CountingRelease.MINUTE);
            Set<MetricQuery> largest = byTick.values().stream()
                    .filter(tick -> tick.stream().allMatch(query -> query.past() == null))
                    .reduce((a, b) -> b.size() >= a.size() ? b : a)
                    .orElseThrow();
            try (MetricSource source = new MetricSources().open(plan.metrics(), SampleMetrics.context())) {
                source.read(largest, NOW).join();
            }
            Set<MetricQuery> metrics =
                    largest.stream().map(query -> query.of(Track.CANARY)).collect(Collectors.toSet());
            assertEquals(metrics.size(), server.requests().size());
            long apart =
                    server.requests().stream().flatMap(List::stream).distinct().count();
            // Stable's lines beside fixed limits were not read then.
            assertEquals(
                    before,
                    apart - plan.drawnQueries(0).size(),
                    "requests that it took before tracks and times were joined");
            assertEquals(after, metrics.size());
        }
    }

    private Reading collect(MetricQuery query) {
        long now = release == null ? 0 : release.clock.now();
        byTick.computeIfAbsent(now, at -> new LinkedHashSet<>()).add(query);
        return FakeSource.service(query, 0.001);
    }
}

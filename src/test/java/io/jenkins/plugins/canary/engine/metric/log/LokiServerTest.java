package io.jenkins.plugins.canary.engine.metric.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.testing.EvidenceServers;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Loki; skipped where {@code loki} is not in the PATH. */
class LokiServerTest {

    @Test
    void errorsAreCountedAndNewOnesFound(@TempDir Path folder) throws Exception {
        try (ServerProcess loki = EvidenceServers.loki(folder, true)) {
            String url = loki.uri().toString();
            Instant now = Instant.now();
            StringBuilder stable = new StringBuilder();
            StringBuilder canary = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                long nanos = now.minusSeconds(60 - i).toEpochMilli() * 1_000_000 + i;
                stable.append(entry(i, nanos, i % 10 == 0 ? "ERROR order " + i + " lost" : "INFO paid " + i));
                canary.append(entry(
                        i,
                        nanos,
                        i % 10 == 0
                                ? "ERROR no route to 10.0.0." + i
                                : i % 10 == 1 ? "ERROR order 1 lost" : "INFO paid"));
            }
            String streams = "{\"streams\":[{\"stream\":{\"app\":\"shop\",\"version\":\"v1\"},\"values\":[" + stable
                    + "]},{\"stream\":{\"app\":\"shop\",\"version\":\"v2\"},\"values\":[" + canary + "]}]}";
            EvidenceServers.post(
                    loki.uri().resolve("/loki/api/v1/push"), "application/json", streams, "X-Scope-OrgID", "team-a");
            LogSource source = new LogSource(
                    settings(url, "|= \"ERROR\""),
                    new HttpClientPool(),
                    SampleMetrics.context(),
                    Duration.ofSeconds(20));
            Map<MetricQuery, Reading> readings = read(source, now);
            assertEquals(50, readings.get(query("log-lines", Track.STABLE)).value());
            assertEquals(
                    0.1, readings.get(query("log-error-rate", Track.STABLE)).value(), 1e-9);
            assertEquals(
                    0.2, readings.get(query("log-error-rate", Track.CANARY)).value(), 1e-9);
            Reading fresh = readings.get(query("new-log-error-rate", Track.CANARY));
            // Stable's errors of this same minute were new as well: its past before it is empty.
            assertEquals(0.2, fresh.value(), 1e-9);
            assertEquals("new: 'ERROR no route to *' 5 times", fresh.detail());
            LogSource wrong = new LogSource(
                    settings(url, "|= ERROR"), new HttpClientPool(), SampleMetrics.context(), Duration.ofSeconds(20));
            Reading refused = read(wrong, now).get(query("log-error-rate", Track.CANARY));
            assertEquals(Reading.Status.UNAVAILABLE, refused.status());
            assertTrue(refused.detail().contains("400: parse error"), refused.detail());
        }
    }

    private static String entry(int i, long nanos, String text) {
        return (i == 0 ? "" : ",") + "[\"" + nanos + "\",\"" + text + "\"]";
    }

    private static LogSettings settings(String url, String errors) {
        return new LogSettings(
                new LogSettings.Loki(url, "team-a"),
                Map.of(
                        Track.CANARY,
                        "{app=\"shop\",version=\"{{version}}\"}",
                        Track.STABLE,
                        "{app=\"shop\",version!=\"{{version}}\"}"),
                errors,
                Duration.ofSeconds(1),
                Duration.ofMinutes(10),
                1_000,
                Map.of(),
                Auth.NONE);
    }

    private static MetricQuery query(String metric, Track track) {
        return new MetricQuery(Metric.of(metric), track, Duration.ofMinutes(2));
    }

    private static Map<MetricQuery, Reading> read(LogSource source, Instant at) {
        return source.read(
                        Set.of(
                                query("log-lines", Track.STABLE),
                                query("log-error-rate", Track.STABLE),
                                query("log-error-rate", Track.CANARY),
                                query("new-log-error-rate", Track.CANARY)),
                        at)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}

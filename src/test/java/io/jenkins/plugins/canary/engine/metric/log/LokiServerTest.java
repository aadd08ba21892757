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
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Loki; skipped where {@code loki} is not on the PATH. */
class LokiServerTest {

    private static final String CONFIGURATION = """
            auth_enabled: true
            server: { http_listen_address: 127.0.0.1, http_listen_port: PORT, grpc_listen_address: 127.0.0.1, grpc_listen_port: GRPC }
            common:
              path_prefix: FOLDER
              replication_factor: 1
              ring: { instance_addr: 127.0.0.1, kvstore: { store: inmemory } }
              storage: { filesystem: { chunks_directory: FOLDER/chunks, rules_directory: FOLDER/rules } }
            schema_config:
              configs: [ { from: 2020-01-01, store: tsdb, object_store: filesystem, schema: v13, index: { prefix: i_, period: 24h } } ]
            ingester: { lifecycler: { min_ready_duration: 0s } }
            frontend: { address: 127.0.0.1 }
            analytics: { reporting_enabled: false }
            """;

    private static final HttpClient WEB = HttpClient.newHttpClient();

    @Test
    void errorsAreCountedAndNewOnesFound(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "loki"))),
                "loki is not on the PATH");
        int port = freePort();
        Path file = folder.resolve("loki.yaml");
        Files.writeString(
                file,
                CONFIGURATION
                        .replace("PORT", "" + port)
                        .replace("GRPC", "" + freePort())
                        .replace("FOLDER", folder.toString()));
        Process loki = new ProcessBuilder("loki", "-config.file=" + file)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            String url = "http://127.0.0.1:" + port;
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
            pushed(url, streams, loki, folder);
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
        } finally {
            loki.destroy();
            loki.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
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

    /** Once it is ready. */
    private static void pushed(String url, String streams, Process loki, Path folder) throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/ready")).build();
        HttpRequest push = HttpRequest.newBuilder(URI.create(url + "/loki/api/v1/push"))
                .header("Content-Type", "application/json")
                .header("X-Scope-OrgID", "team-a")
                .POST(HttpRequest.BodyPublishers.ofString(streams))
                .build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String last = "";
        while (loki.isAlive() && System.nanoTime() < end) {
            try {
                HttpResponse<String> answer = WEB.send(ready, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    assertEquals(
                            204,
                            WEB.send(push, HttpResponse.BodyHandlers.ofString()).statusCode());
                    return;
                }
                last = answer.body();
            } catch (IOException starting) {
                last = starting.toString();
            }
            loki.waitFor(200, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("Loki is not ready: " + last + "\n" + Files.readString(folder.resolve("log")));
    }
}

package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes whose servers a Debian machine can have, on those servers; skipped by name without. */
class RecipesOnServersTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path dir;

    private static String post(URI to, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(to)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(answer.statusCode() / 100 == 2, answer.statusCode() + " " + answer.body());
        return answer.body();
    }

    private static MetricSource open(String metric) throws Exception {
        CanaryPlan plan = new PlanResolver(BasePlans.NONE, List.of()).read(RecipesTest.plan(metric));
        return new MetricSources()
                .open(plan.metrics(), SourceContext.of(new Target("shop", "basket"), "v2", SampleMetrics.NO_SECRETS));
    }

    private static Reading read(MetricSource source, Track track) {
        return SampleMetrics.read(source, SampleMetrics.query("m", track), Instant.now());
    }

    @Test
    void influxdb() throws Exception {
        Path influxd = ServerProcess.program("influxd", "influxdb");
        String http = "127.0.0.1:" + ServerProcess.freePort();
        Map<String, String> environment = Map.of(
                "INFLUXDB_HTTP_BIND_ADDRESS",
                http,
                "INFLUXDB_BIND_ADDRESS",
                "127.0.0.1:" + ServerProcess.freePort(),
                "INFLUXDB_META_DIR",
                dir.resolve("meta").toString(),
                "INFLUXDB_DATA_DIR",
                dir.resolve("data").toString(),
                "INFLUXDB_DATA_WAL_DIR",
                dir.resolve("wal").toString(),
                "INFLUXDB_REPORTING_DISABLED",
                "true");
        Path config = Files.writeString(dir.resolve("influxdb.conf"), "[meta]\n[data]\n[http]\n");
        try (ServerProcess server = ServerProcess.start(
                URI.create("http://" + http),
                "/ping",
                dir,
                environment,
                List.of(influxd.toString(), "-config", config.toString()))) {
            String form = "application/x-www-form-urlencoded";
            post(
                    server.uri().resolve("/query"),
                    form,
                    "q=" + URLEncoder.encode("CREATE DATABASE shop", StandardCharsets.UTF_8));
            long seconds = Instant.now().getEpochSecond();
            post(
                    server.uri().resolve("/write?db=shop&precision=s"),
                    "text/plain",
                    "requests,version=v2 latency=0.2 %d\nrequests,version=v2 latency=0.4 %d\nrequests,version=v1 latency=9 %d\n"
                            .formatted(seconds - 20, seconds - 10, seconds - 10));
            String metric = "{ unit: count, recipe: influxql, with: { url: \"" + server.uri() + "\", database: %s,"
                    + " query: \"SELECT mean(latency) FROM requests WHERE version = '%s'\" } }";
            assertEquals(
                    0.3,
                    read(open(metric.formatted("shop", "{{version}}")), Track.CANARY)
                            .value(),
                    1e-9);
            assertEquals(
                    Reading.Status.NO_DATA,
                    read(open(metric.formatted("shop", "v3")), Track.CANARY).status());
            Reading none = read(open(metric.formatted("basket", "v2")), Track.CANARY);
            assertEquals(Reading.Status.UNAVAILABLE, none.status());
            assertTrue(none.detail().contains("database not found"), none.detail());
        }
    }
}

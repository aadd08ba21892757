package io.jenkins.plugins.canary.standalone.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.standalone.cli.CommandLineProbe;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command over a real Prometheus that holds made-up days: two by default, a month with
 * {@code -Dcanary.backtest.days=30}, which prints what the budget is held against.
 */
class BacktestPrometheusTest {

    private static final int DAYS = Integer.getInteger("canary.backtest.days", 2);
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int INCIDENT_BEGINS = 1_000;
    private static final int INCIDENT_ENDS = 1_060;
    private static final double[] BOUNDS = {0.05, 0.1, 0.2, 0.5, 1};
    private static final String PLAN = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "URL", interval: 1m, timeout: 60s }
              window: 5m
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: Few, weight: 5, hold: 30m }
              - { name: Half, weight: 50, hold: 1h }
              - { name: Full, weight: 100 }
            gate:
              - { metric: success-rate, min: 98% }
              - { metric: latency, quantile: 0.5, max: 200ms }
              - { metric: latency, quantile: 0.99, max: 900ms, versusStable: { maxIncrease: 100% } }
              - { metric: 5xx-rate, max: 5% }
            abort:
              - { metric: error-rate, max: 2% }
              - { metric: request-rate, min: 0.1 }
            """;

    @TempDir
    private Path dir;

    private final Random random = new Random(30);

    @Test
    void aMonthOfOneIncident() throws Exception {
        Path history = dir.resolve("history.txt");
        try (BufferedWriter page = Files.newBufferedWriter(history)) {
            for (String version : new String[] {"v1", "v2"}) {
                write(page, version);
            }
            page.write("# EOF\n");
        }
        backfill(history);
        Files.delete(history);
        try (PrometheusProcess prometheus = PrometheusProcess.start("global: {}\n", dir, "--storage.tsdb.retention.time=100y")) {
            Path plan = Files.writeString(dir.resolve("plan.yaml"), PLAN.replace("URL", prometheus.uri().toString()));
            String[] words = {"backtest", plan.toString(), "--from", START.plusSeconds(600).toString(), "--to",
                START.plus(Duration.ofDays(DAYS)).toString(), "--json"};
            JsonNode found = run(words);
            int ticks = found.path("ticks").intValue();
            assertEquals(DAYS * 1_440 - 10, ticks);
            assertTrue(found.path("rollouts").intValue() >= DAYS * 12, found.toString());
            int stopped = found.path("stopped").intValue();
            assertTrue(stopped >= 1 && stopped <= INCIDENT_ENDS - INCIDENT_BEGINS + 10, found.toString());
            assertEquals(stopped, found.path("byCause").path("abort: not (error-rate <= 2%)").intValue(), found.toString());
            JsonNode again = run(words);
            System.out.println(ticks + " ticks x 6 metrics: read in " + found.path("readMillis") + " ms, judged in "
                    + found.path("judgedMillis") + " ms; read again in " + again.path("readMillis") + " ms, judged in "
                    + again.path("judgedMillis") + " ms");
            assertEquals(found.path("byCause"), again.path("byCause"), "what was kept is what was read");
            prometheus.kill();
            assertEquals(found.path("byCause"), run(words).path("byCause"), "no part is asked for twice");
        }
    }

    private static JsonNode run(String... words) throws Exception {
        CommandLineProbe.Ended ended = CommandLineProbe.run(words);
        assertEquals(0, ended.exit(), ended.err());
        return new ObjectMapper().readTree(ended.out());
    }

    /** A request rate that swings with the day; for an hour one request in twenty of the canary fails. */
    private void write(BufferedWriter page, String version) throws Exception {
        long[] status = new long[2];
        long[] buckets = new long[BOUNDS.length + 1];
        StringBuilder[] series = new StringBuilder[2 + buckets.length];
        for (int i = 0; i < series.length; i++) {
            series[i] = new StringBuilder();
        }
        for (int minute = 0; minute <= DAYS * 1_440; minute++) {
            int requests = (int) (600 * (1 + 0.5 * Math.sin(minute * Math.PI / 720)));
            boolean incident = version.equals("v2") && minute >= INCIDENT_BEGINS && minute < INCIDENT_ENDS;
            for (int i = 0; i < requests / 10; i++) {
                status[random.nextDouble() < (incident ? 0.05 : 0.001) ? 1 : 0] += 10;
                double seconds = 0.08 * Math.exp(0.6 * random.nextGaussian());
                int bucket = 0;
                while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
                    bucket++;
                }
                for (int b = bucket; b < buckets.length; b++) {
                    buckets[b] += 10;
                }
            }
            String time = " " + (START.getEpochSecond() + minute * 60L) + "\n";
            for (int i = 0; i < 2; i++) {
                series[i].append("http_requests_total{version=\"").append(version).append("\",status=\"")
                        .append(i == 0 ? 200 : 500).append("\"} ").append(status[i]).append(time);
            }
            for (int b = 0; b < buckets.length; b++) {
                series[2 + b].append("http_request_duration_seconds_bucket{version=\"").append(version).append("\",le=\"")
                        .append(b < BOUNDS.length ? String.valueOf(BOUNDS[b]) : "+Inf").append("\"} ").append(buckets[b]).append(time);
            }
        }
        for (StringBuilder s : series) {
            page.append(s);
        }
    }

    private void backfill(Path history) throws Exception {
        Process promtool = new ProcessBuilder(PrometheusProcess.program("promtool").toString(), "tsdb",
                        "create-blocks-from", "openmetrics", history.toString(), dir.resolve("data").toString())
                .redirectErrorStream(true).redirectOutput(dir.resolve("promtool.log").toFile()).start();
        assertTrue(promtool.waitFor(10, TimeUnit.MINUTES));
        assertEquals(0, promtool.exitValue(), Files.readString(dir.resolve("promtool.log")));
    }
}

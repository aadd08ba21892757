package io.jenkins.plugins.canary.standalone.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.standalone.cli.CommandLineProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command over a real Prometheus that holds made-up days: two by default, a month with
 * {@code -Dcanary.backtest.days=30}, which prints what the budget is held against.
 */
class BacktestPrometheusTest {

    private static final int DAYS = Integer.getInteger("canary.backtest.days", 2);
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

    @Test
    void aMonthOfOneIncident() throws Exception {
        new MonthHistory(DAYS).load(dir);
        try (PrometheusProcess prometheus =
                PrometheusProcess.start("global: {}\n", dir, "--storage.tsdb.retention.time=100y")) {
            Path plan = Files.writeString(
                    dir.resolve("plan.yaml"),
                    PLAN.replace("URL", prometheus.uri().toString()));
            String[] words = {
                "backtest",
                plan.toString(),
                "--from",
                MonthHistory.START.plusSeconds(600).toString(),
                "--to",
                MonthHistory.START.plus(Duration.ofDays(DAYS)).toString(),
                "--json"
            };
            JsonNode found = run(words);
            int ticks = found.path("ticks").intValue();
            assertEquals(DAYS * 1_440 - 10, ticks);
            assertTrue(found.path("rollouts").intValue() >= DAYS * 12, found.toString());
            int stopped = found.path("stopped").intValue();
            assertTrue(
                    stopped >= 1 && stopped <= MonthHistory.INCIDENT_ENDS - MonthHistory.INCIDENT_BEGINS + 10,
                    found.toString());
            assertEquals(
                    stopped,
                    found.path("byCause").path("abort: not (error-rate <= 2%)").intValue(),
                    found.toString());
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
}

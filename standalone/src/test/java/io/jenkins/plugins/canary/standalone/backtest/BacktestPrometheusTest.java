package io.jenkins.plugins.canary.standalone.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import io.jenkins.plugins.canary.standalone.cli.CommandLineProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
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
        try (ServerProcess prometheus =
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
            incidents(found, words);
            prometheus.kill();
            assertEquals(found.path("byCause"), run(words).path("byCause"), "no part is asked for twice");
        }
    }

    /** The incident, the alert that told of it, and one that no metric shows. */
    private void incidents(JsonNode found, String... words) throws Exception {
        Instant begins = MonthHistory.START.plus(Duration.ofMinutes(MonthHistory.INCIDENT_BEGINS));
        Instant ends = MonthHistory.START.plus(Duration.ofMinutes(MonthHistory.INCIDENT_ENDS));
        assertEquals(1, found.path("periods").size(), found.toString());
        JsonNode period = found.path("periods").get(0);
        // The error rate of five minutes is over 2% from two bad minutes on.
        assertBetween(begins, Instant.parse(period.path("from").textValue()), begins.plusSeconds(300));
        assertBetween(ends, Instant.parse(period.path("to").textValue()), ends.plusSeconds(300));

        Path page = dir.resolve("pages/backtest.html");
        JsonNode alerts = run(with(words, "--incidents", "prometheus:severity=\"page\"", "--html", page.toString()));
        JsonNode alert = alerts.path("incidents").path("known").get(0);
        assertEquals("TooManyErrors", alert.path("name").textValue());
        assertEquals(begins.plusSeconds(180).toString(), alert.path("from").textValue());
        assertEquals(1, alerts.path("incidents").path("recall").path("share").doubleValue());
        assertEquals(1, alerts.path("incidents").path("precision").path("share").doubleValue());
        assertEquals(0, alerts.path("incidents").path("falseStops").intValue(), alerts.toString());
        assertTrue(Files.readString(page).contains("known: TooManyErrors"));

        Path list = Files.writeString(
                dir.resolve("incidents.csv"),
                "from,to,name\n" + begins + "," + ends + ",errors\n" + begins.minusSeconds(36_000) + ","
                        + begins.minusSeconds(32_400) + ",mail was late\n");
        JsonNode file = run(with(words, "--incidents", list.toString())).path("incidents");
        assertEquals(1, file.path("recall").path("hits").intValue());
        assertEquals(2, file.path("recall").path("of").intValue());
        assertEquals(1, file.path("precision").path("share").doubleValue());
        assertEquals(false, file.path("known").get(1).path("caught").booleanValue());

        CommandLineProbe.Ended none = CommandLineProbe.run(with(words, "--incidents", "prometheus:severity=\"none\""));
        assertEquals(2, none.exit());
        assertTrue(
                none.err()
                        .contains("no alert fired in that time, by the query count by (alertname)"
                                + " (ALERTS{alertstate=\"firing\",severity=\"none\"}): choose other label matchers"),
                none.err());
        CommandLineProbe.Ended broken = CommandLineProbe.run(with(words, "--incidents", "prometheus:severity="));
        assertEquals(3, broken.exit());
        assertTrue(broken.err().contains("label matchers are written as in"), broken.err());
    }

    private static void assertBetween(Instant least, Instant value, Instant most) {
        assertTrue(!value.isBefore(least) && !value.isAfter(most), value + " is not from " + least + " to " + most);
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void aBrokenListOfIncidentsIsToldBeforeAnythingIsAsked() throws Exception {
        Path plan = Files.writeString(dir.resolve("plan.yaml"), PLAN.replace("URL", "http://127.0.0.1:1"));
        Path list = Files.writeString(dir.resolve("incidents.csv"), "2026-10-01T06:00:00Z,noon,mail was late\n");
        CommandLineProbe.Ended ended =
                CommandLineProbe.run("backtest", plan.toString(), "--from", "2d", "--incidents", list.toString());
        assertEquals(2, ended.exit());
        assertEquals(
                "canary: " + list + ":1: 'noon' is not a time; write 2026-10-01T06:00:00Z or 2026-10-01T08:00:00+02:00",
                ended.err().strip());
    }

    private static JsonNode run(String... words) throws Exception {
        CommandLineProbe.Ended ended = CommandLineProbe.run(words);
        assertEquals(0, ended.exit(), ended.err());
        return new ObjectMapper().readTree(ended.out());
    }
}

package io.jenkins.plugins.canary.engine.metric.slo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.MessageCatalog;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Burn rates out of a real Prometheus, whose series are made for known ones; skipped by name without. */
class SloOnPrometheusTest {

    private static final Instant START = Instant.parse("2026-02-01T08:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(2));
    private static final String SLO = "objective: 99.9%";
    private static final String PAIR = SLO + ", errors: 'sum(increase(bad{app=\"APP\"}[{{window}}]))',"
            + " total: 'sum(increase(all{app=\"APP\"}[{{window}}]))'";

    @TempDir
    private static Path dir;

    private static ServerProcess prometheus;

    private static String requests(String version, String status) {
        return "http_requests_total{version=\"" + version + "\",status=\"" + status + "\"}";
    }

    @BeforeAll
    static void start() throws Exception {
        Map<String, DoubleUnaryOperator> series = new LinkedHashMap<>();
        series.put("all{app=\"quiet\"}", t -> 10 * t);
        series.put("all{app=\"shop\"}", t -> 10 * t);
        series.put("bad{app=\"shop\"}", t -> 0.2 * t);
        series.put("bad{app=\"lost\"}", t -> 0.2 * t);
        series.put("good{app=\"shop\"}", t -> 9.8 * t);
        series.put("http_requests:burnrate1h{slo=\"shop\"}", t -> 0.015);
        series.put("http_requests:burnrate5m{slo=\"shop\"}", t -> 0.018);
        // v2 fails all the time, v4 for its last five minutes, v3 not once, v6 lives for ten minutes
        series.put(requests("v2", "200"), t -> 9.8 * t);
        series.put(requests("v2", "500"), t -> 0.2 * t);
        series.put(requests("v3", "200"), t -> 10 * t);
        series.put(requests("v4", "200"), t -> 10 * t);
        series.put(requests("v4", "500"), t -> 0.4 * Math.max(0, t - 6_900));
        series.put(requests("v6", "200"), t -> t < 6_600 ? Double.NaN : 9.8 * (t - 6_600));
        series.put(requests("v6", "500"), t -> t < 6_600 ? Double.NaN : 0.2 * (t - 6_600));
        series.put("slo:sli_error:ratio_rate1h{sloth_service=\"shop\",sloth_slo=\"requests\"}", t -> 0.015);
        series.put("slo:sli_error:ratio_rate5m{sloth_service=\"shop\",sloth_slo=\"requests\"}", t -> 0.018);
        StringBuilder page = new StringBuilder();
        series.forEach((name, value) -> {
            for (int t = 0; t <= 7_200; t += 15) {
                double v = value.applyAsDouble(t);
                if (!Double.isNaN(v)) {
                    page.append(name + " " + BigDecimal.valueOf(v).toPlainString() + " " + (START.getEpochSecond() + t)
                            + "\n");
                }
            }
        });
        Path history = Files.writeString(dir.resolve("history.txt"), page.append("# EOF\n"));
        PrometheusProcess.backfill(history, dir);
        prometheus = PrometheusProcess.start("global: {}\n", dir, "--storage.tsdb.retention.time=100y");
    }

    @AfterAll
    static void stop() throws Exception {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    private static String plan(String slo, String version, String more) {
        return """
                name: shop
                target: { namespace: shop, deployment: basket }
                traffic: { haproxy: { socket: /run/h.sock, backend: app, canary: v2, stable: v1 } }
                metrics:
                  prometheus: { url: "%s" }
                  labels: { canary: 'version="%s"', stable: 'version="v1"' }
                phases: [ { name: Full, weight: 100 } ]
                gate: [ { slo: { %s } %s } ]
                abort: [ { slo: { %3$s } } ]
                """.formatted(prometheus == null ? "http://none" : prometheus.uri(), version, slo, more);
    }

    private static Check check(String slo, String version, String more) throws Exception {
        CanaryPlan plan = PlanReader.read(plan(slo, version, more));
        SourceContext context = SourceContext.of(new Target("shop", "basket"), version, ref -> "");
        try (MetricSource source = new MetricSources().open(plan.metrics(), context)) {
            Criterion criterion = plan.gate(0).get(0);
            Check check = criterion.check(source.read(plan.queries(0), END).get(60, TimeUnit.SECONDS));
            if (check.value() != null && more.isEmpty()) {
                double[] past = new MetricSources()
                        .openPast(plan.metrics(), context)
                        .read(criterion.query(Track.CANARY), END, 1, Duration.ofMinutes(1));
                assertEquals(check.value(), past[0], 1e-9, "a backtest reads the same");
            }
            return check;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    v2 | FAIL    | burns the error budget 20 times as fast in 5 min, 20 times in 1 h; 14.4 times is the limit
                    v3 | PASS    | burns the error budget 0 times as fast in 5 min, 0 times in 1 h
                    v4 | PASS    | burns the error budget 38.
                    v6 | FAIL    | burns the error budget 20 times as fast in 5 min, 20 times in 1 h
                    v5 | NO_DATA | no data
                    """)
    void theCanarysOwnErrors(String version, CheckOutcome outcome, String says) throws Exception {
        Check check = check(SLO, version, "");
        assertEquals(outcome, check.outcome(), check.says());
        assertTrue(check.says().contains(says), check.says());
        assertEquals("slo 99.9% over 5m and 1h burn rate <= 14.4", check.criterion());
    }

    @Test
    void anyPairOfQueries() throws Exception {
        Check bad = check(PAIR.replace("APP", "shop"), "v2", "");
        assertEquals(CheckOutcome.FAIL, bad.outcome(), bad.says());
        assertEquals(20, bad.value(), 1e-6);
        Check quiet = check(PAIR.replace("APP", "quiet"), "v2", "");
        assertEquals(0, quiet.value(), "no errors were ever counted: " + quiet.says());
        assertEquals(CheckOutcome.PASS, quiet.outcome());
        assertEquals(
                CheckOutcome.NO_DATA,
                check(PAIR.replace("APP", "lost"), "v2", "").outcome(),
                "there is no total");
        assertEquals(
                CheckOutcome.NO_DATA,
                check(PAIR.replace("APP", "none"), "v2", "").outcome());
        String good = SLO
                + ", burnRate: 30, good: 'increase(good[{{window}}])', total: 'increase(all{app=\"shop\"}[{{window}}])'";
        Check better = check(good, "v2", "");
        assertEquals(20, better.value(), 1e-6);
        assertEquals(CheckOutcome.PASS, better.outcome(), "30 is the limit");
    }

    @Test
    void recordingRules() throws Exception {
        for (String rules : new String[] {
            "sloth: { service: shop, slo: requests }", "pyrra: { slo: shop, metric: http_requests_total }"
        }) {
            Check check = check(SLO + ", " + rules, "v2", "");
            assertEquals(15, check.value(), 1e-9);
            assertTrue(
                    check.says()
                            .endsWith(
                                    ": burns the error budget 18 times as fast in 5 min, 15 times in 1 h; 14.4 times is the limit"),
                    check.says());
            String other = rules.replace("slo: ", "slo: un");
            assertEquals(
                    CheckOutcome.NO_DATA, check(SLO + ", " + other, "v2", "").outcome());
            assertEquals(
                    0, check(SLO + ", " + other + ", total: 'all'", "v2", "").value());
        }
    }

    @Test
    void fewRequestsAreNoData() throws Exception {
        Check few = check(SLO, "v2", ", minRequests: 100000");
        assertEquals(CheckOutcome.NO_DATA, few.outcome());
        assertTrue(few.says().contains("in 5 min, 100000 wanted"), few.says());
    }

    @Test
    void whatIsWrongIsSaidWhereItIs() {
        assertSays("objective: 100%", "is no objective");
        assertSays("objective: 90%", "cannot burn more than 10 times as fast", "a lower burnRate, such as 5");
        assertSays(SLO + ", windows: [ 5m, 10m, 1h, 2h, 3h ]", "one to four windows");
        assertSays(SLO + ", errors: a", "'total' is missing");
        assertSays(SLO + ", total: a", "nothing to hold against it");
        assertSays(SLO + ", errors: 'sum(', total: a", "is not PromQL");
        assertSays(SLO + ", errors: a, good: b, total: c", "read from one place");
        assertSays(SLO + " }, max: 3, x: { a: b", "a criterion with slo has no max");
    }

    private static void assertSays(String slo, String... parts) {
        PlanReader.Result result = PlanReader.check(plan(slo, "v2", ""));
        assertNull(result.plan());
        for (String part : parts) {
            assertTrue(
                    result.problems().toString().contains(part),
                    () -> result.problems().toString());
        }
    }

    @Test
    void aGermanReaderIsToldInGerman() {
        MessageCatalog german = MessageCatalog.of(Locale.GERMAN);
        assertEquals(
                "slo 99.9% over 5m and 1h: das Fehlerbudget wird verbraucht, 18-mal so schnell in 5 min, 15-mal in 1 h; 14.4-mal ist die Grenze",
                german.translate(
                        "slo 99.9% over 5m and 1h: burns the error budget 18 times as fast in 5 min, 15 times in 1 h; 14.4 times is the limit"));
    }
}

package io.jenkins.plugins.canary.engine.report.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class DashboardsTest {

    private static final String PLAN = """
            name: payment-api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
              labels: { canary: 'version="{{version}}"', stable: 'version!="{{version}}"' }
              custom:
                db-pool: { query: 'max(pool_in_use{app="{{target}}"} / pool_max{app="{{target}}"})', unit: ratio }
                flow: { json: { url: "http://127.0.0.1:1/x", path: "$.x" }, unit: count }
            target: { deployment: payment-api }
            weights: { dynamic: { max: 50, quantile: 0.99 } }
            phases: [ { name: Half, weight: 50, hold: 5m }, { name: Full, weight: 100 } ]
            gate:
              - { metric: latency, quantile: 0.99, max: 500ms }
              - { metric: success-rate, min: 99% }
              - { metric: db-pool, max: 75% }
              - { metric: flow, max: 3 }
            abort:
              - { metric: db-pool, max: 85%, for: 5m }
              - { metric: error-rate, max: 5%, minRequests: 50 }
            """;

    @TempDir
    private Path dir;

    private static SourceContext context(CanaryPlan plan) {
        return SourceContext.of(plan.target(), "v\"2", name -> "");
    }

    private static Signals signals(String text) throws Exception {
        CanaryPlan plan = PlanReader.check(text).plan();
        return Signals.of(plan, context(plan));
    }

    private Map<String, String> write(String plan) throws Exception {
        Map<String, String> files =
                Dashboards.files(signals(plan), "/etc/alertmanager/pagerduty", "http://127.0.0.1:9/hook");
        for (Map.Entry<String, String> f : files.entrySet()) {
            Files.writeString(dir.resolve(f.getKey()), f.getValue());
        }
        return files;
    }

    private String run(String program, String... args) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(PrometheusProcess.program(program).toString()));
        command.addAll(List.of(args));
        Path log = dir.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), program + " did not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> {
            try {
                return Files.readString(log);
            } catch (Exception e) {
                return e.toString();
            }
        });
        return Files.readString(log);
    }

    /** What the gates would ask the server, by the very object that asks it. */
    private static Set<String> gateQueries(String text) throws Exception {
        CanaryPlan plan = PlanReader.check(text).plan();
        PlanQueries queries = new PlanQueries(plan.metrics(), context(plan));
        Set<String> all = new HashSet<>();
        for (int phase = 0; phase < plan.phases().size() + (plan.aftercare() == null ? 0 : 1); phase++) {
            for (MetricQuery q : plan.queries(phase)) {
                if (!q.metric().name().equals("flow") && q.metric().probe() == null) {
                    for (var track : io.jenkins.plugins.canary.engine.Track.VERSIONS) {
                        all.add(queries.promQl(new MetricQuery(q.metric(), track, q.window())));
                    }
                }
            }
        }
        return all;
    }

    /** An expression without what the gates ask and without the engine's own series must have no metric left in it. */
    private static void madeOf(Set<String> queries, String expr) {
        String rest = expr;
        for (String q :
                queries.stream().sorted((a, b) -> b.length() - a.length()).toList()) {
            rest = rest.replace(q, "Q");
        }
        rest = rest.replaceAll("canary_[a-z_]+\\{[^}]*}", "R");
        for (String left : List.of("{", "rate(", "quantile")) {
            assertFalse(rest.contains(left), "not of the gates: " + expr);
        }
    }

    @Test
    void everyQueryIsOneThatTheGatesUse() throws Exception {
        Map<String, String> files = write(PLAN);
        Set<String> queries = gateQueries(PLAN);
        assertEquals(9, queries.size(), queries.toString());
        JsonNode dashboard = new ObjectMapper().readTree(files.get("canary-payment-api.dashboard.json"));
        List<String> shown = new ArrayList<>();
        dashboard
                .path("panels")
                .forEach(p ->
                        p.path("targets").forEach(t -> shown.add(t.path("expr").asText())));
        shown.forEach(expr -> madeOf(queries, expr));
        assertTrue(
                shown.containsAll(queries.stream()
                        .filter(q -> !q.startsWith("sum(increase"))
                        .toList()),
                shown.toString());
        Map<String, Map<String, Object>> rules = rules(files.get("canary-payment-api.rules.yaml"));
        rules.values().forEach(rule -> madeOf(queries, (String) rule.get("expr")));
        queries.forEach(q ->
                assertTrue(rules.values().stream().anyMatch(r -> q.equals(r.get("expr"))), "not recorded: " + q));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> rules(String yaml) {
        Map<String, Map<String, Object>> all = new java.util.LinkedHashMap<>();
        Map<String, List<Map<String, Object>>> file = new Yaml().load(yaml);
        file.get("groups")
                .forEach(g -> ((List<Map<String, Object>>) g.get("rules"))
                        .forEach(r -> all.put(r.getOrDefault("record", r.get("alert")) + " " + r.get("labels"), r)));
        return all;
    }

    /** The release plans have sets, custom metrics, a dynamic weight, trends, comparisons and probes. */
    @ParameterizedTest
    @ValueSource(strings = {"scholarship-api", "api-gateway", "payment-api"})
    void soDoTheExamples(String name) throws Exception {
        Path root = Files.isDirectory(Path.of("examples")) ? Path.of("") : Path.of("..");
        String plan = Files.readString(root.resolve("examples").resolve(name).resolve("canary.yaml"));
        Map<String, String> files = write(plan);
        Set<String> queries = gateQueries(plan);
        queries.stream()
                .filter(q -> q.contains("version"))
                .forEach(q -> assertTrue(
                        q.contains("app=\"" + name + "\""), () -> "other services have such series, too: " + q));
        queries.stream()
                .filter(q -> q.contains("container_"))
                .forEach(q -> assertTrue(
                        q.contains("pod=~\"" + name + "-"), () -> "the exporter knows pods and no versions: " + q));
        JsonNode dashboard = new ObjectMapper().readTree(files.get("canary-" + name + ".dashboard.json"));
        dashboard
                .path("panels")
                .forEach(p -> p.path("targets")
                        .forEach(t -> madeOf(queries, t.path("expr").asText())));
        rules(files.get("canary-" + name + ".rules.yaml"))
                .values()
                .forEach(r -> madeOf(queries, (String) r.get("expr")));
        assertTrue(run("promtool", "check", "rules", "canary-" + name + ".rules.yaml")
                .contains("SUCCESS"));
        assertTrue(run("amtool", "check-config", "canary-" + name + ".alertmanager.yaml")
                .contains("SUCCESS"));
    }

    /** The engine's weight follows the plan's window; a gate that looks further back has another error rate. */
    @Test
    void theDeltasAreThoseThatTheWeightFollows() throws Exception {
        String rules = write(PLAN.replace(
                        "- { metric: success-rate, min: 99% }", "- { metric: error-rate, max: 1%, window: 10m }"))
                .get("canary-payment-api.rules.yaml");
        String delta = (String) rules(rules).entrySet().stream()
                .filter(r -> r.getKey().startsWith("canary_error_delta "))
                .findFirst()
                .orElseThrow()
                .getValue()
                .get("expr");
        assertTrue(delta.contains("window=\"1m\"") && !delta.contains("window=\"10m\""), delta);
    }

    /** A canary that is faster than stable has a negative delta, which must not fall off the axis. */
    @Test
    void noPanelCutsValuesOff() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(write(PLAN).get("canary-payment-api.dashboard.json"));
        for (JsonNode panel : dashboard.path("panels")) {
            if (panel.path("title").asText().matches("Deltas to stable|.*db-pool.*")) {
                assertTrue(panel.at("/fieldConfig/defaults/min").isMissingNode(), panel.toString());
                assertEquals(
                        0, panel.at("/fieldConfig/defaults/custom/axisSoftMin").asInt(-1), panel.toString());
            }
        }
    }

    /** 99.9% and 99% are one line on an axis from 0; a bound that is off the axis is no bound to look at. */
    @Test
    void theNearestBoundsAreInSight() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(write(PLAN).get("canary-payment-api.dashboard.json"));
        Map<String, JsonNode> axes = new java.util.HashMap<>();
        dashboard.path("panels").forEach(p -> axes.put(p.path("title").asText(), p.at("/fieldConfig/defaults/custom")));
        assertEquals(
                0.99,
                axes.get("Error comparison: success-rate over 1m")
                        .path("axisSoftMin")
                        .asDouble());
        assertEquals(
                0.5,
                axes.get("Latency comparison: latency p99 over 1m")
                        .path("axisSoftMax")
                        .asDouble());
        assertEquals(
                0.75, axes.get("Pool use: db-pool over 1m").path("axisSoftMax").asDouble());
    }

    @Test
    void aBrokenComparisonIsAViolation() throws Exception {
        String plan =
                PLAN.replace("max: 500ms }", "max: 500ms, versusStable: { maxIncrease: 20%, maxDecrease: 90% } }");
        JsonNode dashboard = new ObjectMapper().readTree(write(plan).get("canary-payment-api.dashboard.json"));
        List<String> shown = new ArrayList<>();
        dashboard.path("panels").forEach(p -> {
            if (p.path("title").asText().equals("SLO violations")) {
                p.path("targets")
                        .forEach(t -> shown.add(t.path("expr").asText() + " # "
                                + t.path("legendFormat").asText()));
            }
        });
        assertTrue(
                shown.stream().anyMatch(e -> e.contains(" > bool on() (1.2 * (") && e.contains("(too far above)")),
                shown.toString());
        assertTrue(
                shown.stream().anyMatch(e -> e.contains(" < bool on() (0.1 * (") && e.contains("(too far below)")),
                shown.toString());
        Set<String> queries = gateQueries(plan);
        shown.forEach(e -> madeOf(queries, e.substring(0, e.indexOf(" # "))));
    }

    /** What Prometheus scrapes once a minute has one sample in a minute, and no change. */
    @Test
    void shiftsAreSeenHoweverSeldomPrometheusLooks() throws Exception {
        String text = write(PLAN.replace("interval: 15s }", "interval: 15s, scrapeInterval: 1m }"))
                .get("canary-payment-api.dashboard.json");
        assertTrue(
                new ObjectMapper()
                        .readTree(text)
                        .at("/annotations/list/0/expr")
                        .asText()
                        .contains("[4m]"),
                text);
    }

    @Test
    void theDashboardHasEveryPanelOnceAndInItsPlace() throws Exception {
        JsonNode dashboard = new ObjectMapper()
                .readTree(write(PLAN.replace("max: 500ms }", "max: 500ms, versusStable: { maxIncrease: 20% } }"))
                        .get("canary-payment-api.dashboard.json"));
        Set<String> titles = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        Set<String> places = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertTrue(ids.add(panel.path("id").asInt()), panel.toString());
            titles.add(panel.path("title").asText());
            JsonNode at = panel.path("gridPos");
            assertTrue(at.path("x").asInt() + at.path("w").asInt() <= 24, panel.toString());
            for (int x = at.path("x").asInt();
                    x < at.path("x").asInt() + at.path("w").asInt();
                    x++) {
                for (int y = at.path("y").asInt();
                        y < at.path("y").asInt() + at.path("h").asInt();
                        y++) {
                    assertTrue(places.add(x + "," + y), "two panels at " + x + "," + y);
                }
            }
            Set<String> refs = new HashSet<>();
            Set<String> legends = new HashSet<>();
            panel.path("targets").forEach(t -> {
                assertTrue(refs.add(t.path("refId").asText()), t.toString());
                assertTrue(legends.add(t.path("legendFormat").asText()), "two lines of one name: " + t);
            });
        }
        assertTrue(
                titles.containsAll(Set.of(
                        "Traffic split",
                        "Rollout progress",
                        "Weight curve",
                        "Deltas to stable",
                        "Latency comparison: latency p99 over 1m",
                        "Error comparison: error-rate over 1m",
                        "SLO violations",
                        "Pool use: db-pool over 1m")),
                titles.toString());
        assertEquals("Shifts", dashboard.at("/annotations/list/0/name").asText());
    }

    @Test
    void prometheusAndAlertmanagerTakeTheFiles() throws Exception {
        write(PLAN);
        assertTrue(run("promtool", "check", "rules", "canary-payment-api.rules.yaml")
                .contains("SUCCESS"));
        assertTrue(run("amtool", "check-config", "canary-payment-api.alertmanager.yaml")
                .contains("SUCCESS"));
        run(
                "amtool",
                "config",
                "routes",
                "test",
                "--config.file",
                "canary-payment-api.alertmanager.yaml",
                "--verify.receivers=canary-payment-api-page",
                "alertname=CanaryWeightLow",
                "plan=payment-api",
                "severity=page");
        run(
                "amtool",
                "config",
                "routes",
                "test",
                "--config.file",
                "canary-payment-api.alertmanager.yaml",
                "--verify.receivers=everything-else",
                "alertname=CanaryWeightLow",
                "plan=other",
                "severity=page");
    }

    /** A canary that is 10% slower and fails 1 in 100 more: by Prometheus' own arithmetic, against the engine's. */
    @Test
    void theRulesComputeWhatTheEngineComputes() throws Exception {
        String plan = PLAN.replace("'version=\"{{version}}\"'", "'version=\"v2\"'")
                .replace("'version!=\"{{version}}\"'", "'version=\"v1\"'");
        write(plan);
        double deserved = new DynamicWeight(io.jenkins.plugins.canary.engine.Weight.ofPercent(50), 0.5, 0.05)
                .advise(0.0125, 0.01)
                .weight()
                .percent();
        Files.writeString(dir.resolve("test.yaml"), String.format(Locale.ROOT, """
                rule_files: [ canary-payment-api.rules.yaml ]
                evaluation_interval: 15s
                tests:
                  - interval: 15s
                    input_series:
                      # p99 is 0.4 s in stable: 80 of 100 up to 0.3, all up to 0.405... see the buckets
                      - { series: 'http_request_duration_seconds_bucket{version="v1",le="0.3"}', values: '0+0x80' }
                      - { series: 'http_request_duration_seconds_bucket{version="v1",le="0.4"}', values: '0+99x80' }
                      - { series: 'http_request_duration_seconds_bucket{version="v1",le="+Inf"}', values: '0+100x80' }
                      - { series: 'http_request_duration_seconds_bucket{version="v2",le="0.3"}', values: '0+0x80' }
                      - { series: 'http_request_duration_seconds_bucket{version="v2",le="0.405"}', values: '0+99x80' }
                      - { series: 'http_request_duration_seconds_bucket{version="v2",le="+Inf"}', values: '0+100x80' }
                      - { series: 'http_requests_total{version="v1",status="200"}', values: '0+1000x80' }
                      - { series: 'http_requests_total{version="v2",status="200"}', values: '0+99x80' }
                      - { series: 'http_requests_total{version="v2",status="500"}', values: '0+1x80' }
                      - { series: 'canary_rollout_weight_percent{name="payment-api",rollout="r1"}', values: '50x20 9.5x60' }
                      - { series: 'canary_rollout_weight_limit_percent{name="payment-api",rollout="r1"}', values: '50x80' }
                      - { series: 'canary_rollout_phase_began_seconds{name="payment-api",rollout="r1"}', values: '0x80' }
                      - { series: 'canary_rollout_phase_deadline_seconds{name="payment-api",rollout="r1"}', values: '600x80' }
                      - { series: 'canary_check_without_data{name="payment-api",rollout="r1",criterion="db-pool <= 75%%"}', values: '0x20 1x60' }
                    promql_expr_test:
                      - { expr: 'round(canary_latency_delta{plan="payment-api"}, 0.0001)', eval_time: 4m, exp_samples: [ { labels: '{plan="payment-api"}', value: 0.0125 } ] }
                      - { expr: 'round(canary_error_delta{plan="payment-api"}, 0.0001)', eval_time: 4m, exp_samples: [ { labels: '{plan="payment-api"}', value: 0.01 } ] }
                      - { expr: 'canary_safe_weight{plan="payment-api"}', eval_time: 4m, exp_samples: [ { labels: 'canary_safe_weight{plan="payment-api"}', value: %s } ] }
                    alert_rule_test:
                      - { eval_time: 4m, alertname: CanaryWeightLow, exp_alerts: [] }
                      - { eval_time: 5m30s, alertname: CanaryWeightLow, exp_alerts: [] }
                      - eval_time: 6m
                        alertname: CanaryWeightLow
                        exp_alerts:
                          - exp_labels: { severity: page, plan: payment-api, name: payment-api, rollout: r1 }
                            exp_annotations:
                              summary: The canary of payment-api gets 9.5%% of the requests
                              description: "Its dynamic weight is below 15%%: it is slower or fails more than stable does. Look at the deltas on the dashboard; a rollback may be near."
                      - { eval_time: 14m, alertname: CanaryGateWaiting, exp_alerts: [] }
                      - eval_time: 16m
                        alertname: CanaryGateWaiting
                        exp_alerts:
                          - exp_labels: { severity: ticket, plan: payment-api, name: payment-api, rollout: r1 }
                            exp_annotations:
                              summary: A phase of payment-api takes longer than its deadline
                              description: It waits for data, a person, a checklist or a green gate; the gate page says which.
                      - eval_time: 8m
                        alertname: CanaryCheckWithoutData
                        exp_alerts:
                          - exp_labels: { severity: ticket, plan: payment-api, name: payment-api, rollout: r1, criterion: "db-pool <= 75%%" }
                            exp_annotations:
                              summary: db-pool <= 75%% of payment-api has no data
                              description: "The rollout holds: nothing advances and nothing is rolled back until there is data."
                      - eval_time: 3m
                        alertname: CanaryMetricMissing
                        exp_alerts:
                          - exp_labels: { severity: ticket, plan: payment-api, metric: db-pool, window: 1m }
                            exp_annotations:
                              summary: The canary's db-pool has no data
                              description: "The canary gets requests and the gates' own query yields no number: look at the scrape targets and the labels in the plan."
                """, deserved));
        run("promtool", "test", "rules", "test.yaml");
    }

    @Test
    void pastAThresholdTheRecordedWeightIsZero() throws Exception {
        String rules = write(PLAN).get("canary-payment-api.rules.yaml");
        assertTrue(rules.contains("(canary_latency_delta{plan=\"payment-api\"} <= bool 0.5)"), rules);
        assertTrue(rules.contains("(canary_error_delta{plan=\"payment-api\"} <= bool 0.05), 0.1)"), rules);
    }

    /** A file that differs from run to run shows changes where there are none. */
    @Test
    void labelsAlwaysStandInTheSameOrder() throws Exception {
        String rules = write(PLAN).get("canary-payment-api.rules.yaml");
        assertFalse(Pattern.compile("window: \\S+\\s+metric:").matcher(rules).find(), rules);
    }

    @Test
    void whatCannotBeIsSaid() throws Exception {
        assertEquals(List.of("flow"), signals(PLAN).left());
        String scraped = PLAN.replace(
                "prometheus: { url: \"http://127.0.0.1:9090\", interval: 15s }",
                "scrape: { canary: [\"http://127.0.0.1:1/metrics\"], stable: [\"http://127.0.0.1:2/metrics\"], interval: 15s }");
        CanaryPlan plan = PlanReader.check(PLAN).plan();
        assertTrue(assertThrows(
                        MetricException.class,
                        () -> Signals.of(plan, SourceContext.of(plan.target(), null, name -> "")))
                .getMessage()
                .contains("{{version}}"));
        CanaryPlan other = PlanReader.check(scraped).plan();
        if (other != null) {
            assertTrue(assertThrows(MetricException.class, () -> Signals.of(other, context(other)))
                    .getMessage()
                    .contains("no metrics from a Prometheus server"));
        }
    }

    @Test
    void aLongNameKeepsItsUidShort() throws Exception {
        JsonNode dashboard = new ObjectMapper()
                .readTree(write(PLAN.replace(
                                "name: payment-api\n",
                                "name: a-very-long-name-of-a-service-that-somebody-thought-was-good\n"))
                        .values()
                        .iterator()
                        .next());
        assertEquals(40, dashboard.path("uid").asText().length());
    }
}

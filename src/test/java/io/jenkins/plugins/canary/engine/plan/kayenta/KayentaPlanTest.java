package io.jenkins.plugins.canary.engine.plan.kayenta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.InScore;
import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A configuration as teams keep them, read as a plan that says the same. */
class KayentaPlanTest {

    private static final String CONFIG = """
            { "name": "checkout", "configVersion": "1", "applications": ["checkout"],
              "judge": { "name": "NetflixACAJudge-v1.0", "judgeConfigurations": {} },
              "metrics": [
                { "name": "Request latency p99", "groups": ["Latency"], "scopeName": "default",
                  "query": { "type": "prometheus", "customFilterTemplate": "p99" },
                  "analysisConfigurations": { "canary": { "direction": "increase", "nanStrategy": "remove",
                    "outliers": { "strategy": "remove", "outlierFactor": 3.0 },
                    "effectSize": { "measure": "cles", "allowedIncrease": 0.6, "criticalIncrease": 0.9 } } } },
                { "name": "latency", "groups": ["Latency"], "scopeName": "default",
                  "query": { "type": "prometheus", "customInlineTemplate": "PromQL:avg(rate(x{track='{{track}}'}[1m]))" },
                  "analysisConfigurations": { "canary": { "direction": "increase" } } },
                { "name": "HTTP 5xx's", "groups": ["Errors"], "scopeName": "default",
                  "query": { "type": "prometheus", "customInlineTemplate": "PromQL:sum(rate(http_requests_total{status=~'5..',{{labels}}}[1m]))" },
                  "analysisConfigurations": { "canary": { "direction": "increase", "nanStrategy": "replace", "critical": true,
                    "mustHaveData": true } } },
                { "name": "cpu", "groups": ["System"], "query": { "type": "stackdriver", "metricType": "cpu" } },
                { "name": "queue", "groups": ["System"], "query": { "type": "graphite", "metricName": "a.b" } }
              ],
              "templates": { "p99": "PromQL:histogram_quantile(0.99, sum by (le) (rate(d_bucket{{{labels}}}[1m])))" },
              "classifier": { "groupWeights": { "Latency": 60, "Errors": 30 }, "scoreThresholds": { "pass": 95, "marginal": 75 } } }
            """;
    private static final String REST = """
            name: checkout
            traffic: { local: { control: "http://127.0.0.1:1" } }
            phases: [ { name: Few, weight: 5, hold: 10m }, { name: Full, weight: 100 } ]
            """;

    private final KayentaPlan read = of(CONFIG);

    private static KayentaPlan of(String json) {
        return KayentaPlan.of(KayentaConfig.read(
                json, new KayentaConfig.Options(Map.of(), Map.of("graphite", "http://graphite:8080"))));
    }

    private CanaryPlan plan() throws PlanException {
        return PlanReader.read(REST
                + read.yaml()
                        .replace(
                                "metrics:\n",
                                "metrics:\n  prometheus: { url: \"http://127.0.0.1:1\", interval: 1m }\n"
                                        + "  labels: { canary: 'version=\"v2\"', stable: 'version=\"v1\"' }\n"));
    }

    @Test
    void saysTheSame() throws Exception {
        CanaryPlan plan = plan();
        Phase first = plan.phases().get(0);
        assertEquals(Map.of("Latency", 60.0, "Errors", 30.0), first.score().weights());
        assertEquals(95, first.score().pass());
        assertEquals(0.51, first.score().minData(), 1e-12);
        assertEquals(
                List.of("request-latency-p99", "kayenta-latency", "http-5xx-s", "queue"),
                first.gate().stream().map(c -> c.metric().name()).toList());
        Criterion p99 = first.gate().get(0);
        assertEquals(new InScore(List.of("Latency"), false, false), p99.inScore());
        Judge judge = p99.versus().judge();
        assertEquals(Judge.Test.MANN_WHITNEY, judge.test());
        assertEquals(Direction.INCREASE, judge.comparison().direction());
        assertEquals(0.25, judge.comparison().tolerance(), 1e-12);
        assertEquals(0.98, judge.comparison().confidence(), 1e-12);
        assertEquals(MannWhitney.Allowance.OF_SHIFT, judge.ranks().allowance());
        assertEquals(
                new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.REMOVE_BEYOND_P99, 3),
                judge.ranks().cleaning());
        assertEquals(
                new EffectSize(EffectSize.Measure.CLES, 0.6, 0.5, 0.5, 0.5),
                judge.ranks().effect());
        Criterion errors = first.gate().get(2);
        assertEquals(new InScore(List.of("Errors"), true, true), errors.inScore());
        assertEquals(
                Cleaning.NaN.REPLACE, errors.versus().judge().ranks().cleaning().nan());
        assertTrue(plan.metrics().custom().get("http-5xx-s").query().contains("status=~'5..'"));
    }

    @Test
    void saysWhatIsLost() {
        for (String lost : List.of("'cpu': left out", "stackdriver", "'latency': named kayenta-latency")) {
            assertTrue(read.notCarried().stream().anyMatch(l -> l.contains(lost)), lost + " in " + read.notCarried());
        }
    }

    @Test
    void nothingThatCouldRunMakesNoGate() {
        KayentaPlan none = of("""
                { "metrics": [ { "name": "cpu", "groups": ["System"], "query": { "type": "datadog" } } ] }""");
        assertEquals("", none.yaml());
        assertFalse(none.complete());
        assertTrue(none.notCarried().stream().anyMatch(l -> l.contains("there is no gate")));
    }

    @Test
    void aMetricThatIsLeftOutMakesItIncomplete() {
        assertFalse(read.complete());
        assertTrue(of(CONFIG.replaceFirst("(?s)\\{ \"name\": \"cpu\".*?\\} \\},", ""))
                .complete());
    }

    /** A comment ends with its line, so the lines of a query stay lines. */
    @Test
    void theLinesOfAQueryStay() throws Exception {
        KayentaPlan lines = of("""
                { "metrics": [ { "name": "errors", "groups": ["E"], "query": { "type": "prometheus",
                    "customInlineTemplate": "PromQL:sum(e{v=\\"{{track}}\\"}) # all\\n / 2" } } ] }""");
        CanaryPlan plan = PlanReader.read(REST
                + lines.yaml()
                        .replace(
                                "metrics:\n",
                                "metrics:\n  prometheus: { url: \"http://127.0.0.1:1\", interval: 1m }\n"));
        assertEquals(
                "sum(e{v=\"{{track}}\"}) # all\n / 2",
                plan.metrics().custom().get("kayenta-errors").query());
    }

    /** A plan in which something is left to fill in is refused, and says what. */
    @Test
    void whatIsToFillInIsRefusedByTheCheck() {
        KayentaPlan asked = of("""
                { "metrics": [ { "name": "errors", "groups": ["E"], "query": { "type": "prometheus",
                    "customInlineTemplate": "PromQL:sum(e{v=\\"${scope}\\"})" } } ] }""");
        assertFalse(asked.complete());
        assertFalse(asked.yaml().contains("${"));
        PlanException refused = assertThrows(
                PlanException.class,
                () -> PlanReader.read(REST
                        + asked.yaml()
                                .replace(
                                        "metrics:\n",
                                        "metrics:\n  prometheus: { url: \"http://127.0.0.1:1\", interval: 1m }\n")));
        assertTrue(refused.getMessage().contains("{{FILL_scope}}"), refused.getMessage());
    }

    @Test
    void aGroupWithoutItsMetricsIsNamed() {
        KayentaPlan half = of("""
                { "metrics": [ { "name": "e", "groups": ["E"], "query": { "type": "prometheus", "customInlineTemplate": "PromQL:e" } },
                    { "name": "c", "groups": ["C"], "query": { "type": "datadog" } } ],
                  "classifier": { "groupWeights": { "E": 40, "C": 60 } } }""");
        assertTrue(half.notCarried().stream().anyMatch(l -> l.startsWith("classifier.groupWeights: no metric of 'C'")));
    }
}

package io.jenkins.plugins.canary.engine.plan.kayenta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KayentaConfigTest {

    private static final String CONFIG = """
            { "name": "golden signals", "description": "ours", "configVersion": "1", "applications": ["shop"],
              "judge": { "name": "NetflixACAJudge-v1.0", "judgeConfigurations": {} },
              "metrics": [
                { "name": "errors", "groups": ["Errors"], "scopeName": "default",
                  "query": { "type": "prometheus", "customInlineTemplate": "PromQL:sum(rate(errors{${scope}}[1m]))" },
                  "analysisConfigurations": { "canary": { "direction": "increase", "nanStrategy": "replace", "critical": true,
                    "mustHaveData": true, "effectSize": { "allowedIncrease": 1.1, "criticalIncrease": 5.0 } } } },
                { "name": "latency", "groups": ["Latency"], "scopeName": "default",
                  "query": { "type": "datadog", "metricName": "p99" },
                  "analysisConfigurations": { "canary": { "direction": "sideways", "nanStrategy": "remove",
                    "outliers": { "strategy": "remove", "outlierFactor": 1.5 }, "labels": 3 } } },
                { "name": "cpu", "query": { "type": "prometheus", "metricName": "cpu_seconds" } }
              ],
              "classifier": { "groupWeights": { "Errors": 70, "Latency": 20 }, "scoreThresholds": { "pass": 90, "marginal": 60 } } }
            """;

    private final KayentaConfig config = KayentaConfig.read(CONFIG);

    @Test
    void carriesTheMetricsOver() {
        KayentaConfig.Metric errors = config.metrics().get(0);
        assertEquals("sum(rate(errors{${scope}}[1m]))", errors.promql());
        assertTrue(errors.settings().critical() && errors.settings().mustHaveData());
        assertEquals(Direction.INCREASE, errors.test().comparison().direction());
        assertEquals(0.98, errors.test().comparison().confidence());
        assertEquals(MannWhitney.Allowance.OF_SHIFT, errors.test().allowance());
        assertEquals(Cleaning.NaN.REPLACE, errors.test().cleaning().nan());
        assertEquals(
                new EffectSize(EffectSize.Measure.MEAN_RATIO, 1.1, 1, 5, 1),
                errors.test().effectSize());
        KayentaConfig.Metric latency = config.metrics().get(1);
        assertNull(latency.promql());
        assertEquals(
                new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.REMOVE, 1.5),
                latency.test().cleaning());
        assertEquals(90, config.score().pass());
        assertEquals(70, config.score().weights().get("Errors"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics[0].query|placeholders",
                "metrics[1].query|datadog",
                "metrics[1].analysisConfigurations.canary.direction|sideways",
                "metrics[1].analysisConfigurations.canary.labels|unknown",
                "metrics[2].query|cpu_seconds",
                "metrics[2].groups|becomes its own"
            })
    void saysWhatItCouldNotCarryOver(String place, String what) {
        assertTrue(
                config.notCarried().stream().anyMatch(l -> l.startsWith(place) && l.contains(what)),
                () -> String.join("\n", config.notCarried()));
        assertEquals(6, config.notCarried().size(), () -> String.join("\n", config.notCarried()));
    }

    @Test
    void saysWhatIsWrong() {
        String notJson = assertThrows(
                        IllegalArgumentException.class, () -> KayentaConfig.read("{\n \"metrics\": [,] }"))
                .getMessage();
        assertTrue(notJson.contains("line 2"), notJson);
        assertThrows(IllegalArgumentException.class, () -> KayentaConfig.read("{}"));
        assertThrows(IllegalArgumentException.class, () -> KayentaConfig.read("{\"metrics\":[]}"));
        String number = assertThrows(
                        IllegalArgumentException.class,
                        () -> KayentaConfig.read(
                                CONFIG.replace("\"allowedIncrease\": 1.1", "\"allowedIncrease\": \"lots\"")))
                .getMessage();
        assertTrue(number.contains("metrics[0].analysisConfigurations.canary.effectSize.allowedIncrease"), number);
        String weights = assertThrows(
                        IllegalArgumentException.class, () -> KayentaConfig.read(CONFIG.replace("70", "90")))
                .getMessage();
        assertTrue(weights.contains("110"), weights);
    }

    private static String withQuery(String query) {
        return """
                { "metrics": [ { "name": "errors", "groups": ["Errors"], "query": { "type": "prometheus", QUERY } } ],
                  "templates": { "by-pod": "PromQL:sum(e{pod=~\\"$\\\\{scope}-.*\\"})" },
                  "classifier": { "groupWeights": { "Errors": 100 }, "scoreThresholds": { "pass": 90, "marginal": 70 } } }
                """.replace("QUERY", query);
    }

    /** Kayenta stores and exports its placeholders escaped, so that nothing fills them too early. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "\"customFilterTemplate\": \"by-pod\"",
                "\"customInlineTemplate\": \"PromQL:sum(e{pod=~\\\"$\\\\{scope}-.*\\\"})\"",
            })
    void anEscapedPlaceholderIsOne(String query) {
        KayentaConfig read = KayentaConfig.read(withQuery(query));
        assertEquals("sum(e{pod=~\"${scope}-.*\"})", read.metrics().get(0).promql());
        assertEquals(
                List.of(
                        "metrics[0].query: replace the placeholders ${scope} and ${location} by {{labels}} or {{track}}"),
                read.notCarried());
    }

    @Test
    void aRequestToKayentaHasItsConfigurationInside() {
        String inner = withQuery("\"customInlineTemplate\": \"PromQL:sum(e)\"")
                .replaceFirst(", \"scoreThresholds\": \\{.*?}", "");
        KayentaConfig read = KayentaConfig.read("{ \"canaryConfig\": " + inner
                + ", \"executionRequest\": { \"scopes\": [], \"thresholds\": { \"pass\": 90, \"marginal\": 60 } } }");
        assertEquals("sum(e)", read.metrics().get(0).promql());
        assertEquals(90, read.score().pass());
        assertEquals(60, read.score().marginal());
        assertEquals(List.of("executionRequest.scopes: unknown here, ignored"), read.notCarried());
    }

    @Test
    void aNumberInQuotesIsRefusedWithItsPlace() {
        String json =
                withQuery("\"customInlineTemplate\": \"PromQL:sum(e)\"").replace("\"pass\": 90", "\"pass\": \"90\"");
        String says = assertThrows(IllegalArgumentException.class, () -> KayentaConfig.read(json))
                .getMessage();
        assertEquals("classifier.scoreThresholds.pass is not a number: \"90\"", says);
    }

    @ParameterizedTest
    @ValueSource(strings = {"newrelic", "datadog", "stackdriver", "graphite", "signalfx"})
    void aQueryForAnotherServerIsNamedAndNotInvented(String type) {
        KayentaConfig read = KayentaConfig.read(
                withQuery("\"customInlineTemplate\": \"PromQL:sum(e)\"").replace("\"prometheus\"", "\"" + type + "\""));
        assertNull(read.metrics().get(0).promql());
        assertEquals(
                List.of("metrics[0].query: a query of type '" + type
                        + "' cannot be run here; write it as a custom metric"),
                read.notCarried());
    }
}

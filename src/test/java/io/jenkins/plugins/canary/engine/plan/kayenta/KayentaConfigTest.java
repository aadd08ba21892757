package io.jenkins.plugins.canary.engine.plan.kayenta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private final KayentaConfig config = read(CONFIG);

    private static KayentaConfig read(String json) {
        return KayentaConfig.read(json, KayentaConfig.Options.NONE);
    }

    @Test
    void carriesTheMetricsOver() {
        KayentaConfig.Metric errors = config.metrics().get(0);
        assertEquals("sum(rate(errors{{{FILL_scope}}}[1m]))", errors.promql());
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
                new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.REMOVE_BEYOND_P99, 1.5),
                latency.test().cleaning());
        assertEquals(90, config.score().pass());
        assertEquals(70, config.score().weights().get("Errors"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics[0].analysisConfigurations.canary.effectSize|criticalIncrease",
                "metrics[1].query|datadog",
                "metrics[1].analysisConfigurations.canary.direction|sideways",
                "metrics[1].analysisConfigurations.canary.labels|unknown",
                "metrics[2].query|no resourceType",
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
        String notJson = assertThrows(IllegalArgumentException.class, () -> read("{\n \"metrics\": [,] }"))
                .getMessage();
        assertTrue(notJson.contains("line 2"), notJson);
        assertThrows(IllegalArgumentException.class, () -> read("{}"));
        assertThrows(IllegalArgumentException.class, () -> read("{\"metrics\":[]}"));
        String number = assertThrows(
                        IllegalArgumentException.class,
                        () -> read(CONFIG.replace("\"allowedIncrease\": 1.1", "\"allowedIncrease\": \"lots\"")))
                .getMessage();
        assertTrue(number.contains("metrics[0].analysisConfigurations.canary.effectSize.allowedIncrease"), number);
        String weights = assertThrows(IllegalArgumentException.class, () -> read(CONFIG.replace("70", "90")))
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
        KayentaConfig read = read(withQuery(query));
        assertEquals("sum(e{pod=~\"{{FILL_scope}}-.*\"})", read.metrics().get(0).promql());
        assertEquals(List.of(), read.notCarried());
        assertEquals(
                List.of(
                        "fill in ${scope}, in errors: give --arg scope=VALUE, in which {{track}}, {{version}}, {{target}}"
                                + " and {{namespace}} may stand, or --arg 'scope={{labels}}' for the track's own label matchers"),
                read.toDo());
        assertFalse(read.complete());
    }

    private static KayentaConfig given(String query, Map<String, String> args) {
        return KayentaConfig.read(withQuery(query), new KayentaConfig.Options(args, Map.of()));
    }

    @Test
    void aGivenValueTakesThePlaceOfItsPlaceholder() {
        KayentaConfig read = given("\"customFilterTemplate\": \"by-pod\"", Map.of("scope", "api-{{track}}"));
        assertEquals("sum(e{pod=~\"api-{{track}}-.*\"})", read.metrics().get(0).promql());
        assertEquals(List.of(), read.toDo());
        assertTrue(read.complete());
    }

    @Test
    void labelsTakeThePlaceOfTheMatcherAroundThePlaceholder() {
        KayentaConfig read = given("\"customFilterTemplate\": \"by-pod\"", Map.of("scope", "{{labels}}"));
        assertEquals("sum(e{{{labels}}})", read.metrics().get(0).promql());
        assertEquals(
                List.of("write metrics.labels.canary and metrics.labels.stable, each with the track's value in"
                        + " pod=~\"${scope}-.*\""),
                read.toDo());
        assertTrue(read.complete());
        assertEquals(
                "sum(e{a=\"b\",{{labels}}})",
                given(
                                "\"customInlineTemplate\": \"PromQL:sum(e{a=\\\"b\\\",${scope}})\"",
                                Map.of("scope", "{{labels}}"))
                        .metrics()
                        .get(0)
                        .promql());
    }

    @Test
    void aPlaceholderWithADefaultNeedsNoValue() {
        String query = "\"customInlineTemplate\": \"PromQL:sum(rate(e[${window:-5m}]))\"";
        assertEquals("sum(rate(e[5m]))", given(query, Map.of()).metrics().get(0).promql());
        assertEquals(
                "sum(rate(e[1m]))",
                given(query, Map.of("window", "1m")).metrics().get(0).promql());
    }

    /** The request says what is the same for both tracks; what is not is asked for, with both values. */
    @Test
    void aRequestGivesTheValuesThatItsScopesShare() {
        KayentaConfig read = read("{ \"canaryConfig\": "
                + withQuery(
                        "\"customInlineTemplate\": \"PromQL:sum(e{v=\\\"${scope}\\\",z=\\\"${location}\\\",p=\\\"${port}\\\"})\"")
                + """
                , "executionRequest": { "scopes": { "default": {
                    "controlScope": { "scope": "v1", "location": "eu", "extendedScopeParams": { "port": "80" } },
                    "experimentScope": { "scope": "v2", "location": "eu", "extendedScopeParams": { "port": "80" } } } } } }""");
        assertEquals(
                "sum(e{v=\"{{FILL_scope}}\",z=\"eu\",p=\"80\"})",
                read.metrics().get(0).promql());
        assertTrue(
                read.toDo().get(0).contains("('v2' for the canary and 'v1' for stable)"),
                read.toDo().get(0));
    }

    @Test
    void aMutedMetricIsADryRun() {
        KayentaConfig read = read("""
                { "metrics": [ { "name": "cpu", "groups": ["S"], "query": { "type": "prometheus", "customInlineTemplate": "PromQL:a" },
                    "analysisConfigurations": { "canary": { "muted": true } } } ] }""");
        assertTrue(read.metrics().get(0).muted());
        assertTrue(
                read.notCarried().stream().noneMatch(l -> l.contains("muted")),
                () -> read.notCarried().toString());
    }

    /** Kayenta asks for a mean ratio of 1 where nothing is written: a canary whose mean is below stable's is never high. */
    @Test
    void theEffectSizeIsKayentasAlsoWhereNoneIsWritten() {
        assertEquals(
                new EffectSize(EffectSize.Measure.MEAN_RATIO, 1, 1, 1, 1),
                config.metrics().get(1).test().effectSize());
    }

    @Test
    void aRequestToKayentaHasItsConfigurationInside() {
        String inner = withQuery("\"customInlineTemplate\": \"PromQL:sum(e)\"")
                .replaceFirst(", \"scoreThresholds\": \\{.*?}", "");
        KayentaConfig read = read(
                "{ \"canaryConfig\": " + inner
                        + ", \"executionRequest\": { \"scopes\": [], \"step\": 60, \"thresholds\": { \"pass\": 90, \"marginal\": 60 } } }");
        assertEquals("sum(e)", read.metrics().get(0).promql());
        assertEquals(90, read.score().pass());
        assertEquals(60, read.score().marginal());
        assertEquals(List.of("executionRequest.step: unknown here, ignored"), read.notCarried());
    }

    /** CanaryJudgeTask hands the judge the thresholds of the request, whatever the configuration says. */
    @Test
    void theThresholdsOfARequestWin() {
        KayentaConfig read = read("{ \"canaryConfig\": " + withQuery("\"customInlineTemplate\": \"PromQL:sum(e)\"")
                + ", \"executionRequest\": { \"thresholds\": { \"pass\": 99, \"marginal\": 98 } } }");
        assertEquals(99, read.score().pass());
        assertEquals(98, read.score().marginal());
    }

    @Test
    void aNumberInQuotesIsRefusedWithItsPlace() {
        String json =
                withQuery("\"customInlineTemplate\": \"PromQL:sum(e)\"").replace("\"pass\": 90", "\"pass\": \"90\"");
        String says =
                assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage();
        assertEquals("classifier.scoreThresholds.pass is not a number: \"90\"", says);
    }

    @ParameterizedTest
    @CsvSource({
        "newrelic, select",
        "datadog, metricName",
        "stackdriver, metricType",
        "signalfx, metricName",
        "wavefront, metricName",
        "atlas, q",
        "cloudwatch, metricName"
    })
    void aQueryForAnotherServerIsNamedAndNotInvented(String type, String asks) {
        KayentaConfig read =
                read(withQuery("\"" + asks + "\": \"what it asks\"").replace("\"prometheus\"", "\"" + type + "\""));
        assertNull(read.metrics().get(0).promql());
        assertNull(read.metrics().get(0).json());
        assertEquals(1, read.notCarried().size());
        String says = read.notCarried().get(0);
        assertTrue(says.startsWith("metrics[0].query: asks '" + type + "' for " + asks + " 'what it asks'"), says);
    }
}

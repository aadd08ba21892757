package io.jenkins.plugins.canary.engine.plan.kayenta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each expected query is the one that Kayenta's PrometheusMetricsService.buildQuery makes of the same configuration. */
class QueryReaderTest {

    private static final Map<String, String> ARGS =
            Map.of("scope", "api-v2", "location", "eu-west1", "quantile", "0.9");

    private static KayentaConfig read(String query, Map<String, String> args) {
        return KayentaConfig.read(
                """
                { "metrics": [ { "name": "m", "groups": ["G"], "query": { "type": "prometheus", QUERY } } ],
                  "templates": { "app": "app=~'${scope}',zone='${location}'", "all": "PromQL:quantile(${quantile}, x{app='${scope}'})" },
                  "classifier": { "groupWeights": { "G": 100 }, "scoreThresholds": { "pass": 90, "marginal": 70 } } }
                """.replace("QUERY", query.replace('`', '"')), new KayentaConfig.Options(args, Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "`metricName`: `up`, `customFilterTemplate`: `app` | avg(up{app=~'api-v2',zone='eu-west1'})",
                "`metricName`: `up`, `customFilterTemplate`: `app`, `labelBindings`: [`a='b'`, `c='d'`] | avg(up{app=~'api-v2',zone='eu-west1',a='b',c='d'})",
                "`metricName`: `up`, `customInlineTemplate`: `x='y'`, `customFilterTemplate`: `app` | avg(up{x='y'})",
                "`metricName`: `up`, `customInlineTemplate`: ``, `customFilterTemplate`: `all` | quantile(0.9, x{app='api-v2'})",
                "`metricName`: `up`, `customFilterTemplate`: `app`, `groupByFields`: [`a`, `b`] | avg(up{app=~'api-v2',zone='eu-west1'}) by (a,b)",
                "`metricName`: `up`, `resourceType`: `gce_instance`, `labelBindings`: [`a='b'`] | avg(up{a='b',instance=~\"api-v2-.{4}\",zone=~\".+/zones/eu-west1-.{1}\"})",
                "`metricName`: `up`, `resourceType`: `aws_ec2_instance` | avg(up{asg_groupName=\"api-v2\",zone=~\"eu-west1.{1}\"})",
                "`metricName`: `up`, `resourceType`: `anything`, `customInlineTemplate`: `x='${resourceType}'` | avg(up{x='anything'})",
                "`customInlineTemplate`: `PromQL:sum(x{app='${scope}'})`, `labelBindings`: [`a='b'`], `groupByFields`: [`c`] | sum(x{app='api-v2'})",
                "`metricName`: `up`, `customFilter`: `x='y'` | avg(up{x='y'})",
            })
    void theQueryIsKayentasOwn(String query, String expected) {
        assertEquals(expected, read(query, ARGS).metrics().get(0).promql());
    }

    @Test
    void aMachinesProjectAndLabelMayBeGiven() {
        Map<String, String> args = Map.of(
                "scope", "s", "location", "l", "project", "p", "scopeLabel", "name", "resourceType", "gce_instance");
        assertEquals(
                "avg(up{name=~\"s-.{4}\",zone=~\".+/projects/p/zones/l-.{1}\"})",
                read("`metricName`: `up`", args).metrics().get(0).promql());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "`metricName`: `up` | no resourceType and no template",
                "`metricName`: `up`, `resourceType`: `k8s` | resourceType 'k8s' and no template",
                "`customInlineTemplate`: `sum(rate(x[1m]))` | no metricName",
                "`metricName`: `up`, `customFilterTemplate`: `gone` | templates has no 'gone'",
            })
    void whatKayentaRefusesIsNamed(String query, String says) {
        KayentaConfig read = read(query, ARGS);
        assertNull(read.metrics().get(0).promql());
        assertTrue(read.notCarried().get(0).contains(says), read.notCarried().get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "`metricName`: `up`, `customFilterTemplate`: `app`, `groupByFields`: [`a`] | groupByFields",
                "`metricName`: `up`, `customFilter`: `x='y'` | customFilter",
                "`metricName`: `up`, `customInlineTemplate`: `PromQL:x`, `aggregation`: `sum` | aggregation: unknown",
            })
    void whatChangesIsNamed(String query, String says) {
        assertTrue(read(query, ARGS).notCarried().get(0).contains(says));
    }
}

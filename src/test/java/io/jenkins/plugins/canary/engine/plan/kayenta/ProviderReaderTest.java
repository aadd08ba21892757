package io.jenkins.plugins.canary.engine.plan.kayenta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProviderReaderTest {

    private static final Map<String, String> SERVERS =
            Map.of("graphite", "http://graphite/", "influxdb", "http://influx:8086/query?db=shop");

    private static KayentaConfig read(String query, Map<String, String> servers) {
        return KayentaConfig.read(
                """
                { "metrics": [ { "name": "m", "groups": ["G"], "query": { QUERY } } ],
                  "classifier": { "groupWeights": { "G": 100 }, "scoreThresholds": { "pass": 90, "marginal": 70 } } }
                """.replace("QUERY", query.replace('`', '"')),
                new KayentaConfig.Options(Map.of("scope", "app:api-{{track}}"), servers));
    }

    private static JsonQuery json(String query) {
        return read(query, SERVERS).metrics().get(0).json();
    }

    @Test
    void graphiteIsReadAsJson() {
        JsonQuery json = json("`type`: `graphite`, `metricName`: `sum(a.$scope.*.$location)`");
        assertEquals(
                "http://graphite/render?format=json&from=-2min&until=-1min"
                        + "&target=sum%28a.app%3Aapi-{{track}}.*.{{FILL_location}}%29",
                json.request().url());
        assertEquals("$[0].datapoints[-1][0]", json.path());
        assertEquals("$[0].datapoints[-1][1]", json.time());
    }

    @Test
    void influxIsReadAsJson() {
        assertEquals(
                "http://influx:8086/query?db=shop&q=SELECT%20mean%20FROM%20cpu%20WHERE%20time%20%3E%3D%20now%28%29%20-%201m"
                        + "%20AND%20app%20%3D%20%27api-{{track}}%27",
                json("`type`: `influxdb`, `metricName`: `cpu`, `fields`: [`mean`]")
                        .request()
                        .url());
        assertEquals(
                "http://influx:8086/query?db=shop&q=SELECT%20sum%28n%29%20FROM%20e%20WHERE%20app%20%3D%20%27api-{{track}}%27"
                        + "%20AND%20time%20%3E%3D%20now%28%29%20-%201m%20GROUP%20BY%20time%2860s%29",
                json("`type`: `influxdb`, `customInlineTemplate`:"
                                + " `SELECT sum(n) FROM e WHERE $\\\\{scope} AND $\\\\{timeFilter} GROUP BY time($\\\\{step})`")
                        .request()
                        .url());
    }

    @Test
    void withoutAnAddressTheOptionIsNamed() {
        KayentaConfig read = read("`type`: `graphite`, `metricName`: `a.$scope`", Map.of());
        assertNull(read.metrics().get(0).json());
        assertEquals(
                "metrics[0].query: asks graphite for metricName 'a.$scope'; give --server graphite=http://HOST",
                read.notCarried().get(0));
    }

    @Test
    void severalFieldsAreNoOneValue() {
        KayentaConfig read = read("`type`: `influxdb`, `metricName`: `cpu`, `fields`: [`a`, `b`]", SERVERS);
        assertNull(read.metrics().get(0).json());
        assertTrue(
                read.notCarried().get(0).contains("not a, b"), read.notCarried().get(0));
    }
}

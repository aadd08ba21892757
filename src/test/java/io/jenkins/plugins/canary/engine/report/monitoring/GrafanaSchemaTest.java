package io.jenkins.plugins.canary.engine.report.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboards are what Grafana's dashboard schema takes, to the last key. */
class GrafanaSchemaTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path ROOT = Files.isDirectory(Path.of("examples")) ? Path.of("") : Path.of("..");
    private static JsonSchema schema;

    @BeforeAll
    static void read() throws Exception {
        try (InputStream in = GrafanaSchemaTest.class.getResourceAsStream("grafana-dashboard.schema.json")) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        }
    }

    private static JsonNode dashboard(String file) throws Exception {
        CanaryPlan plan = PlanReader.check(
                        Files.readString(ROOT.resolve("examples").resolve(file)))
                .plan();
        Signals signals = Signals.of(plan, SourceContext.of(plan.target(), "v2", name -> ""));
        return MAPPER.readTree(Dashboards.files(signals, null, null).get("canary-" + plan.name() + ".dashboard.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scholarship-api/canary.yaml",
                "api-gateway/canary.yaml",
                "payment-api/canary.yaml",
                "haproxy.yaml"
            })
    void grafanaTakesTheDashboard(String file) throws Exception {
        assertEquals(Set.of(), schema.validate(dashboard(file)));
    }

    /** Panel 1 is a stat, panel 5 the first timeseries. */
    @ParameterizedTest
    @CsvSource({
        "/, foo, 1",
        "/, graphTooltip, 7",
        "/, schemaVersion, '\"39\"'",
        "/panels/5, foo, 1",
        "/panels/0, foo, 1",
        "/panels/5/gridPos, w, 30",
        "/panels/5/fieldConfig/defaults/custom, foo, 1",
        "/panels/5/fieldConfig/defaults/custom, lineInterpolation, '\"curly\"'",
        "/panels/5/options/legend, displayMode, '\"tree\"'",
        "/panels/5/options, legend,",
        "/panels/1/options, reduceOptions,",
        "/panels/5/targets/0, foo, 1",
        "/panels/5/targets/0, expr, 3",
        "/annotations/list/0, foo, 1",
        "/annotations/list/0, iconColor,",
        "/templating/list/0, type, '\"nothing\"'",
        "/panels/5/fieldConfig/defaults/thresholds, mode, '\"nothing\"'",
        "/, uid, '\"a name of more than forty characters is too long\"'"
    })
    void whatGrafanaWouldNotTakeIsFound(String where, String key, String value) throws Exception {
        JsonNode dashboard = dashboard("payment-api/canary.yaml");
        ObjectNode there = (ObjectNode) dashboard.at(JsonPointer.compile(where.equals("/") ? "" : where));
        if (value == null) {
            there.remove(key);
        } else {
            there.set(key, MAPPER.readTree(value));
        }
        assertFalse(schema.validate(dashboard).isEmpty(), where + " " + key);
    }

    @Test
    void everyQueryAsksTheSourceThatIsChosenAtTheTop() throws Exception {
        JsonNode dashboard = dashboard("scholarship-api/canary.yaml");
        assertEquals("datasource", dashboard.at("/templating/list/0/name").asText());
        dashboard
                .findValues("datasource")
                .forEach(source ->
                        assertEquals("${datasource}", source.path("uid").asText()));
    }
}

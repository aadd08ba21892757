package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What the recipes send and how they read answers, as the services' own references have them. */
class RecipesTest {

    static final Instant NOW = Instant.parse("2026-02-01T10:05:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> names() {
        return Recipes.NAMES.stream();
    }

    static String plan(String metric) {
        return """
                name: shop
                target: { namespace: shop, deployment: basket }
                traffic: { haproxy: { socket: /run/h.sock, backend: app, canary: v2, stable: v1 } }
                metrics: { window: 5m, custom: { m: %s } }
                phases: [ { name: Full, weight: 100 } ]
                gate: [ { metric: m, max: 5 } ]
                """.formatted(metric);
    }

    static JsonNode exchange(String name) throws IOException {
        try (InputStream in = RecipesTest.class.getResourceAsStream("exchanges/" + name + ".yaml")) {
            return JSON.valueToTree(new Yaml().<Object>load(in));
        }
    }

    private static String metric(JsonNode exchange, String recipe, URI server) {
        return ("{ unit: count, recipe: " + recipe + ", with: " + exchange.path("with")
                        + (exchange.has("json") ? ", json: " + exchange.path("json") : "") + " }")
                .replace("URL", server.toString());
    }

    /** A source that asks a server as an exchange says. */
    static MetricSource source(JsonNode exchange, String recipe, URI server) throws Exception {
        CanaryPlan plan = new PlanResolver(BasePlans.NONE, List.of()).read(plan(metric(exchange, recipe, server)));
        SourceContext context = SourceContext.of(new Target("shop", "basket"), "v2", ref -> "secret-" + ref.name());
        return new MetricSources().open(plan.metrics(), context);
    }

    @ParameterizedTest
    @MethodSource("names")
    void asksAndReadsAsTheServiceDocuments(String name) throws Exception {
        JsonNode exchange = exchange(name);
        for (JsonNode answer : exchange.path("answers")) {
            String head = answer.path("status").asInt(200) + " X\nContent-Type: application/json";
            try (RawServer server = RawServer.of(head, answer.path("body").asText())) {
                Reading reading = SampleMetrics.read(
                        source(exchange, name, server.uri()), SampleMetrics.query("m", Track.CANARY), NOW);
                String sent = server.requests().get(0);
                for (String line : exchange.path("request").asText().lines().toList()) {
                    assertTrue(sent.lines().anyMatch(line::equals), () -> line + "\nis not in\n" + sent);
                }
                assertEquals(answer.path("is").asText("OK"), reading.status().name(), () -> answer + " " + reading);
                assertFalse(reading.detail().contains("secret-"), reading.detail());
                if (reading.ok()) {
                    assertEquals(answer.path("reads").asDouble(), reading.value());
                } else {
                    assertTrue(reading.detail().contains(answer.path("says").asText()), () -> answer + " " + reading);
                }
            }
        }
    }

    @Test
    void thePlanThatRunsHasTheRequestItself() throws Exception {
        String text =
                plan("{ unit: count, recipe: graphite, with: { url: \"http://g\", target: a }, json: { delay: 2m } }");
        CanaryPlan plan = new PlanResolver(BasePlans.NONE, List.of()).read(text);
        assertFalse(plan.text().contains("recipe"), plan.text());
        assertEquals(plan, PlanReader.read(plan.text()));
        assertEquals(120, plan.metrics().custom().get("m").json().delay().toSeconds());
    }

    @Test
    void aTeamHasItsOwn() throws Exception {
        BasePlans files = (name, by) -> new PlanFile(name, """
                says: Our own.
                params: { service: { says: the service }, kind: { says: the kind, default: errors } }
                json: { url: "http://ours/{{params.kind}}/{{params.service}}?v={{version}}", path: $.v }
                """);
        String text = plan("{ unit: count, recipe: metrics/ours.yaml, with: { service: shop } }");
        CanaryPlan plan = new PlanResolver(files, List.of()).read(text);
        assertEquals(
                "http://ours/errors/shop?v={{version}}",
                plan.metrics().custom().get("m").json().request().url());
    }

    @Test
    void whatIsWrongIsSaidWhereItIs() {
        assertSays("{ unit: count, recipe: grafite }", "4:60", "is no recipe", "graphite");
        assertSays("{ unit: count, recipe: graphite }", "the recipe needs 'target': what is drawn");
        assertSays(
                "{ unit: count, recipe: graphite, with: { url: 'http://g', target: a, tarket: b } }",
                "has no 'tarket'",
                "it has: target, url, take");
        assertSays("{ unit: count, recipe: a.yaml }", "only a plan in a file");
        assertSays("{ unit: count, with: { a: b }, query: x }", "there is no recipe to fill in");
        assertSays(
                "{ unit: count, recipe: graphite, with: { url: 'http://g', target: a, take: median } }",
                "recipe graphite:",
                "is not one of the choices");
    }

    private static void assertSays(String metric, String... parts) {
        PlanReader.Result result = new PlanResolver(BasePlans.NONE, List.of()).check(plan(metric));
        assertNull(result.plan());
        String all = result.problems().toString();
        for (String part : parts) {
            assertTrue(all.contains(part), all);
        }
    }

    @Test
    void everyFileIsListed() throws PlanException {
        File[] files = new File(Recipes.class.getResource("recipes").getPath()).listFiles();
        assertEquals(
                Recipes.NAMES,
                Arrays.stream(files)
                        .map(f -> f.getName().replace(".yaml", ""))
                        .sorted()
                        .toList());
    }

    @Test
    void thePagesPlansAreRightAndTheirTablesWhole() throws Exception {
        List<String> pages = new ArrayList<>();
        for (File page : new File(docs(), "metrics").listFiles()) {
            String text = Files.readString(page.toPath());
            if (page.getName().equals("README.md")) {
                continue;
            }
            pages.add(text);
            String plan = text.split("```yaml\n", 2)[1].split("```", 2)[0];
            assertEquals(
                    List.of(),
                    new PlanResolver(BasePlans.NONE, List.of())
                            .check(plan).problems().stream()
                                    .filter(p -> p.severity() == Problem.Severity.ERROR)
                                    .toList(),
                    page.getName());
        }
        for (String name : Recipes.NAMES) {
            String page = pages.stream()
                    .filter(text -> text.contains("recipe: ") && text.contains("`" + name + "`"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no page names the recipe " + name));
            Map<?, ?> params =
                    (Map<?, ?>) new Yaml().<Map<?, ?>>load(Recipes.own(name)).get("params");
            params.keySet().forEach(param -> assertTrue(page.contains("`" + param + "`"), name + " " + param));
        }
    }

    private static File docs() {
        File here = new File("docs");
        return here.isDirectory() ? here : new File("../docs");
    }
}

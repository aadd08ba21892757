package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.yaml.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The JSON Schema that editors complete from says what the reader does. */
class PlanSchemaTest {

    static final List<String> GOOD = PlanTexts.GOOD;
    static final List<String> DRIVERS_WITH_A_PAGE = List.of(
            "argoRollout",
            "deployment",
            "flagger",
            "gatewayApi",
            "helm",
            "istio",
            "nginxIngress",
            "service",
            "traefik");
    static final List<String> OWN_ROUTERS = List.of("http", "job");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SCHEMA =
            "src/main/resources/io/jenkins/plugins/canary/engine/plan/read/canary-plan.schema.json";
    private static final String STALE = " is not what the keys say: run 'mvn test -Dtest=PlanSchemaTest -Dcanary.write'"
            + " in standalone/, look at the difference, and commit it";

    private static final PlanTables TABLES = new PlanTables();

    private static JsonSchema schema;

    @BeforeAll
    static void load() {
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(TABLES.schema("fake"));
    }

    @Test
    void theSchemaIsMadeOfTheKeys() throws IOException {
        same(SCHEMA, PlanTables.print(TABLES.schema()));
    }

    @Test
    void theReferenceIsMadeOfTheKeys() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        pages.put("plan-reference.md", PlanTexts.file("docs/plan-reference.md"));
        pages.put("policy.md", PlanTexts.file("docs/policy.md"));
        for (String driver : DRIVERS_WITH_A_PAGE) {
            pages.put("drivers/" + driver + ".md", PlanTexts.file("docs/drivers/" + driver + ".md"));
        }
        for (String driver : OWN_ROUTERS) {
            pages.put("drivers/" + driver + ".md", PlanTexts.file("docs/drivers/" + driver + ".md"));
        }
        pages.put("drivers/awsLoadBalancer.md", PlanTexts.file("docs/drivers/awsLoadBalancer.md"));
        for (String shared : List.of("kubernetes", "canary")) {
            pages.put("drivers/" + shared + ".md", PlanTexts.file("docs/drivers/" + shared + ".md"));
        }
        for (Map.Entry<String, String> page : TABLES.pages(pages).entrySet()) {
            same("docs/" + page.getKey(), page.getValue());
        }
        assertEquals(
                new TreeSet<>(TABLES.sections().stream().map(Section::name).toList()),
                new TreeSet<>(TABLES.documented()),
                "each section has its table in the reference, between '<!-- keys NAME -->' and '<!-- end of keys -->'");
    }

    /** Writes the file anew when the test is told to; else the file must be so already. */
    private static void same(String name, String made) throws IOException {
        if (System.getProperty("canary.write") != null) {
            Path here = Path.of(name);
            Files.writeString(Files.exists(here) ? here : Path.of("..").resolve(here), made);
        }
        assertEquals(made, PlanTexts.file(name), name + STALE);
    }

    @Test
    void theSchemaKnowsEveryDriver() {
        Set<String> here = new TreeSet<>(
                RouterDriver.all().stream().map(RouterDriver::name).toList());
        here.remove("fake");
        Set<String> known = new TreeSet<>();
        TABLES.schema().at("/properties/traffic/properties").fieldNames().forEachRemaining(known::add);
        assertEquals(here, known);
    }

    @Test
    void everyKeyIsDescribed() {
        for (Section section : TABLES.sections()) {
            assertTrue(section.says().length() > 10, section.name());
            section.keys().forEach(key -> assertTrue(key.says().endsWith("."), section.name() + "." + key.name()));
        }
    }

    @Test
    void theGoodPlansUseEveryKey() {
        Set<String> used = new HashSet<>();
        Stream.concat(
                        GOOD.stream().map(PlanTexts::named),
                        DRIVERS_WITH_A_PAGE.stream().map(PlanSchemaTest::example))
                .forEach(text -> keys(tree(text), used));
        keys(tree(PlanTexts.example("awsLoadBalancer.yaml")), used);
        keys(tree(PlanTexts.example("kubernetes/baseline.yaml")), used);
        // read by the resolver
        keys(tree(PlanTexts.example("shared-plan/api.yaml")), used);
        keys(tree(PlanTexts.example("metrics/graphite.yaml")), used);
        // read in the drivers' tests
        used.addAll(Set.of("kubeconfig", "context", "listener", "endpoint", "sessionToken", "ingressRoute"));
        for (Section section : TABLES.ofPlan()) {
            section.keys()
                    .forEach(key -> assertTrue(
                            used.contains(key.name()), section.name() + "." + key.name() + " is in no good plan"));
        }
    }

    @ParameterizedTest
    @FieldSource("GOOD")
    void goodPlansAreValid(String name) {
        assertEquals(Set.of(), schema.validate(tree(PlanTexts.named(name))));
    }

    @ParameterizedTest
    @FieldSource("DRIVERS_WITH_A_PAGE")
    void theExamplesForClustersAreValid(String driver) {
        assertEquals(Set.of(), schema.validate(tree(example(driver))));
    }

    private static String example(String driver) {
        return PlanTexts.example("kubernetes/" + driver + ".yaml");
    }

    @Test
    void exampleAndSoundPlanAreValid() {
        assertEquals(Set.of(), schema.validate(tree(PlanTexts.example("api-gateway/canary.yaml"))));
        assertEquals(Set.of(), schema.validate(tree(PlanTexts.example("haproxy.yaml"))));
        assertEquals(Set.of(), schema.validate(tree(PlanTexts.example("shared-plan/api.yaml"))));
        for (String driver : OWN_ROUTERS) {
            assertEquals(Set.of(), schema.validate(tree(PlanTexts.example(driver + "/canary.yaml"))));
        }
        assertEquals(Set.of(), schema.validate(tree(PlanTexts.example("awsLoadBalancer.yaml"))));
        assertEquals(Set.of(), schema.validate(tree(PlanTexts.SOUND)));
    }

    static Stream<String> broken() {
        return Stream.of(
                PlanTexts.sound("name: shop", "name: Shop_1"),
                PlanTexts.sound("name: shop\n", ""),
                PlanTexts.sound("name: shop", "name: shop\nwatch: 3"),
                PlanTexts.sound("name: shop", "name: shop\nwatch: { onBreach: ask }"),
                PlanTexts.sound("name: shop", "name: shop\nwatch: { for: 48h, onBreach: panic }"),
                PlanTexts.sound("name: shop", "name: shop\nwatch: { for: 48h, track: old }"),
                PlanTexts.sound("name: shop", "name: shop\nnotify: [ { url: 'https://hooks.example.com/T0/B0' } ]"),
                PlanTexts.sound("name: shop", "name: shop\nnotify: [ { to: pager, url: env:HOOK } ]"),
                PlanTexts.sound("name: shop", "name: shop\nnotify: [ { to: slack, url: env:HOOK, secret: env:KEY } ]"),
                PlanTexts.sound("name: shop", "name: shop\nnotify: [ { url: env:HOOK, events: [ end ] } ]"),
                PlanTexts.sound("[ \"Drill done\" ]", "{ when: later, items: [ a ] }"),
                PlanTexts.sound("[ \"Drill done\" ]", "{ when: before }"),
                PlanTexts.sound("[ \"Drill done\" ]", "[ { item: calm } ]"),
                PlanTexts.sound("[ \"Drill done\" ]", "[ { item: calm, metric: error-rate } ]"),
                PlanTexts.sound("name: shop", "name: shop\nonBuildEnd: stop"),
                PlanTexts.sound("{ fake: { refuses: 13 } }", "{ }"),
                PlanTexts.sound("fake: { refuses: 13 }", "nginx: { }"),
                PlanTexts.sound("weight: 10", "weight: 101"),
                PlanTexts.sound("hold: 5m", "hold: 300"),
                PlanTexts.sound("hold: 5m", "hold: 5m, aproval: {}"),
                PlanTexts.sound("min: 99%", "min: 99"),
                PlanTexts.sound("min: 99%", "min: 990%"),
                PlanTexts.sound("success-rate, min: 99%", "success-rate"),
                PlanTexts.sound("success-rate, min: 99%", "success-rate, min: 99%, quantile: 0.5"),
                PlanTexts.sound("quantile: 0.99, ", ""),
                PlanTexts.sound("quantile: 0.99", "quantile: 99"),
                PlanTexts.sound("max: 500ms", "max: 500"),
                PlanTexts.sound("max: 500ms", "max: 500ms, versusStable: { }"),
                PlanTexts.sound("max: 500ms", "versusStable: { test: tTest }"),
                PlanTexts.sound("max: 500ms", "versusStable: { test: mannWhitney, maxIncrease: 20% }"),
                PlanTexts.sound("max: 500ms", "versusStable: { maxIncrease: 20%, confidence: 98% }"),
                PlanTexts.sound("max: 500ms", "versusStable: { test: mannWhitney, confidence: 100% }"),
                PlanTexts.sound("max: 500ms", "versusStable: { test: mannWhitney, direction: up }"),
                PlanTexts.sound("max: 500ms", "max: 500ms, for: 5m"),
                PlanTexts.sound("max: 500ms", "max: 500ms, onNoData: ignore"),
                PlanTexts.sound("consecutiveFailures: 5", "consecutiveFailures: 5, for: 5m"),
                PlanTexts.sound("consecutiveFailures: 5", "consecutiveFailures: 0"),
                PlanTexts.sound("url: \"http://prometheus:9090\"", "url: prometheus:9090"),
                PlanTexts.sound("url: \"http://prometheus:9090\"", "url: \"http://me:secret@prometheus:9090\""),
                PlanTexts.sound("interval: 15s", "interval: 15s, server: main"),
                PlanTexts.sound("interval: 15s", "interval: 15s, auth: { bearer: secret }"),
                PlanTexts.sound("interval: 15s", "interval: 15s, auth: { username: me }"),
                PlanTexts.sound(", stable: 'version=\"v1\"'", ""),
                PlanTexts.sound("stable: 'version=\"v1\"'", "stable: '{version=\"v1\"}'"),
                PlanTexts.sound("unit: ratio, ", ""),
                PlanTexts.sound("carts:", "errors:"),
                PlanTexts.sound("name: shop", "name: shop\nweights: { }"),
                PlanTexts.sound("name: shop", "name: shop\nweights: { dynamic: { max: 50, deadband: x } }"),
                PlanTexts.sound("name: shop", "name: shop\npreflight: { checks: [ weather ] }"),
                PlanTexts.sound("name: shop", "name: shop\npreflight: { fix: perhaps }"),
                PlanTexts.sound("name: shop", "name: shop\npreflight: { database: { maxConnections: 100 } }"),
                PlanTexts.sound("[ \"Drill done\" ]", "[ ]"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenPlansAreNeitherValidNorRead(String text) {
        Set<ValidationMessage> said = schema.validate(tree(text));
        assertFalse(said.isEmpty(), text);
        assertNull(PlanReader.check(text).plan(), text);
    }

    private static JsonNode tree(String text) {
        String spaced = text.startsWith("{") ? text.replace('\t', ' ') : text;
        Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(spaced);
        return MAPPER.valueToTree(loaded);
    }

    private static void keys(JsonNode node, Set<String> into) {
        node.properties().forEach(e -> {
            into.add(e.getKey());
            keys(e.getValue(), into);
        });
        if (node.isArray()) {
            node.forEach(item -> keys(item, into));
        }
    }
}

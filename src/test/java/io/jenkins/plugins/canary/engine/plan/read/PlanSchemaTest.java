package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The JSON Schema that editors complete from says what the reader does. */
class PlanSchemaTest {

    static final List<String> GOOD = Plans.GOOD;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<Section, String> WHERE = new EnumMap<>(Map.ofEntries(
            Map.entry(Section.PLAN, ""),
            Map.entry(Section.TARGET, "/properties/target"),
            Map.entry(Section.METRICS, "/properties/metrics"),
            Map.entry(Section.PROMETHEUS, "/properties/metrics/properties/prometheus"),
            Map.entry(Section.SCRAPE, "/properties/metrics/properties/scrape"),
            Map.entry(Section.AUTH, "/$defs/auth"),
            Map.entry(Section.LABELS, "/properties/metrics/properties/labels"),
            Map.entry(Section.HTTP, "/properties/metrics/properties/http"),
            Map.entry(Section.CUSTOM, "/$defs/custom"),
            Map.entry(Section.RANGE, "/$defs/custom/properties/range"),
            Map.entry(Section.JSON, "/$defs/custom/properties/json"),
            Map.entry(Section.PHASE, "/$defs/phase"),
            Map.entry(Section.APPROVAL, "/$defs/phase/properties/approval"),
            Map.entry(Section.CRITERION, "/$defs/criterion"),
            Map.entry(Section.SCORE, "/properties/score"),
            Map.entry(Section.EFFECT, "/$defs/versusStable/properties/effect"),
            Map.entry(Section.VERSUS_STABLE, "/$defs/versusStable"),
            Map.entry(Section.ABORT, "/$defs/abortRule"),
            Map.entry(Section.WEIGHTS, "/properties/weights"),
            Map.entry(Section.DYNAMIC, "/properties/weights/properties/dynamic"),
            Map.entry(Section.SETS, "/properties/metrics/properties/sets"),
            Map.entry(Section.SET, "/$defs/set"),
            Map.entry(Section.TREND, "/$defs/trend"),
            Map.entry(Section.PROBES, "/properties/probes"),
            Map.entry(Section.PROBE_ENTRY, "/$defs/probeEntry"),
            Map.entry(Section.PROBE_LIMITS, "/properties/probes/properties/limits"),
            Map.entry(Section.PROBE, "/$defs/probe"),
            Map.entry(Section.HTTP_PROBE, "/$defs/probe/properties/http"),
            Map.entry(Section.EXPECT, "/$defs/probe/properties/http/properties/expect"),
            Map.entry(Section.JSON_EXPECT, "/$defs/probe/properties/http/properties/expect/properties/json/items"),
            Map.entry(Section.RATE_LIMIT, "/$defs/probe/properties/rateLimit"),
            Map.entry(Section.PERSISTENCE, "/$defs/probe/properties/persistence"),
            Map.entry(Section.RESTART, "/$defs/probe/properties/persistence/properties/restart"),
            Map.entry(Section.CORS, "/$defs/probe/properties/cors"),
            Map.entry(Section.JWT_REPLAY, "/$defs/probe/properties/jwtReplay"),
            Map.entry(Section.LOAD, "/$defs/phase/properties/load"),
            Map.entry(Section.CAP, "/properties/cap"),
            Map.entry(Section.CHECKLIST, "/$defs/checklist"),
            Map.entry(Section.ITEM, "/$defs/provenItem"),
            Map.entry(Section.WATCH, "/$defs/watch"),
            Map.entry(Section.NOTIFY, "/$defs/webhook"),
            Map.entry(Section.PREFLIGHT, "/properties/preflight"),
            Map.entry(Section.DATABASE, "/properties/preflight/properties/database")));

    private static ObjectNode json;
    private static JsonSchema schema;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream in = PlanReader.class.getResourceAsStream("canary-plan.schema.json")) {
            json = (ObjectNode) MAPPER.readTree(in);
        }
        ObjectNode withFake = json.deepCopy();
        ((ObjectNode) withFake.at("/properties/traffic/properties"))
                .putObject("fake")
                .put("type", "object");
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(withFake);
    }

    @Test
    void everySectionHasTheReadersKeysAndNoOther() {
        for (Section section : Section.values()) {
            JsonNode place = json.at(WHERE.get(section));
            assertEquals(new TreeSet<>(section.keys()), names(place.path("properties")), section.name());
            assertFalse(place.path("additionalProperties").asBoolean(true), section + " takes other keys");
        }
    }

    @Test
    void theSchemaHasNoSectionThatTheReaderLacks() {
        List<String> found = new ArrayList<>();
        sections(json, "", found);
        found.removeAll(WHERE.values());
        found.removeIf(p -> p.startsWith("/properties/traffic"));
        assertEquals(List.of(), found);
    }

    @Test
    void theSchemaKnowsTheDriversAndTheirKeys() {
        JsonNode drivers = json.at("/properties/traffic/properties");
        Set<String> here = new TreeSet<>(
                RouterDriver.all().stream().map(RouterDriver::name).toList());
        here.remove("fake");
        assertEquals(here, names(drivers));
        for (String driver : here) {
            String remedy = PlanReader.check("traffic: { " + driver + ": { zzzzzzzzzzzz: 1 } }").problems().stream()
                    .filter(p -> p.path().equals("traffic." + driver + ".zzzzzzzzzzzz"))
                    .findFirst()
                    .orElseThrow()
                    .remedy();
            assertEquals(
                    new TreeSet<>(List.of(remedy.replace("known here: ", "").split(", "))),
                    names(drivers.path(driver).path("properties")),
                    driver);
        }
    }

    @Test
    void theReferenceNamesEveryKey() {
        String reference = Plans.file("docs/plan-reference.md");
        for (Section section : Section.values()) {
            section.keys().forEach(key -> assertTrue(reference.contains("`" + key + "`"), section + "." + key));
        }
    }

    @Test
    void everyKeyIsDescribed() {
        for (String place : WHERE.values()) {
            json.at(place).path("properties").properties().forEach(key -> {
                JsonNode value = key.getValue().has("$ref") && !key.getValue().has("description")
                        ? json.at(key.getValue().get("$ref").asText().substring(1))
                        : key.getValue();
                assertTrue(value.path("description").asText().length() > 10, place + "/" + key.getKey());
            });
        }
    }

    @Test
    void theGoodPlansUseEveryKey() {
        Set<String> used = new HashSet<>();
        GOOD.forEach(name -> keys(tree(Plans.named(name)), used));
        for (Section section : Section.values()) {
            section.keys().forEach(key -> assertTrue(used.contains(key), section + "." + key + " is in no good plan"));
        }
    }

    @ParameterizedTest
    @FieldSource("GOOD")
    void goodPlansAreValid(String name) {
        assertEquals(Set.of(), schema.validate(tree(Plans.named(name))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gatewayApi", "nginxIngress", "istio", "deployment", "argoRollout", "flagger", "helm"})
    void theExamplesForClustersAreValid(String driver) {
        assertEquals(Set.of(), schema.validate(tree(Plans.example("kubernetes/" + driver + ".yaml"))));
    }

    @Test
    void exampleAndSoundPlanAreValid() {
        assertEquals(Set.of(), schema.validate(tree(Plans.example("api-gateway/canary.yaml"))));
        assertEquals(Set.of(), schema.validate(tree(Plans.example("haproxy.yaml"))));
        assertEquals(Set.of(), schema.validate(tree(Plans.SOUND)));
    }

    static Stream<String> broken() {
        return Stream.of(
                Plans.sound("name: shop", "name: Shop_1"),
                Plans.sound("name: shop\n", ""),
                Plans.sound("name: shop", "name: shop\nwatch: 3"),
                Plans.sound("name: shop", "name: shop\nwatch: { onBreach: ask }"),
                Plans.sound("name: shop", "name: shop\nwatch: { for: 48h, onBreach: panic }"),
                Plans.sound("name: shop", "name: shop\nwatch: { for: 48h, track: old }"),
                Plans.sound("name: shop", "name: shop\nnotify: [ { url: 'https://hooks.example.com/T0/B0' } ]"),
                Plans.sound("name: shop", "name: shop\nnotify: [ { to: pager, url: env:HOOK } ]"),
                Plans.sound("name: shop", "name: shop\nnotify: [ { to: slack, url: env:HOOK, secret: env:KEY } ]"),
                Plans.sound("name: shop", "name: shop\nnotify: [ { url: env:HOOK, events: [ end ] } ]"),
                Plans.sound("[ \"Drill done\" ]", "{ when: later, items: [ a ] }"),
                Plans.sound("[ \"Drill done\" ]", "{ when: before }"),
                Plans.sound("[ \"Drill done\" ]", "[ { item: calm } ]"),
                Plans.sound("[ \"Drill done\" ]", "[ { item: calm, metric: error-rate } ]"),
                Plans.sound("name: shop", "name: shop\nonBuildEnd: stop"),
                Plans.sound("{ fake: { refuses: 13 } }", "{ }"),
                Plans.sound("fake: { refuses: 13 }", "nginx: { }"),
                Plans.sound("weight: 10", "weight: 101"),
                Plans.sound("hold: 5m", "hold: 300"),
                Plans.sound("hold: 5m", "hold: 5m, aproval: {}"),
                Plans.sound("min: 99%", "min: 99"),
                Plans.sound("min: 99%", "min: 990%"),
                Plans.sound("success-rate, min: 99%", "success-rate"),
                Plans.sound("success-rate, min: 99%", "success-rate, min: 99%, quantile: 0.5"),
                Plans.sound("quantile: 0.99, ", ""),
                Plans.sound("quantile: 0.99", "quantile: 99"),
                Plans.sound("max: 500ms", "max: 500"),
                Plans.sound("max: 500ms", "max: 500ms, versusStable: { }"),
                Plans.sound("max: 500ms", "versusStable: { test: tTest }"),
                Plans.sound("max: 500ms", "versusStable: { test: mannWhitney, maxIncrease: 20% }"),
                Plans.sound("max: 500ms", "versusStable: { maxIncrease: 20%, confidence: 98% }"),
                Plans.sound("max: 500ms", "versusStable: { test: mannWhitney, confidence: 100% }"),
                Plans.sound("max: 500ms", "versusStable: { test: mannWhitney, direction: up }"),
                Plans.sound("max: 500ms", "max: 500ms, for: 5m"),
                Plans.sound("max: 500ms", "max: 500ms, onNoData: ignore"),
                Plans.sound("consecutiveFailures: 5", "consecutiveFailures: 5, for: 5m"),
                Plans.sound("consecutiveFailures: 5", "consecutiveFailures: 0"),
                Plans.sound("url: \"http://prometheus:9090\"", "url: prometheus:9090"),
                Plans.sound("url: \"http://prometheus:9090\"", "url: \"http://me:secret@prometheus:9090\""),
                Plans.sound("interval: 15s", "interval: 15s, server: main"),
                Plans.sound("interval: 15s", "interval: 15s, auth: { bearer: secret }"),
                Plans.sound("interval: 15s", "interval: 15s, auth: { username: me }"),
                Plans.sound(", stable: 'version=\"v1\"'", ""),
                Plans.sound("stable: 'version=\"v1\"'", "stable: '{version=\"v1\"}'"),
                Plans.sound("unit: ratio, ", ""),
                Plans.sound("carts:", "errors:"),
                Plans.sound("name: shop", "name: shop\nweights: { }"),
                Plans.sound("name: shop", "name: shop\nweights: { dynamic: { max: 50, deadband: x } }"),
                Plans.sound("name: shop", "name: shop\npreflight: { checks: [ weather ] }"),
                Plans.sound("name: shop", "name: shop\npreflight: { fix: perhaps }"),
                Plans.sound("name: shop", "name: shop\npreflight: { database: { maxConnections: 100 } }"),
                Plans.sound("[ \"Drill done\" ]", "[ ]"));
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

    private static Set<String> names(JsonNode properties) {
        Set<String> names = new TreeSet<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names;
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

    /** Every place of the schema that declares an object closed to other keys. */
    private static void sections(JsonNode node, String pointer, List<String> into) {
        if (node.isObject()
                && node.has("properties")
                && node.path("additionalProperties").isBoolean()) {
            into.add(pointer);
        }
        node.properties()
                .forEach(e ->
                        sections(e.getValue(), pointer + JsonPointer.empty().appendProperty(e.getKey()), into));
    }
}

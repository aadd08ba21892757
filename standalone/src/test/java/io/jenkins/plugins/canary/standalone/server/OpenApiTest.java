package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The API's description describes what the API answers. */
class OpenApiTest {

    private static final Person BOB = new Person("bob", Set.of("release-managers"), true, true, true);

    private final JsonNode api = read();
    private final List<String> wrong = new ArrayList<>();

    private static JsonNode read() {
        try (Reader reader = Files.newBufferedReader(Path.of("..", "docs", "openapi.yaml"))) {
            return new ObjectMapper().valueToTree(new Yaml().load(reader));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Every field that there is must be described, with its type, and every word must be one of those listed. */
    private void compare(String where, JsonNode value, JsonNode schema) {
        JsonNode s = schema.has("$ref") ? api.at(schema.get("$ref").asText().substring(1)) : schema;
        String type = s.path("type").asText();
        boolean fits =
                switch (type) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "integer" -> value.isIntegralNumber();
                    case "number" ->
                        value.isNumber() || value.isNull() && s.path("nullable").asBoolean();
                    case "boolean" -> value.isBoolean();
                    case "string" -> value.isTextual();
                    default -> false;
                };
        boolean listed = !s.has("enum") || s.get("enum").valueStream().anyMatch(v -> v.equals(value));
        if (!fits || !listed) {
            wrong.add(where + " is " + value + ", described as " + s);
        } else if (value.isArray()) {
            value.forEach(item -> compare(where + "[]", item, s.get("items")));
        } else if (value.isObject()) {
            value.propertyStream()
                    .forEach(f -> compare(
                            where + "." + f.getKey(),
                            f.getValue(),
                            s.path("properties").path(f.getKey())));
            s.path("required").forEach(r -> {
                if (!value.has(r.asText())) {
                    wrong.add(where + " lacks " + r.asText());
                }
            });
        }
    }

    private void describes(FakeRelease release) throws Exception {
        JsonNode answer = new ObjectMapper()
                .readTree(release.api(List.of(new RolloutStatusResponse.FailedDeliveryRow(
                                "env:HOOK", "slack", "ended", 8, "it answered 503", 1L, true)))
                        .rollout("", "", BOB));
        compare("rollout", answer, api.at("/components/schemas/Rollout"));
        assertEquals(List.of(), wrong);
    }

    @Test
    void describesEveryAnswer() throws Exception {
        describes(FakeRelease.seed().pass(9, 0));
        describes(FakeRelease.seed().pass(53, 0));
        describes(FakeRelease.seed().pass(110, 0));
        describes(FakeRelease.seed().pass(7, 0).becomes("ERRORS").pass(1, 0));
        describes(FakeRelease.seed().pass(7, 0).becomes("SLOW").pass(0, 30));
        describes(FakeRelease.seed()
                .pass(7, 0)
                .becomes("DOWN")
                .routerFails("gone")
                .pass(1, 0));
        FakeRelease cared = FakeRelease.cared().pass(1, 0);
        cared.run().command(new Input.TickItem("pre-canary", "On-call notified", "bob"));
        describes(cared);
        cared.run().command(new Input.TickItem("pre-canary", "Rollback tested recently", "bob"));
        cared.run().command(new Input.TickItem("during", "Error logs checked", "bob"));
        describes(cared.pass(20, 0));
        describes(cared.becomes("ERRORS").pass(2, 0));
        FakeRelease probed = FakeRelease.probed().pass(4, 0);
        probed.run()
                .probed(new ProbeResult(
                        "origins",
                        Track.CANARY,
                        CheckOutcome.PASS,
                        "all met",
                        List.of(),
                        1,
                        Map.of(200, 1),
                        Map.of("p95", 0.1),
                        1,
                        1));
        describes(probed);
        FakeRelease held = FakeRelease.seed().pass(3, 0);
        held.run().command(new Input.SetHold("bob", "lunch"));
        held.run().command(new Input.TickItem("redis-ready", "Failover drill done", "bob"));
        describes(held);
        held.routerFails("gone").run().command(new Input.RollBack("bob", "enough"));
        describes(held.pass(1, 0));
    }

    @Test
    void itsExampleIsOne() {
        compare("example", api.at("/components/examples/Watching/value"), api.at("/components/schemas/Rollout"));
        assertEquals(List.of(), wrong);
    }

    @Test
    void hasEveryAction() {
        List<String> actions = api.at("/components/schemas/Rollout/properties/actions/items/enum")
                .valueStream()
                .map(JsonNode::asText)
                .sorted()
                .toList();
        assertEquals(
                actions,
                api.get("paths")
                        .propertyStream()
                        .map(p -> p.getKey().substring(1))
                        .filter(p -> !p.equals("rollout"))
                        .sorted()
                        .toList());
    }
}

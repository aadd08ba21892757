package io.jenkins.plugins.canary.engine.traffic.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.Yaml;

/** Holds what the driver and a server say to each other against docs/router-openapi.yaml. */
final class OpenApi {

    private final JsonNode api;

    OpenApi() throws IOException {
        Path here = Path.of("docs/router-openapi.yaml");
        try (Reader reader = Files.newBufferedReader(
                Files.exists(here) ? here : Path.of("..").resolve(here))) {
            api = new ObjectMapper().valueToTree(new Yaml().load(reader));
        }
    }

    void check(TeamServer.Call call) {
        String path = call.path().substring(TeamServer.PATH.length());
        JsonNode operation = api.path("paths").path(path).path(call.method().toLowerCase(java.util.Locale.ROOT));
        assertFalse(operation.isMissingNode(), call.method() + " " + path + " is not described");
        List<String> query = new ArrayList<>();
        for (JsonNode given : operation.path("parameters")) {
            JsonNode parameter = resolved(given);
            String name = parameter.path("name").asText();
            boolean inQuery = parameter.path("in").asText().equals("query");
            String value = inQuery ? call.query().get(name) : call.headers().get(name);
            assertTrue(value != null || !parameter.path("required").asBoolean(), call + " lacks " + name);
            if (inQuery) {
                query.add(name);
            }
        }
        assertTrue(query.containsAll(call.query().keySet()), call + " has a parameter that is not described");
        JsonNode body = operation.at("/requestBody/content/application~1json/schema");
        assertEquals(body.isMissingNode(), call.body() == null, call.toString());
        if (call.body() != null) {
            fits(call.body(), body, call);
        }
        JsonNode answers = operation.path("responses");
        JsonNode answer = resolved(
                answers.path(answers.has(call.status() + "") ? call.status() + "" : call.status() / 100 + "XX"));
        JsonNode schema = answer.at("/content/application~1json/schema");
        if (call.answer() != null && !schema.isMissingNode()) {
            fits(call.answer(), schema, call);
        }
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? api.at(node.get("$ref").asText().substring(1)) : node;
    }

    private void fits(JsonNode value, JsonNode schema, TeamServer.Call call) {
        ObjectNode root = schema.deepCopy();
        root.set("components", api.get("components"));
        assertEquals(
                Set.of(),
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(root)
                        .validate(value),
                call.toString());
    }

    /** Whether a document is what a router may answer, by the description. */
    boolean describes(JsonNode answer) {
        ObjectNode root = api.at("/components/schemas/Answer").deepCopy();
        root.set("components", api.get("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(root)
                .validate(answer)
                .isEmpty();
    }
}

package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no recipe takes for a number: each recipe's own good answer, spoilt in every way that services are known to fail. */
class BadAnswersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What stands in place of a value that is none. */
    private static final List<JsonNode> NO_NUMBERS = List.of(
            NullNode.instance,
            BooleanNode.TRUE,
            TextNode.valueOf("n/a"),
            TextNode.valueOf("12 ms"),
            TextNode.valueOf(""),
            TextNode.valueOf("NaN"),
            TextNode.valueOf("Infinity"),
            JSON.createArrayNode(),
            JSON.createObjectNode());

    /** Recipes whose number is how many there are, whatever they say. */
    private static final List<String> COUNTS = List.of("jira", "servicenow");

    private record Exchange(String recipe, JsonNode all) {

        static Exchange of(String recipe) throws Exception {
            return new Exchange(recipe, RecipesTest.exchange(recipe));
        }

        /** The first answer that has a number. */
        JsonNode good() {
            return StreamSupport.stream(all.path("answers").spliterator(), false)
                    .filter(answer -> answer.has("reads"))
                    .filter(answer -> answer.path("body").asText().length() > 2)
                    .findFirst()
                    .orElseThrow();
        }

        Reading answered(String head, String body) throws Exception {
            try (RawServer server = RawServer.of(head, body)) {
                return read(source(server));
            }
        }

        Reading answered(JsonNode body) throws Exception {
            return answered("200 OK\nContent-Type: application/json", body.toString());
        }

        MetricSource source(RawServer server) throws Exception {
            return RecipesTest.source(all, recipe, server.uri());
        }

        Reading read(MetricSource source) {
            Reading reading = SampleMetrics.read(source, SampleMetrics.query("m", Track.CANARY), RecipesTest.NOW);
            assertFalse(reading.detail().contains("secret-"), reading.detail());
            return reading;
        }
    }

    private static List<String> names() {
        return Recipes.NAMES;
    }

    private static void assertUnavailable(Reading reading, String part) {
        assertEquals(Reading.Status.UNAVAILABLE, reading.status(), reading.detail());
        assertTrue(reading.detail().contains(part), reading.detail());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aWrongKeyIsSaidAndNotShown(String recipe) throws Exception {
        Exchange exchange = Exchange.of(recipe);
        String secrets = Pattern.compile("env:(\\w+)")
                .matcher(exchange.all() + "")
                .results()
                .map(ref -> "secret-" + ref.group(1))
                .collect(Collectors.joining(" "));
        String said = "{'error': '%s ?', 'message': '%s ?', 'errors': ['%s ?']}"
                .replace("%s", secrets)
                .replace('\'', '"');
        assertUnavailable(exchange.answered("401 No\nContent-Type: application/json", said), "other credentials");
        assertUnavailable(exchange.answered("403 No\nContent-Type: application/json", said), "may not read it");
    }

    @ParameterizedTest
    @MethodSource("names")
    void whoIsAskedTooOftenIsLeftAlone(String recipe) throws Exception {
        Exchange exchange = Exchange.of(recipe);
        try (RawServer server = RawServer.of("429 Slow down\nRetry-After: 60", "{}")) {
            MetricSource source = exchange.source(server);
            assertUnavailable(exchange.read(source), "too many requests");
            assertUnavailable(exchange.read(source), "asked again at");
            assertEquals(1, server.requests().size());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void halfAnAnswerIsNone(String recipe) throws Exception {
        Exchange exchange = Exchange.of(recipe);
        String body = exchange.good().path("body").asText();
        String half = body.substring(0, body.length() / 2);
        assertUnavailable(exchange.answered("200 OK\nContent-Type: application/json", half), "cut off");
        try (RawServer server = new RawServer(
                (socket, out) -> out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + half)
                        .getBytes(StandardCharsets.UTF_8)))) {
            assertUnavailable(exchange.read(exchange.source(server)), "connection broke");
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPageForPeopleIsNoAnswer(String recipe) throws Exception {
        String page = "<html><title>Sign in</title></html>";
        assertUnavailable(Exchange.of(recipe).answered("200 OK\nContent-Type: text/html", page), "web page");
    }

    /** A document of another kind has no number, whatever stands in it. */
    @ParameterizedTest
    @MethodSource("names")
    void anErrorWithStatus200IsNoNumber(String recipe) throws Exception {
        Exchange exchange = Exchange.of(recipe);
        for (String body : List.of(
                "{}",
                "{\"error\": \"boom\", \"code\": 7}",
                "{\"errors\": [\"boom\"]}",
                "{\"status\": \"error\", \"errorType\": \"internal\", \"error\": \"boom\"}",
                "{\"message\": \"Internal server error\"}",
                "\"boom\"",
                "7")) {
            Reading reading = exchange.answered("200 OK\nContent-Type: application/json", body);
            assertFalse(reading.ok(), body + " " + reading);
        }
    }

    /** Each value of the good answer in turn is none; the reading stays, goes, or is that of another point. */
    @ParameterizedTest
    @MethodSource("names")
    void whatIsNoNumberIsNotTakenForOne(String recipe) throws Exception {
        Exchange exchange = Exchange.of(recipe);
        JsonNode body = JSON.readTree(exchange.good().path("body").asText());
        double reads = exchange.good().path("reads").asDouble();
        List<Double> possible = new ArrayList<>(numbers(body));
        possible.add(reads);
        AtomicReference<JsonNode> answer = new AtomicReference<>(body);
        try (RawServer server = new RawServer((socket, out) -> out.write(
                ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n" + answer.get())
                        .getBytes(StandardCharsets.UTF_8)))) {
            MetricSource source = exchange.source(server);
            assertEquals(Reading.of(reads), exchange.read(source));
            for (JsonNode bad : NO_NUMBERS) {
                for (JsonNode spoilt : spoilt(body, bad)) {
                    answer.set(spoilt);
                    Reading reading = exchange.read(source);
                    assertTrue(!reading.ok() || possible.contains(reading.value()), spoilt + " " + reading);
                }
                answer.set(everyLeaf(body, leaf -> leaf.isNumber() || leaf.isTextual() ? bad : leaf));
                Reading none = exchange.read(source);
                assertEquals(COUNTS.contains(recipe), none.ok(), answer + " " + none);
            }
        }
    }

    private static List<Double> numbers(JsonNode node) {
        List<Double> found = new ArrayList<>();
        everyLeaf(node, leaf -> {
            if (leaf.isNumber()) {
                found.add(leaf.doubleValue());
            }
            return leaf;
        });
        return found;
    }

    /** The document as often as it has leaves, with another one of them replaced each time. */
    private static List<JsonNode> spoilt(JsonNode document, JsonNode by) {
        List<JsonNode> all = new ArrayList<>();
        int leaves = leaves(document);
        for (int i = 0; i < leaves; i++) {
            int chosen = i;
            int[] at = {0};
            all.add(everyLeaf(document, leaf -> at[0]++ == chosen ? by : leaf));
        }
        return all;
    }

    private static int leaves(JsonNode document) {
        int[] count = {0};
        everyLeaf(document, leaf -> {
            count[0]++;
            return leaf;
        });
        return count[0];
    }

    private static JsonNode everyLeaf(JsonNode node, UnaryOperator<JsonNode> change) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JSON.createObjectNode();
            object.properties().forEach(field -> copy.set(field.getKey(), everyLeaf(field.getValue(), change)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(item -> copy.add(everyLeaf(item, change)));
            return copy;
        }
        return change.apply(node);
    }
}

package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSourceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "{\"a\":{\"b\":[1,2.5]}} | $.a.b[1] | 2.5",
                "{\"v\":\"1e3\"} | $.v | 1000",
                "{\"v\":\" 7 \"} | $.v | 7",
                "{\"s\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\",\"v\":4}]} | $.s[?(@.n=='y')].v | 4",
                "{\"s\":[1,2,3]} | $.s.length() | 3",
                "{\"s\":[1,2,3]} | $.s.sum() | 6",
                "3.5 | $ | 3.5",
            })
    void oneNumberIsFound(String body, String path, double expected) throws Exception {
        Reading r = read(body, path);
        assertEquals(Reading.Status.OK, r.status(), r.detail());
        assertEquals(expected, r.value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "{\"a\":1} | $.b | NO_DATA | there is nothing at $.b",
                "{\"a\":null} | $.a | NO_DATA | null",
                "{\"a\":null} | $.a.b.c | NO_DATA | nothing",
                "{\"a\":[]} | $.a[*] | NO_DATA | nothing",
                "{\"a\":\"NaN\"} | $.a | NO_DATA | not a number",
                "{\"a\":[1,2]} | $.a[*] | UNAVAILABLE | finds 2 values",
                "{\"a\":[1,2]} | $.a | UNAVAILABLE | no number but a list of 2",
                "{\"a\":true} | $.a | UNAVAILABLE | no number but true",
                "{\"a\":\"99%\"} | $.a | UNAVAILABLE | no number but text of 3 characters",
                "{\"error\":\"boom\"} | $.length() | UNAVAILABLE | cannot be applied",
                "{\"a\":{\"error\":\"boom\"}} | $.a.length() | UNAVAILABLE | cannot be applied",
                "{\"a\": | $.a | UNAVAILABLE | cut off",
                "§§ | $.a | UNAVAILABLE | empty",
                "<html><title>Hi</title> | $.a | UNAVAILABLE | web page",
            })
    void whatIsNoNumberSaysWhatItIs(String body, String path, Reading.Status status, String part) throws Exception {
        Reading r = read(body, path);
        assertEquals(status, r.status(), r.detail());
        assertTrue(r.detail().contains(part), r.detail());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "%d | OK | ",
                "%d000 | OK | ",
                "\"%s\" | OK | ",
                "\"%d\" | OK | ",
                "1700000000 | NO_DATA | old",
                "\"2001-01-01T00:00:00Z\" | NO_DATA | old",
                "4102444800 | NO_DATA | in the future",
                "null | UNAVAILABLE | there is no time at $.at",
                "\"yesterday\" | UNAVAILABLE | there is no time at $.at",
                "1e300 | UNAVAILABLE | there is no time at $.at"
            })
    void aDocumentsOwnTimeCounts(String at, Reading.Status status, String part) throws Exception {
        Instant now = Instant.now();
        String time = at.replace("%d", "" + now.getEpochSecond()).replace("%s", now.toString());
        try (RawServer server = RawServer.json("{\"v\": 1, \"at\": " + time + "}")) {
            Reading r = read(new CustomMetric(
                    "m",
                    Unit.COUNT,
                    null,
                    JsonQuery.get(server.uri() + "/m", "$.v", "$.at"),
                    ValueRange.of(Unit.COUNT)));
            assertEquals(status, r.status(), r.detail());
            assertTrue(r.detail().contains(part == null ? "" : part), r.detail());
        }
    }

    @Test
    void oneHostileDocumentTakesNoOtherWithIt() throws Exception {
        for (String hostile : List.of("9".repeat(1_100), "1e999", "[".repeat(100_000), "{\"v\": Infinity}", "\u0000")) {
            try (RawServer bad = RawServer.json("{\"v\":" + hostile + "}");
                    RawServer good = RawServer.json("{\"v\":7}")) {
                MetricQuery one = SampleMetrics.query("bad", Track.CANARY);
                MetricQuery other = SampleMetrics.query("good", Track.CANARY);
                Map<MetricQuery, Reading> readings = new MetricSources()
                        .open(
                                SampleMetrics.metrics(
                                        null,
                                        SampleMetrics.json("bad", bad.uri() + "/", "$.v"),
                                        SampleMetrics.json("good", good.uri() + "/", "$.v")),
                                SampleMetrics.context())
                        .read(Set.of(one, other), Instant.now())
                        .join();
                assertEquals(Reading.of(7), readings.get(other));
                assertEquals(
                        Reading.Status.UNAVAILABLE,
                        readings.get(one).status(),
                        hostile.substring(0, Math.min(20, hostile.length())));
            }
        }
    }

    @Test
    void aDeeplyNestedDocumentIsRefused() throws Exception {
        assertEquals(
                Reading.Status.UNAVAILABLE, read("[".repeat(1_000_000), "$..a").status());
    }

    @Test
    void otherAnswersAreUnavailable() throws Exception {
        try (RawServer server = RawServer.of("500 Oops\nContent-Type: text/plain", "x")) {
            Reading r = read(SampleMetrics.json("m", server.uri() + "/m", "$.a"));
            assertEquals(Reading.Status.UNAVAILABLE, r.status());
            assertTrue(r.detail().contains("/m answered 500"), r.detail());
        }
    }

    @Test
    void placeholdersAndHeadersAreSent() throws Exception {
        try (RawServer server = RawServer.json("{\"v\":1}")) {
            read(new CustomMetric(
                    "m",
                    Unit.COUNT,
                    null,
                    json(
                            server.uri() + "/{{namespace}}/{{target}}?t={{track}}&w={{window}}&v={{version}}",
                            Map.of("X-Api", "k"),
                            Auth.NONE),
                    ValueRange.of(Unit.COUNT)));
            String sent = server.requests().get(0);
            assertTrue(sent.startsWith("GET /shop/api-gateway?t=canary&w=5m&v=v2 HTTP/1.1"), sent);
            assertTrue(sent.contains("X-Api: k"), sent);
        }
    }

    @Test
    void signsInAndNeverTellsWithWhat() throws Exception {
        try (RawServer server = RawServer.of("200 OK\nContent-Type: application/json", "{\"v\":\"hop and go\"}")) {
            CustomMetric metric = new CustomMetric(
                    "m",
                    Unit.COUNT,
                    null,
                    json(
                            server.uri() + "/m",
                            Map.of(),
                            new Auth(
                                    null,
                                    "me",
                                    new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "PASSWORD"),
                                    null,
                                    null,
                                    null,
                                    null)),
                    ValueRange.of(Unit.COUNT));
            Reading r = SampleMetrics.read(
                    new MetricSources()
                            .open(SampleMetrics.metrics(null, metric), SampleMetrics.context(ref -> "hop and go")),
                    SampleMetrics.query("m", Track.CANARY),
                    Instant.now());
            String sent = server.requests().get(0);
            assertTrue(sent.contains("Authorization: Basic bWU6aG9wIGFuZCBnbw=="), sent);
            assertEquals(Reading.Status.UNAVAILABLE, r.status());
            assertFalse(r.detail().contains("hop and go"), r.detail());
        }
    }

    @Test
    void aPathThatIsNoneIsSaidAtOnce() {
        assertFailsToOpen(SampleMetrics.json("m", "http://127.0.0.1/", "$.a[?(@.b"), "the metric m", "not a JSONPath");
    }

    @Test
    void aHeaderThatMustNotBeSetIsSaidAtOnce() {
        assertFailsToOpen(
                new CustomMetric(
                        "m",
                        Unit.COUNT,
                        null,
                        json("http://127.0.0.1/", Map.of("Content-Length", "5"), Auth.NONE),
                        ValueRange.of(Unit.COUNT)),
                "the metric m",
                "Content-Length");
    }

    private static JsonQuery json(String url, Map<String, String> headers, Auth auth) {
        Map<String, JsonQuery.Header> values = new HashMap<>();
        headers.forEach((name, value) -> values.put(name, new JsonQuery.Header(value, null)));
        return new JsonQuery(
                new JsonQuery.Request("GET", url, Map.of(), values, null, Map.of()),
                "$.v",
                null,
                null,
                List.of(),
                Duration.ZERO,
                auth);
    }

    private void assertFailsToOpen(CustomMetric metric, String... parts) {
        String says = assertThrows(
                        MetricException.class,
                        () -> new MetricSources().open(SampleMetrics.metrics(null, metric), SampleMetrics.context()))
                .getMessage();
        for (String part : parts) {
            assertTrue(says.contains(part), says);
        }
    }

    private Reading read(String body, String path) throws Exception {
        try (RawServer server = RawServer.json(body)) {
            return read(SampleMetrics.json("m", server.uri() + "/m", path));
        }
    }

    private Reading read(CustomMetric metric) throws Exception {
        return SampleMetrics.read(
                new MetricSources().open(SampleMetrics.metrics(null, metric), SampleMetrics.context()),
                SampleMetrics.query("m", Track.CANARY),
                Instant.now());
    }
}

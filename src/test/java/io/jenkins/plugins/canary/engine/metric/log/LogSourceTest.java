package io.jenkins.plugins.canary.engine.metric.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and answers as the references of both APIs have them. */
class LogSourceTest {

    private static final Instant AT = Instant.ofEpochSecond(1_800_000_000, 1_234);
    private static final String NANOS = "1799999980000000000";
    private static final String SECRET = "hunter2hunter2";
    private static final String COUNT =
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1800000000,\"200\"]}]}}";

    private static String streams(String values) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":["
                + "{\"stream\":{\"app\":\"shop\"},\"values\":[" + values + "]}],\"stats\":{}}}";
    }

    private static String line(String nanos, String text) {
        return "[\"" + nanos + "\",\"" + text + "\"]";
    }

    private static LogSettings loki(RawServer server) {
        return settings(
                new LogSettings.Loki(server.uri() + "/base/", "team-a"),
                "{app=\"shop\", version=\"{{version}}\"}",
                "{app=\"shop\", version!=\"{{version}}\"}",
                "|= \"ERROR\"");
    }

    private static LogSettings elasticsearch(RawServer server) {
        return settings(
                new LogSettings.Elasticsearch(server.uri().toString(), "logs-*", "error.message"),
                "version:\"{{version}}\"",
                "NOT version:\"{{version}}\"",
                "level:error");
    }

    private static LogSettings settings(LogSettings.Server at, String canary, String stable, String errors) {
        JsonQuery.Header key =
                new JsonQuery.Header("ApiKey ", new Secrets.PlanRef(Secrets.PlanRef.Kind.CREDENTIALS, "logs"));
        return new LogSettings(
                at,
                Map.of(Track.CANARY, canary, Track.STABLE, stable),
                errors,
                Duration.ofSeconds(10),
                Duration.ofHours(1),
                10,
                Map.of("Authorization", key),
                Auth.NONE);
    }

    private static LogSource open(LogSettings settings) throws Exception {
        return new LogSource(
                settings, new HttpClientPool(), SampleMetrics.context(ref -> SECRET), Duration.ofSeconds(20));
    }

    private static MetricQuery query(String metric, Track track) {
        return new MetricQuery(Metric.of(metric), track, Duration.ofMinutes(1));
    }

    private static Reading read(LogSource source, String metric, Instant at) {
        MetricQuery query = query(metric, Track.CANARY);
        return source.read(Set.of(query), at)
                .orTimeout(60, TimeUnit.SECONDS)
                .join()
                .get(query);
    }

    private static RawServer server(UnaryOperator<String> answers) throws Exception {
        return RawServer.answering(request -> answers.apply(URLDecoder.decode(request, StandardCharsets.UTF_8)));
    }

    private static String ofLoki(String request) {
        if (request.contains("count_over_time")) {
            return COUNT;
        }
        return request.contains("version!=")
                ? streams(line(NANOS, "order 1 lost"))
                : streams(line(NANOS, "order 2 lost") + "," + line(NANOS, "no route to 10.0.0.1") + ","
                        + line(NANOS, "no route to 10.0.0.1"));
    }

    @Test
    void errorsAndNewErrorsInLokiAreShares() throws Exception {
        try (RawServer server = server(LogSourceTest::ofLoki)) {
            LogSource source = open(loki(server));
            // The same line twice is one.
            assertEquals(2.0 / 200, read(source, "log-error-rate", AT).value());
            Reading fresh = read(source, "new-log-error-rate", AT);
            assertEquals(1.0 / 200, fresh.value(), 1e-9);
            assertEquals("new: 'no route to *' once", fresh.detail());
            String requests = URLDecoder.decode(String.join("\n", server.requests()), StandardCharsets.UTF_8);
            assertTrue(
                    requests.contains(
                            "GET /base/loki/api/v1/query_range?query={app=\"shop\", version=\"v2\"} |= \"ERROR\""),
                    requests);
            assertTrue(
                    requests.contains("&start=1799999940000000000&end=1799999990000000000&limit=10&direction=backward"),
                    requests);
            assertTrue(requests.contains("sum(count_over_time({app=\"shop\", version!=\"v2\"} [50000ms]))"), requests);
            assertTrue(requests.contains("X-Scope-OrgID: team-a"), requests);
            assertTrue(requests.contains("Authorization: ApiKey " + SECRET), requests);
        }
    }

    @Test
    void aLineOfTwoTicksCountsOnce() throws Exception {
        try (RawServer server = server(LogSourceTest::ofLoki)) {
            LogSource source = open(loki(server));
            read(source, "log-error-rate", AT);
            Reading second = read(source, "log-error-rate", AT.plusSeconds(5));
            assertEquals(0, second.value(), "the first tick is out of the window, and its lines were read again");
        }
    }

    private static String ofElasticsearch(String request) {
        if (request.contains("\"size\":0")) {
            return "{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"total\":{\"value\":100,\"relation\":\"eq\"},\"hits\":[]}}";
        }
        boolean stable = request.contains("NOT version");
        return "{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":["
                + "{\"_index\":\"a\",\"_id\":\"" + (stable ? 1 : 2)
                + "\",\"_source\":{\"error\":{\"message\":\"order 7 lost\"}},\"sort\":[1799999980000]}"
                + (stable
                        ? ""
                        : ",{\"_index\":\"a\",\"_id\":\"3\",\"_source\":{\"error.message\":\"pool is dry\"},\"sort\":[1799999981000]}")
                + "]}}";
    }

    @Test
    void errorsAndNewErrorsInElasticsearchAreShares() throws Exception {
        try (RawServer server = server(LogSourceTest::ofElasticsearch)) {
            LogSource source = open(elasticsearch(server));
            Reading fresh = read(source, "new-log-error-rate", AT);
            assertEquals(0.01, fresh.value(), 1e-9);
            assertEquals("new: 'pool is dry' once", fresh.detail());
            String requests = String.join("\n", server.requests());
            assertTrue(requests.contains("POST /logs-*/_search"), requests);
            assertTrue(
                    requests.contains(
                            "{\"query_string\":{\"query\":\"version:\\\"v2\\\"\"}},{\"query_string\":{\"query\":\"level:error\"}},"
                                    + "{\"range\":{\"@timestamp\":{\"gte\":1799999940000,\"lt\":1799999990000,\"format\":\"epoch_millis\"}}}"),
                    requests);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "400 Bad Request | parse error at line 1, col 5: syntax error | parse error at line 1",
                "401 Unauthorized | no org id hunter2hunter2 | it wants other credentials",
                "403 Forbidden | {} | may not read it",
                "429 Too Many Requests | too many outstanding requests | too many requests",
                "502 Bad Gateway | {\"code\":502,\"message\":\"upstream hunter2hunter2\"} | 502",
                "200 OK | {\"status\":\"error\",\"error\":\"hunter2hunter2 is wrong\"} | it failed: **** is wrong",
                "200 OK | {\"status\":\"success\",\"warnings\":[\"partial\"],\"data\":{} } | incomplete: partial",
                "200 OK | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | not",
                "200 OK | {\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":null}} | null",
                "200 OK | {\"status\":\"succ | cut off",
                "200 OK | [] | it failed",
                "200 OK | null | it failed",
            })
    void whatIsNoAnswerOfLokiIsUnavailable(String status, String body, String why) throws Exception {
        try (RawServer server = RawServer.of(status + "\nContent-Type: application/json", body)) {
            unavailable(read(open(loki(server)), "log-error-rate", AT), why);
        }
    }

    @Test
    void whoIsAskedTooOftenIsLeftAlone() throws Exception {
        try (RawServer server = RawServer.of("429 Slow down\nRetry-After: 60", "too many")) {
            LogSource source = open(loki(server));
            unavailable(read(source, "log-error-rate", AT), "too many requests");
            int asked = server.requests().size();
            unavailable(read(source, "log-error-rate", AT.plusSeconds(30)), "asked again at");
            assertEquals(asked, server.requests().size());
            unavailable(read(source, "log-error-rate", AT.plusSeconds(61)), "too many requests");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "{\"timed_out\":true,\"hits\":{\"total\":{\"value\":1},\"hits\":[]}} | timed out",
                "{\"_shards\":{\"failed\":2},\"hits\":{\"total\":{\"value\":1},\"hits\":[]}} | 2 shards failed",
                "{\"error\":{\"reason\":\"no such index\"}} | no such index",
                "{\"hits\":{\"hits\":[{\"_id\":\"1\",\"sort\":[null]}],\"total\":{\"value\":1}}} | no time",
                "{\"hits\":{\"hits\":{},\"total\":{\"value\":\"many\"}}} | answer has",
                "{} | not one of a search",
            })
    void whatIsNoAnswerOfElasticsearchIsUnavailable(String body, String why) throws Exception {
        try (RawServer server = RawServer.json(body)) {
            unavailable(read(open(elasticsearch(server)), "log-error-rate", AT), why);
        }
    }

    private static void unavailable(Reading reading, String why) {
        assertEquals(Reading.Status.UNAVAILABLE, reading.status(), reading.detail());
        assertTrue(reading.detail().contains(why), reading.detail());
        assertFalse(reading.detail().contains(SECRET), reading.detail());
    }

    @Test
    void noLinesAtAllAreNoData() throws Exception {
        String none = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
        try (RawServer server = server(request -> request.contains("count_over_time") ? none : streams(""))) {
            Reading reading = read(open(loki(server)), "log-error-rate", AT);
            assertEquals(Reading.Status.NO_DATA, reading.status());
            assertEquals("no log lines in 1 min: does metrics.logs.canary select them?", reading.detail());
        }
    }

    @Test
    void whereLinesAreCutBothVersionsCountForTheSameTime() {
        LogReader reader = new LogReader(settings(new LogSettings.Loki("http://loki", null), "{a}", "{b}", "|= 1"));
        LogReader.Span span = reader.next(AT, Duration.ofSeconds(15));
        long end = AT.toEpochMilli() * 1_000_000;
        // Ten of stable's lines are of the last ten seconds, and there were more; the canary's are one a second of 15.
        List<LogLine> stable = lines("s", end, 10);
        List<LogLine> canary = lines("c", end, 15).subList(0, 9);
        reader.add(
                span,
                Map.of(
                        Track.CANARY,
                        new LogReader.Answer(canary, 100),
                        Track.STABLE,
                        new LogReader.Answer(stable, 100)));
        Reading reading = reader.reading(query("log-error-rate", Track.CANARY), AT);
        assertEquals(0.09, reading.value());
        assertEquals("only the newest 10 error lines of a tick were read", reading.detail());
    }

    private static List<LogLine> lines(String id, long end, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new LogLine(end - i * 1_000_000_000L, id + i, "line"))
                .toList();
    }
}

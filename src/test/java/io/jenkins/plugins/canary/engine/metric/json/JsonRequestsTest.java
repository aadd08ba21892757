package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
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
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan's JSON metrics send, and what becomes of answers that are none. */
class JsonRequestsTest {

    private static final Instant NOW = Instant.parse("2026-02-01T10:05:00.750Z");
    private static final Secrets SECRETS = ref -> "s3cr3t-" + ref.name();

    private static CanaryPlan plan(String json) throws PlanException {
        return PlanReader.read("""
                name: shop
                target: { namespace: shop, deployment: basket }
                traffic: { haproxy: { socket: /run/h.sock, backend: app, canary: v2, stable: v1 } }
                metrics:
                  window: 5m
                  custom:
                    m:
                      unit: count
                      json: %s
                phases: [ { name: Full, weight: 100 } ]
                gate: [ { metric: m, max: 5 } ]
                """.formatted(json.indent(8).strip()));
    }

    private static Reading read(String json, String version, Instant at) throws Exception {
        return SampleMetrics.read(open(json, version), SampleMetrics.query("m", Track.CANARY), at);
    }

    private static MetricSource open(String json, String version) throws Exception {
        return new MetricSources()
                .open(plan(json).metrics(), SourceContext.of(new Target("shop", "basket"), version, SECRETS));
    }

    private static String sent(String json, String version) throws Exception {
        try (RawServer server = RawServer.json("{\"v\": 1}")) {
            Reading r = read(json.replace("URL", server.uri().toString()), version, NOW);
            assertEquals(Reading.of(1), r);
            return server.requests().get(0);
        }
    }

    @Test
    void aBodyOfYamlIsSentAsJson() throws Exception {
        String sent = sent("""
                { url: "URL/api/v2/query", path: $.v, body: {
                    from: "{{fromMillis}}", to: "{{ toMillis }}", step: "{{step}}", at: "{{toTime}}",
                    query: 'avg:errors{version:{{version}},track:{{track}}}', limit: 10, exact: true, none: null,
                    list: [ 1.5, "2" ] } }
                """, "v2");
        long to = NOW.getEpochSecond();
        assertTrue(sent.startsWith("POST /api/v2/query HTTP/1.1"), sent);
        assertTrue(sent.contains("Content-Type: application/json"), sent);
        assertTrue(
                sent.endsWith("{\"from\":%d000,\"to\":%d000,\"step\":300,\"at\":\"2026-02-01T10:05:00Z\","
                                .formatted(to - 300, to)
                        + "\"query\":\"avg:errors{version:v2,track:canary}\",\"limit\":10,\"exact\":true,\"none\":null,"
                        + "\"list\":[1.5,\"2\"]}"),
                sent);
    }

    @Test
    void parametersAndFormsArePercentEncoded() throws Exception {
        String sent = sent("""
                { url: "URL/query?db=app", path: $.v, delay: 1m, parameters: { epoch: s, "a b": "{{from}}" },
                  form: { q: "SELECT mean(v) FROM e WHERE version='{{version}}' AND time < {{to}}s" } }
                """, "2.1");
        long to = NOW.getEpochSecond() - 60;
        assertTrue(sent.startsWith("POST /query?db=app&epoch=s&a%20b=" + (to - 300) + " HTTP/1.1"), sent);
        assertTrue(sent.contains("Content-Type: application/x-www-form-urlencoded"), sent);
        assertTrue(
                sent.endsWith("q=SELECT%20mean%28v%29%20FROM%20e%20WHERE%20version%3D%272.1%27%20AND%20time%20%3C%20"
                        + to + "s"),
                sent);
    }

    @Test
    void aHeaderMayBeASecretAndIsNeverTold() throws Exception {
        try (RawServer server = RawServer.json("{\"error\": \"no access for s3cr3t-DD, try s3cr3t-DYNA\", \"v\": 1}")) {
            Reading r = read("""
                    { url: "URL/q", path: $.v, errors: [ $.error ],
                      headers: { DD-API-KEY: env:DD, Authorization: Api-Token env:DYNA, X-Version: "{{version}}" } }
                    """.replace("URL", server.uri().toString()), "v2", NOW);
            String sent = server.requests().get(0);
            assertTrue(sent.contains("DD-API-KEY: s3cr3t-DD\r\n"), sent);
            assertTrue(sent.contains("Authorization: Api-Token s3cr3t-DYNA\r\n"), sent);
            assertTrue(sent.contains("X-Version: v2\r\n"), sent);
            assertEquals(Reading.Status.UNAVAILABLE, r.status());
            assertTrue(
                    r.detail().endsWith("the service answered that it failed: no access for ****, try ****"),
                    r.detail());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"v2' OR '1'='1", "v2\"}", "v2--", "v2 v3", "v2;", "v2/*", "v2//x", "v2\n", "v2`", "v2\\", "v2)"})
    void noVersionChangesWhatIsAsked(String version) throws Exception {
        try (RawServer server = RawServer.json("{\"v\": 1}")) {
            Reading r = read(
                    "{ url: \"%s\", path: $.v, form: { q: \"WHERE v='{{version}}'\" } }".formatted(server.uri()),
                    version,
                    NOW);
            assertEquals(Reading.Status.UNAVAILABLE, r.status());
            assertTrue(r.detail().contains("could change what is asked"), r.detail());
            assertEquals(0, server.requests().size());
        }
    }

    @Test
    void theVersionMayStandInThePath() throws Exception {
        try (RawServer server = RawServer.json("{\"v1.0\": 1, \"v2.0\": 2}")) {
            String json = "{ url: \"%s\", path: \"$['{{version}}']\" }".formatted(server.uri());
            assertEquals(Reading.of(2), read(json, "v2.0", NOW));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "{\"error\": null, \"v\": 1} | OK",
                "{\"error\": \"\", \"v\": 1} | OK",
                "{\"error\": [], \"v\": 1} | OK",
                "{\"error\": false, \"v\": 1} | OK",
                "{\"error\": 0, \"v\": 1} | OK",
                "{\"v\": 1} | OK",
                "{\"error\": 3, \"v\": 1} | UNAVAILABLE",
                "{\"error\": true, \"v\": 1} | UNAVAILABLE",
                "{\"error\": \"rate limit\"} | UNAVAILABLE",
                "{\"error\": {\"code\": 1}} | UNAVAILABLE",
                "{\"error\": [ {\"message\": \"x\"} ], \"v\": 1} | UNAVAILABLE",
            })
    void anErrorWithStatus200IsNoReading(String body, Reading.Status status) throws Exception {
        try (RawServer server = RawServer.json(body)) {
            Reading r = read("{ url: \"%s\", path: $.v, errors: [ $.error ] }".formatted(server.uri()), "v2", NOW);
            assertEquals(status, r.status(), r.detail());
        }
    }

    @Test
    void pointsOfASeriesAreTaken() throws Exception {
        long now = NOW.getEpochSecond();
        try (RawServer server = RawServer.json(
                "[{\"datapoints\": [[null, %d], [4, %d], [2, %d]]}]".formatted(now, now - 60, now - 120))) {
            String json = "{ url: \"%s\", path: '$[0].datapoints[*][0]', time: '$[0].datapoints[*][1]', take: %s }";
            assertEquals(Reading.of(4), read(json.formatted(server.uri(), "last"), "v2", NOW));
            assertEquals(Reading.of(3), read(json.formatted(server.uri(), "mean"), "v2", NOW));
        }
    }

    @Test
    void whoAsksToWaitIsLeftAlone() throws Exception {
        try (RawServer server = RawServer.of("429 Slow\nRetry-After: 40", "slow down")) {
            MetricSource source = open("{ url: \"%s\", path: $.v }".formatted(server.uri()), "v2");
            var query = SampleMetrics.query("m", Track.CANARY);
            assertTrue(SampleMetrics.read(source, query, NOW).detail().contains("asks to wait 40 s"));
            Reading soon = SampleMetrics.read(source, query, NOW.plusSeconds(39));
            assertEquals(Reading.Status.UNAVAILABLE, soon.status());
            assertTrue(soon.detail().contains("asked too often"), soon.detail());
            assertEquals(1, server.requests().size());
            SampleMetrics.read(source, query, NOW.plusSeconds(40));
            assertEquals(2, server.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "method: GET, body: x | a GET sends neither",
                "method: PUT, body: x | only GET and POST",
                "body: x, form: { a: b } | both body and form",
                "headers: { X-Api-Key: abc } | carries a secret",
                "form: { q: '{{labels}}' } | nothing stands for {{labels}} here",
                "form: { q: '{{verison}}' } | nothing stands for {{verison}} here",
                "take: median | is not one of the choices",
                "errors: [ '$.[' ] | is not a JSONPath expression",
            })
    void whatCannotBeAskedIsSaid(String keys, String part) {
        PlanException wrong =
                assertThrows(PlanException.class, () -> plan("{ url: \"http://metrics\", path: $.v, " + keys + " }"));
        assertTrue(wrong.getMessage().contains(part), wrong.getMessage());
        assertFalse(wrong.getMessage().contains("abc"), wrong.getMessage());
    }
}

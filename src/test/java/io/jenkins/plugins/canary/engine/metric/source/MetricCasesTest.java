package io.jenkins.plugins.canary.engine.metric.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers of servers that people reported of, from the text of a plan to the reading. */
class MetricCasesTest {

    private static final long START = 1_700_000_000;
    private static final String PLAN = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              SOURCE
              window: 1m
            phases: [ { name: A, weight: 50, hold: 5m }, { name: B, weight: 100 } ]
            gate: [ { metric: error-rate, max: 1% } ]
            abort: [ { metric: error-rate, max: 5% } ]
            """;
    private static final String QUERIES = """
            labels: { canary: 'v="{{version}}"', stable: 'v!="{{version}}"' }
              custom: { load: { unit: count, query: 'sum(load{ {{labels}} })' } }""";

    private static MetricSource open(String source) throws Exception {
        return new MetricSources()
                .open(PlanReader.read(PLAN.replace("SOURCE", source)).metrics(), SampleMetrics.context());
    }

    private static Reading asked(String metric, String body) throws Exception {
        try (RawServer server = RawServer.json(body)) {
            MetricSource source = open("prometheus: { url: \"" + server.uri() + "\", interval: 15s }\n  " + QUERIES);
            return at(source, metric, 0);
        }
    }

    private static Reading at(MetricSource source, String metric, long second) {
        return SampleMetrics.read(
                source,
                new MetricQuery(Metric.parse(metric), Track.CANARY, Duration.ofMinutes(1)),
                Instant.ofEpochSecond(START + second));
    }

    /** Cases 19, 20, 20b and 21: what is no number holds with its reason; hints are read beside the value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "[{\"metric\":{},\"value\":[1700000000.123,\"NaN\"]}] | | NO_DATA | the value is not a number",
                "[{\"metric\":{},\"value\":[1700000000,\"+Inf\"]}] | | UNAVAILABLE | infinite",
                "[] | | NO_DATA | the query yields nothing",
                "null | | UNAVAILABLE | no list",
                "[{\"metric\":{},\"value\":[1700000000,\"4\"]}] | , \"infos\":[\"might not be a counter\"] | OK | might not be a counter",
                "[{\"metric\":{},\"value\":[1700000000,\"4\"]}] | , \"stats\":{\"seriesFetched\":\"3\"}, \"trace\":{\"x\":1} | OK | §§",
                "[{\"metric\":{},\"value\":[1700000000,\"4\"]}] | , \"isPartial\":true | UNAVAILABLE | part of its storage",
                "[{\"metric\":{},\"value\":[1700000000,\"4\"]}] | , \"warnings\":[\"store-2 failed\"] | UNAVAILABLE | may be incomplete, which is no basis for a verdict: store-2 failed",
                "[{\"metric\":{},\"histogram\":[1700000000,{\"count\":\"60\"}]}] | | UNAVAILABLE | native histogram",
            })
    void anAnswerIsANumberOrAReason(String result, String more, Reading.Status status, String says) throws Exception {
        Reading r = asked(
                "load",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":" + result + "}"
                        + (more == null ? "" : more) + "}");
        assertEquals(status, r.status(), r.detail());
        assertTrue(String.valueOf(r.detail()).contains(says), r.detail());
    }

    /** Case 21: a service that exports native histograms only has no buckets, and no latency yet. */
    @Test
    void nativeHistogramsAloneAreNoLatencyAndTheReasonSaysWhatToDo() throws Exception {
        Reading r = asked(
                "latency(0.99)",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]},"
                        + "\"infos\":[\"input to histogram_quantile has no classic buckets\"]}");
        assertEquals(Reading.Status.NO_DATA, r.status());
        assertTrue(r.detail().contains("native histograms alone are not read"), r.detail());
        assertTrue(r.detail().contains("always_scrape_classic_histograms: true"), r.detail());
        assertTrue(r.detail().contains("no classic buckets"), r.detail());
    }

    /** Two pages, read every 30 s; 300 requests more at each. */
    private static RawServer exporter(String type, String page) throws Exception {
        AtomicInteger scrapes = new AtomicInteger();
        return new RawServer((socket, out) -> {
            int requests = 100 + 300 * (scrapes.getAndIncrement() / 2);
            byte[] body = page.replace("ALL", "" + requests)
                    .replace("FAST", "" + requests * 9 / 10)
                    .getBytes(StandardCharsets.UTF_8);
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(body);
        });
    }

    private static void assertTenRequestsASecond(RawServer exporter, String names) throws Exception {
        MetricSource source = open("scrape: { canary: [ \"" + exporter.uri() + "/metrics\" ], stable: [ \""
                + exporter.uri() + "/metrics/stable\" ], interval: 30s }\n  " + names);
        at(source, "requests", 0);
        at(source, "requests", 30);
        assertEquals(10, at(source, "request-rate", 60).value(), 1e-9);
    }

    /** Case 23: exemplars, units, creation times, gauge histograms and label values with every sign of the format. */
    @Test
    void openMetricsWithEverythingInIt() throws Exception {
        try (RawServer exporter = exporter("application/openmetrics-text; version=1.0.0; escaping=underscores", """
                # TYPE http_requests counter
                # UNIT http_requests\s
                http_requests_total{status="200",path="/a,b=\\"c\\" }",} ALL.0 # {trace_id="KOO5S4vxi0o",span_id="a b"} 1.0 1.6
                http_requests_created{status="200",path="/a,b=\\"c\\" }"} 1.7e9
                http_requests_total{status="500"} 0
                # TYPE http_request_duration_seconds histogram
                http_request_duration_seconds_bucket{le="0.1"} FAST # {} 0.054
                http_request_duration_seconds_bucket{le="1.0"} ALL # {trace_id="x # y"} 0.67 1.6
                http_request_duration_seconds_bucket{le="+Inf"} ALL
                # TYPE state stateset
                state{state="up"} 1
                # TYPE gh gaugehistogram
                gh_bucket{le="+Inf"} 5
                gh_gsum NaN
                # EOF
                """)) {
            assertTenRequestsASecond(exporter, "");
        }
    }

    /** Case 24: names as OpenTelemetry gives them, which exporters spell out only for those who ask for UTF-8. */
    @Test
    void namesWithDotsAndOtherLetters() throws Exception {
        try (RawServer exporter = exporter("text/plain; version=1.0.0; escaping=allow-utf-8", """
                # TYPE "http.server.request.duration" histogram
                {"http.server.request.duration_bucket","http.response.status_code"="200",le="0.1"} FAST
                {"http.server.request.duration_bucket","http.response.status_code"="200",le="+Inf"} ALL
                {"http.server.request.duration_count","http.response.status_code"="200","za\u017c\u00f3\u0142\u0107"="g\u0119\u015bl\u0105"} ALL
                {"http.server.request.duration_count","http.response.status_code"="500","za\u017c\u00f3\u0142\u0107"="x"} ALL
                """)) {
            assertTenRequestsASecond(exporter, """
                    labels: { canary: '"za\u017c\u00f3\u0142\u0107"="g\u0119\u015bl\u0105"', stable: '"za\u017c\u00f3\u0142\u0107"="x"' }
                      http: { requests: http.server.request.duration_count, status: http.response.status_code, duration: http.server.request.duration }""");
            assertTrue(
                    exporter.requests().get(0).contains("escaping=allow-utf-8"),
                    exporter.requests().get(0));
        }
    }
}

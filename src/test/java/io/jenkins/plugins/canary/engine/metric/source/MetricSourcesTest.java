package io.jenkins.plugins.canary.engine.metric.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.ConfiguredServer;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricSourcesTest {

    private static final String SCALAR =
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1700000000,\"0.25\"]}}";

    private final MetricSources sources = new MetricSources();

    @Test
    void eachMetricIsReadWhereItComesFrom() throws Exception {
        try (RawServer prometheus = RawServer.json(SCALAR);
                RawServer api = RawServer.json("{\"v\":3}")) {
            MetricSource source = sources.open(
                    SampleMetrics.metrics(
                            SampleMetrics.prometheus(prometheus.uri().toString()),
                            SampleMetrics.promQl("queue", "q{{{labels}}}"),
                            SampleMetrics.json("tickets", api.uri() + "/t", "$.v")),
                    SampleMetrics.context());
            Map<MetricQuery, Reading> r = read(source, "success-rate", "queue", "tickets", "nonsense", "latency");
            assertEquals(0.25, r.get(query("success-rate")).value());
            assertEquals(0.25, r.get(query("queue")).value());
            assertEquals(3, r.get(query("tickets")).value());
            assertEquals(
                    "'nonsense' is neither a built-in metric nor in a set or defined in the plan",
                    r.get(query("nonsense")).detail());
            assertTrue(r.get(query("latency")).detail().contains("needs a quantile"), r.toString());
            assertEquals(2, prometheus.requests().size());
            assertEquals("q{version=\"v2\"}", source.describe(query("queue")));
            assertEquals("sum(increase(http_requests_total{version=\"v2\"}[5m]))", source.describe(query("requests")));
            assertEquals("GET " + api.uri() + "/t $.v", source.describe(query("tickets")));
            assertNull(source.describe(query("nonsense")));
        }
    }

    @Test
    void allQueriesOfATickAreUnderWayAtOnce() throws Exception {
        CountDownLatch together = new CountDownLatch(8);
        try (RawServer prometheus = new RawServer((socket, out) -> {
            together.countDown();
            String body = together.await(20, TimeUnit.SECONDS) ? SCALAR : "late";
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes());
        })) {
            MetricSource source = sources.open(
                    SampleMetrics.metrics(
                            new SourceSettings.Prometheus(prometheus.uri().toString(), null, Auth.NONE, 30_000)),
                    SampleMetrics.context());
            read(
                            source,
                            "success-rate",
                            "error-rate",
                            "5xx-rate",
                            "errors",
                            "requests",
                            "request-rate",
                            "latency(0.5)",
                            "latency(0.99)")
                    .forEach((q, r) -> assertEquals(0.25, r.value(), q + ": " + r.detail()));
        }
    }

    @Test
    void aBreakdownIsOneQueryForAllValues() throws Exception {
        MetricQuery byRoute = query("error-rate").by("route");
        try (RawServer prometheus = RawServer.json(vector("\"route\":\"/a\"", "\"route\":\"/b\"", ""))) {
            MetricSource source = sources.open(
                    SampleMetrics.metrics(
                            SampleMetrics.prometheus(prometheus.uri().toString())),
                    SampleMetrics.context());
            assertEquals(
                    "(sum by (route) (increase(http_requests_total{version=\"v2\",status=~\"5..\"}[5m]))"
                            + " or 0 * sum by (route) (increase(http_requests_total{version=\"v2\"}[5m])))"
                            + " / sum by (route) (increase(http_requests_total{version=\"v2\"}[5m]))",
                    source.describe(byRoute));
            Reading reading = read(source, byRoute);
            assertEquals(Map.of("/a", 0.25, "/b", 0.25, "", 0.25), reading.parts());
            assertEquals(1, prometheus.requests().size());
        }
        assertEquals(Reading.noData("no series has the label 'route'"), broken(byRoute, ""));
        assertEquals(Reading.noData("no requests"), broken(byRoute));
        Reading twice = broken(byRoute, "\"route\":\"/a\",\"pod\":\"1\"", "\"route\":\"/a\",\"pod\":\"2\"");
        assertTrue(twice.detail().contains("aggregate it with sum by (route)"), twice.detail());
        String[] many = IntStream.range(0, 1_001)
                .mapToObj(i -> "\"route\":\"/" + i + "\"")
                .toArray(String[]::new);
        assertEquals(Reading.Status.UNAVAILABLE, broken(byRoute, many).status());
        assertTrue(broken(byRoute, many).detail().contains("has 1001 values, and at most 1000 are read"));
    }

    private Reading broken(MetricQuery query, String... series) throws Exception {
        try (RawServer prometheus = RawServer.json(vector(series))) {
            MetricSource source = sources.open(
                    SampleMetrics.metrics(
                            SampleMetrics.prometheus(prometheus.uri().toString())),
                    SampleMetrics.context());
            return read(source, query);
        }
    }

    private static Reading read(MetricSource source, MetricQuery query) {
        return SampleMetrics.read(source, query, Instant.ofEpochSecond(1_700_000_000));
    }

    private static String vector(String... labels) {
        return Stream.of(labels)
                .map(l -> "{\"metric\":{" + l + "},\"value\":[1700000000,\"0.25\"]}")
                .collect(Collectors.joining(
                        ",", "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[", "]}}"));
    }

    @Test
    void aTenantIsNamedInEachQuery() throws Exception {
        try (RawServer mimir = RawServer.json(SCALAR)) {
            MetricSource source = sources.open(
                    SampleMetrics.metrics(
                            new SourceSettings.Prometheus(mimir.uri().toString(), null, Auth.NONE, "team-a", 30_000)),
                    SampleMetrics.context());
            assertEquals(0.25, read(source, "requests").get(query("requests")).value());
            assertTrue(
                    mimir.requests().get(0).contains("X-Scope-OrgID: team-a"),
                    mimir.requests().get(0));
        }
    }

    @Test
    void oneSourceThatIsDownLeavesTheOtherAlone() throws Exception {
        try (RawServer dead = new RawServer((socket, out) -> socket.setSoLinger(true, 0));
                RawServer api = RawServer.json("{\"v\":3}")) {
            MetricSource source = sources.open(
                    SampleMetrics.metrics(
                            SampleMetrics.prometheus(dead.uri().toString()),
                            SampleMetrics.json("tickets", api.uri() + "/t", "$.v")),
                    SampleMetrics.context());
            Map<MetricQuery, Reading> r = read(source, "requests", "tickets");
            assertEquals(Reading.Status.UNAVAILABLE, r.get(query("requests")).status());
            assertEquals(3, r.get(query("tickets")).value());
        }
    }

    @Test
    void manyRolloutsShareTheThreads() throws Exception {
        try (RawServer prometheus = RawServer.json(SCALAR)) {
            List<MetricSource> many = new ArrayList<>();
            long before = httpThreads();
            for (int i = 0; i < 300; i++) {
                many.add(sources.open(
                        SampleMetrics.metrics(
                                SampleMetrics.prometheus(prometheus.uri().toString())),
                        SampleMetrics.context()));
            }
            for (MetricSource source : many) {
                assertEquals(
                        0.25, read(source, "requests").get(query("requests")).value());
            }
            assertTrue(httpThreads() - before <= 12, "client threads: " + (httpThreads() - before));
        }
    }

    @Test
    void withoutLabelsNoQueryMixesTheTracks() throws Exception {
        MetricSource source = sources.open(
                SampleMetrics.metrics(
                        SampleMetrics.prometheus("http://127.0.0.1:1"), Map.of(Track.CANARY, "version=\"v2\"")),
                SampleMetrics.context());
        String share =
                read(source, "throughput-share").get(query("throughput-share")).detail();
        assertTrue(
                share.contains("nothing selects the stable track") && share.contains("metrics.labels.stable"), share);
        assertNull(source.describe(new MetricQuery(Metric.of("errors"), Track.STABLE, SampleMetrics.WINDOW)));
    }

    @Test
    void labelsTakePlaceholders() throws Exception {
        MetricSource source = sources.open(
                SampleMetrics.metrics(
                        SampleMetrics.prometheus("http://127.0.0.1:1"),
                        Map.of(Track.CANARY, "version=\"{{version}}\",pod=~\"{{target}}-{{track}}-.*\"")),
                SampleMetrics.context());
        assertEquals(
                "sum(increase(http_requests_total{version=\"v2\",pod=~\"api-gateway-canary-.*\"}[5m]))",
                source.describe(query("requests")));
    }

    @Test
    void aConfiguredServerIsFoundByItsName() throws Exception {
        try (RawServer prometheus = RawServer.json(SCALAR)) {
            SourceContext context = new SourceContext(
                    new Target("", ""),
                    null,
                    SampleMetrics.NO_SECRETS,
                    name -> name.equals("main")
                            ? Optional.of(new ConfiguredServer(
                                    SampleMetrics.prometheus(prometheus.uri().toString()), AddressPolicy.UNRESTRICTED))
                            : Optional.empty(),
                    AddressPolicy.UNRESTRICTED);
            assertEquals(
                    0.25,
                    read(sources.open(SampleMetrics.metrics(server("main")), context), "requests")
                            .get(query("requests"))
                            .value());
            String says = assertThrows(
                            MetricException.class, () -> sources.open(SampleMetrics.metrics(server("other")), context))
                    .getMessage();
            assertTrue(says.contains("no Prometheus server named 'other'"), says);
        }
    }

    @Test
    void whatIsWrongIsSaidWhenItIsOpened() {
        assertFails(
                "metrics.labels.canary: ",
                SampleMetrics.metrics(SampleMetrics.prometheus("http://x"), Map.of(Track.CANARY, "version=v2")));
        assertFails(
                "{{verison}}",
                SampleMetrics.metrics(SampleMetrics.prometheus("http://x"), Map.of(Track.CANARY, "v=\"{{verison}}\"")));
        assertFails("not an http or https address", SampleMetrics.metrics(SampleMetrics.prometheus("ftp://x")));
        assertFails("under 'auth'", SampleMetrics.metrics(SampleMetrics.prometheus("http://u:p4ss@x")));
        assertFails(
                "there is no secret TOKEN",
                SampleMetrics.metrics(new SourceSettings.Prometheus(
                        "http://x",
                        null,
                        new Auth(
                                new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "TOKEN"),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        9)));
        assertFails(
                "metrics.scrape.canary: ",
                SampleMetrics.metrics(SampleMetrics.scrape(List.of("localhost/metrics"), List.of())));
    }

    private void assertFails(String part, io.jenkins.plugins.canary.engine.metric.query.Metrics metrics) {
        String says = assertThrows(MetricException.class, () -> sources.open(metrics, SampleMetrics.context()))
                .getMessage();
        assertTrue(says.contains(part) && !says.contains("p4ss"), says);
    }

    private static SourceSettings.Prometheus server(String name) {
        return new SourceSettings.Prometheus(null, name, Auth.NONE, 5_000);
    }

    private static MetricQuery query(String metric) {
        return SampleMetrics.query(metric, Track.CANARY);
    }

    private static Map<MetricQuery, Reading> read(MetricSource source, String... metrics) {
        Map<String, MetricQuery> queries = new LinkedHashMap<>();
        for (String metric : metrics) {
            queries.put(metric, query(metric));
        }
        return source.read(Set.copyOf(queries.values()), Instant.ofEpochSecond(1_700_000_000))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static long httpThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("canary-http"))
                .count();
    }
}

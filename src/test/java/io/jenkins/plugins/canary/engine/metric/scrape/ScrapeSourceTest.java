package io.jenkins.plugins.canary.engine.metric.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scrapes over real connections, in virtual time: each read is 15 s after the one before. */
class ScrapeSourceTest {

    private static final Instant START = Instant.ofEpochSecond(1_700_000_000);
    private static final List<String> ALL = List.of(
            "success-rate",
            "error-rate",
            "5xx-rate",
            "errors",
            "latency(0.9)",
            "request-rate",
            "requests",
            "throughput-share");

    private final List<AutoCloseable> open = new ArrayList<>();
    private Instant now = START;

    /** A service with a /metrics page that tests write. */
    private final class Service {
        private volatile String page = "";
        private volatile String type = "text/plain; version=0.0.4";
        private final RawServer server = new RawServer((socket, out) -> {
            byte[] body = page.getBytes(StandardCharsets.UTF_8);
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(body);
        });

        Service() throws Exception {
            open.add(server);
        }

        String url() {
            return server.uri() + "/metrics";
        }

        /** @param bad null for no series of errors at all */
        void counts(long good, Long bad) {
            page = "http_requests_total{status=\"200\"} " + good + "\n"
                    + (bad == null ? "" : "http_requests_total{status=\"503\"} " + bad + "\n")
                    + "http_request_duration_seconds_bucket{le=\"0.1\"} " + good + "\n"
                    + "http_request_duration_seconds_bucket{le=\"1\"} " + (good + (bad == null ? 0 : bad)) + "\n"
                    + "http_request_duration_seconds_bucket{le=\"+Inf\"} " + (good + (bad == null ? 0 : bad)) + "\n";
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable c : open) {
            c.close();
        }
    }

    @Test
    void oneScrapeIsNoDataForEveryMetric() throws Exception {
        Service canary = new Service();
        canary.counts(10, 1L);
        MetricSource source = source(List.of(canary), List.of(canary));
        tick(source).forEach((metric, r) -> {
            assertEquals(Reading.Status.NO_DATA, r.status(), metric);
            assertTrue(r.detail().contains("only one scrape so far"), r.detail());
        });
    }

    @Test
    void ratesRatiosAndQuantilesOfBothTracks() throws Exception {
        Service canary = new Service();
        Service stable = new Service();
        MetricSource source = source(List.of(canary), List.of(stable));
        Map<String, Reading> last = null;
        for (int i = 0; i <= 20; i++) {
            canary.counts(1000 + 90 * i, 500L + 10 * i);
            stable.counts(9000 + 900 * i, null);
            last = tick(source);
        }
        assertEquals(0.9, last.get("success-rate").value(), 1e-12);
        assertEquals(0.1, last.get("error-rate").value(), 1e-12);
        assertEquals(0.1, last.get("5xx-rate").value(), 1e-12);
        assertEquals(200, last.get("errors").value(), 1e-9);
        assertEquals(2000, last.get("requests").value(), 1e-9);
        assertEquals(100 / 15.0, last.get("request-rate").value(), 1e-9);
        assertEquals(0.1, last.get("throughput-share").value(), 1e-12);
        assertEquals(0.1, last.get("latency(0.9)").value(), 1e-9);
    }

    @Test
    void aLabelsValuesAreReadOutOfTheSamePages() throws Exception {
        Service canary = new Service();
        MetricSource source = source(List.of(canary), List.of(canary));
        MetricQuery errors = SampleMetrics.query("error-rate", Track.CANARY).by("route");
        Reading last = null;
        for (int i = 1; i < 4; i++) {
            canary.page = "http_requests_total{status=\"200\",route=\"/a\"} " + 100 * i + "\n"
                    + "http_requests_total{status=\"200\",route=\"/b\"} " + 90 * i + "\n"
                    + "http_requests_total{status=\"503\",route=\"/b\"} " + 10 * i + "\n"
                    + "http_requests_total{status=\"200\"} " + 5 * i + "\n"
                    + "http_requests_total{status=\"200\",route=\"/idle\"} 7\n";
            now = now.plusSeconds(15);
            last = SampleMetrics.read(source, errors, now);
        }
        assertEquals(Map.of("/a", 0.0, "/b", 0.1, "", 0.0), last.parts());
        assertEquals(
                "no series has the label 'zone'",
                SampleMetrics.read(source, errors.by("zone"), now).detail());
    }

    @Test
    void anEndpointIsAnInstance() throws Exception {
        List<Service> stable = List.of(new Service(), new Service());
        MetricSource source = source(List.of(new Service()), stable);
        MetricQuery latency = SampleMetrics.query("latency(0.99)", Track.STABLE).by("instance");
        Reading last = null;
        for (int i = 1; i < 4; i++) {
            for (int pod = 0; pod < 2; pod++) {
                stable.get(pod).page = "http_request_duration_seconds_bucket{le=\"0.1\"} " + 100 * i * (1 - pod) + "\n"
                        + "http_request_duration_seconds_bucket{le=\"0.2\"} " + 100 * i + "\n"
                        + "http_request_duration_seconds_bucket{le=\"+Inf\"} " + 100 * i + "\n";
            }
            now = now.plusSeconds(15);
            last = SampleMetrics.read(source, latency, now);
        }
        assertEquals(2, last.parts().size());
        assertEquals(0.099, last.parts().get(stable.get(0).url()), 1e-9);
        assertEquals(0.199, last.parts().get(stable.get(1).url()), 1e-9);
    }

    @Test
    void beforeTheFirstErrorAllIsWell() throws Exception {
        Service canary = new Service();
        MetricSource source = source(List.of(canary), List.of(canary));
        canary.counts(100, null);
        tick(source);
        canary.counts(200, null);
        Map<String, Reading> r = tick(source);
        assertEquals(1, r.get("success-rate").value());
        assertEquals(0, r.get("error-rate").value());
        assertEquals(0, r.get("5xx-rate").value());
        assertEquals(0, r.get("errors").value());
    }

    @Test
    void whenEveryRequestFailsNothingIsMissing() throws Exception {
        Service canary = new Service();
        MetricSource source = source(List.of(canary), List.of(canary));
        for (int i = 1; i < 3; i++) {
            canary.page = "http_requests_total{status=\"500\"} " + 100 * i + "\n";
            now = now.plusSeconds(15);
            SampleMetrics.read(source, SampleMetrics.query("success-rate", Track.CANARY), now);
        }
        assertEquals(
                0,
                SampleMetrics.read(source, SampleMetrics.query("success-rate", Track.CANARY), now)
                        .value());
        assertEquals(
                1,
                SampleMetrics.read(source, SampleMetrics.query("error-rate", Track.CANARY), now)
                        .value());
    }

    @Test
    void noRequestsAreNeitherGoodNorBad() throws Exception {
        Service idle = new Service();
        Service busy = new Service();
        MetricSource source = source(List.of(idle), List.of(busy));
        Map<String, Reading> r = null;
        for (int i = 0; i < 3; i++) {
            idle.counts(50, 3L);
            busy.counts(100 * i, null);
            r = tick(source);
        }
        for (String metric : List.of("success-rate", "error-rate", "5xx-rate", "errors", "latency(0.9)")) {
            assertEquals(Reading.Status.NO_DATA, r.get(metric).status(), metric);
            assertTrue(
                    r.get(metric).detail().contains("no requests in 5 min"),
                    r.get(metric).detail());
        }
        assertEquals(0, r.get("requests").value());
        assertEquals(0, r.get("throughput-share").value());
    }

    @Test
    void aRestartedEndpointLosesNothing() throws Exception {
        Service canary = new Service();
        MetricSource source = source(List.of(canary), List.of(canary));
        Map<String, Reading> r = null;
        for (long count : new long[] {1000, 1100, 1200, 40, 140}) {
            canary.counts(count, null);
            r = tick(source);
        }
        // 100 + 100 + 40 + 100 in 60 s, and half a scrape's distance more at the start of the window.
        assertEquals(340 * 67.5 / 60, r.get("requests").value(), 1e-9);
    }

    @Test
    void oneOfTwoEndpointsDownStillYieldsAValueAndSaysSo() throws Exception {
        Service up = new Service();
        String down = "http://127.0.0.1:" + ServerProcess.freePort() + "/metrics";
        MetricSource source = open(SampleMetrics.scrape(List.of(up.url(), down), List.of()));
        up.counts(100, null);
        tick(source);
        up.counts(200, null);
        Reading r = tick(source).get("success-rate");
        assertEquals(1, r.value());
        assertTrue(r.detail().contains("1 of 2 canary endpoints") && r.detail().contains(down), r.detail());
    }

    @Test
    void allEndpointsDownIsUnavailable() throws Exception {
        Service stable = new Service();
        stable.counts(1, null);
        String down = "http://127.0.0.1:" + ServerProcess.freePort() + "/metrics";
        MetricSource source = open(SampleMetrics.scrape(List.of(down), List.of(stable.url())));
        tick(source);
        Map<String, Reading> r = tick(source);
        ALL.forEach(
                metric -> assertEquals(Reading.Status.UNAVAILABLE, r.get(metric).status(), metric));
        assertTrue(
                r.get("errors").detail().contains("nothing accepts connections"),
                r.get("errors").detail());
        Reading other = SampleMetrics.read(source, SampleMetrics.query("requests", Track.STABLE), now);
        assertTrue(other.ok(), "the stable track goes on: " + other);
    }

    @Test
    void anEndpointOfBothTracksIsScrapedOnceAndSplitByLabels() throws Exception {
        Service proxy = new Service();
        MetricSource source = source(List.of(proxy), List.of(proxy), SampleMetrics.LABELS);
        for (int i = 0; i < 3; i++) {
            proxy.page = "http_requests_total{version=\"v2\"} " + 10 * i + "\nhttp_requests_total{version=\"v1\"} "
                    + 90 * i + "\n";
            now = now.plusSeconds(15);
            SampleMetrics.read(source, SampleMetrics.query("throughput-share", Track.CANARY), now);
        }
        assertEquals(3, proxy.server.requests().size());
        assertTrue(proxy.server.requests().get(0).contains("application/openmetrics-text;version=1.0.0"));
        assertEquals(
                0.1,
                SampleMetrics.read(source, SampleMetrics.query("throughput-share", Track.CANARY), now)
                        .value(),
                1e-12);
    }

    @Test
    void openMetricsThatIsCutOffIsNoScrape() throws Exception {
        Service canary = new Service();
        canary.type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        canary.page = "http_requests_total{status=\"200\"} 5\n";
        MetricSource source = source(List.of(canary), List.of());
        Reading r = tick(source).get("requests");
        assertEquals(Reading.Status.UNAVAILABLE, r.status());
        assertTrue(r.detail().contains(canary.url()) && r.detail().contains("cut off"), r.detail());
    }

    @Test
    void aWebPageIsNoScrape() throws Exception {
        Service canary = new Service();
        canary.type = "text/html";
        canary.page = "<html><title>Hello</title></html>";
        Reading r = tick(source(List.of(canary), List.of())).get("requests");
        assertTrue(r.detail().contains("web page") && r.detail().contains("Hello"), r.detail());
    }

    @Test
    void aClockThatIsSetBackStartsAnewFromThere() throws Exception {
        Service canary = new Service();
        MetricSource source = source(List.of(canary), List.of());
        for (int i = 0; i < 4; i++) {
            canary.counts(100 * i, null);
            tick(source);
        }
        now = START.minusSeconds(3600);
        assertEquals(Reading.Status.NO_DATA, tick(source).get("requests").status());
        canary.counts(500, null);
        assertTrue(tick(source).get("requests").ok());
    }

    /** Each sample of the page carries a time: of now, but for so many seconds. */
    private Reading stamped(long secondsFromNow) throws Exception {
        Service canary = new Service();
        MetricSource source = source(List.of(canary), List.of());
        Reading last = null;
        for (int i = 1; i <= 4; i++) {
            canary.page = "http_requests_total{status=\"200\"} " + 100 * i + " "
                    + now.plusSeconds(15 + secondsFromNow).toEpochMilli() + "\n";
            last = tick(source).get("requests");
        }
        return last;
    }

    @Test
    void samplesOfLongAgoAreNoData() throws Exception {
        assertTrue(stamped(0).ok());
        assertTrue(stamped(-20).ok(), "what the plan allows");
        assertEquals(Reading.Status.NO_DATA, stamped(-400).status());
        assertEquals(Reading.Status.NO_DATA, stamped(-31_536_000).status());
    }

    @Test
    void samplesOfTheFutureAreRefused() throws Exception {
        Reading little = stamped(10);
        assertTrue(little.ok(), "clocks differ a little: " + little);
        Reading ahead = stamped(60);
        assertEquals(Reading.Status.UNAVAILABLE, ahead.status());
        assertTrue(ahead.detail().contains("times in the future: check the clocks"), ahead.detail());
    }

    @Test
    void aMetricOfAnotherNameIsNamed() throws Exception {
        Service canary = new Service();
        canary.page = "requests_total 5\n";
        MetricSource source = source(List.of(canary), List.of(canary), SampleMetrics.LABELS);
        tick(source);
        Map<String, Reading> r = tick(source);
        assertEquals(Reading.Status.NO_DATA, r.get("errors").status());
        assertEquals(
                "the endpoints have no http_requests_total{version=\"v2\"}",
                r.get("errors").detail());
        assertEquals(
                "the endpoints have no http_request_duration_seconds_bucket{version=\"v2\"}",
                r.get("latency(0.9)").detail());
    }

    @Test
    void promQlNeedsAPrometheus() {
        String says = assertThrows(
                        MetricException.class,
                        () -> new MetricSources()
                                .open(
                                        SampleMetrics.metrics(
                                                SampleMetrics.scrape(List.of("http://127.0.0.1:1/metrics"), List.of()),
                                                SampleMetrics.promQl("queue-depth", "sum(queue)")),
                                        SampleMetrics.context()))
                .getMessage();
        assertTrue(says.contains("queue-depth") && says.contains("needs a Prometheus"), says);
    }

    private Map<String, Reading> tick(MetricSource source) {
        now = now.plusSeconds(15);
        Set<MetricQuery> queries = new HashSet<>();
        ALL.forEach(m -> queries.add(SampleMetrics.query(m, Track.CANARY)));
        Map<String, Reading> byName = new java.util.TreeMap<>();
        source.read(queries, now)
                .orTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
                .join()
                .forEach((query, reading) -> byName.put(query.metric().key(), reading));
        assertEquals(ALL.size(), byName.size());
        return byName;
    }

    private MetricSource source(List<Service> canary, List<Service> stable) throws MetricException {
        return source(canary, stable, Map.of());
    }

    private MetricSource source(List<Service> canary, List<Service> stable, Map<Track, String> labels)
            throws MetricException {
        return open(
                SampleMetrics.scrape(
                        canary.stream().map(Service::url).toList(),
                        stable.stream().map(Service::url).toList()),
                labels);
    }

    private MetricSource open(SourceSettings.Scrape settings) throws MetricException {
        return open(settings, Map.of());
    }

    private MetricSource open(SourceSettings.Scrape settings, Map<Track, String> labels) throws MetricException {
        MetricSource source =
                new MetricSources().open(SampleMetrics.metrics(settings, labels), SampleMetrics.context());
        open.add(source);
        return source;
    }
}

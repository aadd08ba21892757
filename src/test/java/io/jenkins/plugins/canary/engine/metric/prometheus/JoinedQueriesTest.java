package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.QueryServer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One request carries both tracks of a metric, and yet each fails alone. */
class JoinedQueriesTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final MetricQuery CANARY = SampleMetrics.query("mine", Track.CANARY);
    private static final MetricQuery STABLE = SampleMetrics.query("mine", Track.STABLE);

    private QueryServer server;
    private MetricSource source;

    @AfterEach
    void stop() {
        source.close();
        server.close();
    }

    private void open(Function<String, List<String>> values, long timeout, CustomMetric... custom) throws Exception {
        server = new QueryServer(values);
        Map<String, CustomMetric> own = new LinkedHashMap<>();
        List.of(custom).forEach(metric -> own.put(metric.name(), metric));
        Metrics metrics = new Metrics(
                new SourceSettings.Prometheus(server.url(), null, Auth.NONE, timeout),
                Duration.ofSeconds(15),
                Duration.ofSeconds(15),
                SampleMetrics.WINDOW,
                SampleMetrics.LABELS,
                HttpNames.DEFAULT,
                own);
        source = new MetricSources().open(metrics, SampleMetrics.context());
    }

    private void open(Function<String, List<String>> values, String query) throws Exception {
        open(values, 10_000, SampleMetrics.promQl("mine", query));
    }

    private Map<MetricQuery, Reading> read(MetricQuery... queries) {
        return source.read(new LinkedHashSet<>(List.of(queries)), NOW).join();
    }

    private static List<String> byTrack(String query) {
        return List.of(query.contains("canary") ? "1" : "2");
    }

    @Test
    void bothTracksAndTheirTimesTakeOneRequest() throws Exception {
        open(
                query -> List.of(
                        query.contains("timestamp(")
                                ? "1699999990"
                                : query.contains("version=\"v2\"") ? "0.25" : "0.5"),
                10_000);
        MetricQuery canary = SampleMetrics.query("success-rate", Track.CANARY);
        Map<MetricQuery, Reading> read = read(canary, canary.of(Track.STABLE));
        assertEquals(Reading.of(0.25), read.get(canary));
        assertEquals(Reading.of(0.5), read.get(canary.of(Track.STABLE)));
        assertEquals(1, server.requests().size());
        assertEquals(4, server.requests().get(0).size(), "each track's value and its newest sample's time");
    }

    @Test
    void aTrackThatTheServerRefusesTakesNoOtherWithIt() throws Exception {
        open(
                query -> {
                    if (query.contains("canary")) {
                        throw new QueryServer.Refusal(422, "too many samples");
                    }
                    return List.of("2");
                },
                "sum(x{track=\"{{track}}\"})");
        for (int requests : new int[] {3, 5}) {
            Map<MetricQuery, Reading> read = read(CANARY, STABLE);
            assertTrue(read.get(CANARY).detail().endsWith("too many samples"), read.toString());
            assertEquals(Reading.of(2), read.get(STABLE));
            assertEquals(requests, server.requests().size(), "joined once, and alone from then on");
        }
    }

    @Test
    void aServerThatWantsFewerRequestsIsNotAskedAgain() throws Exception {
        open(
                query -> {
                    throw new QueryServer.Refusal(429, "slow down");
                },
                "sum(x{track=\"{{track}}\"})");
        assertTrue(read(CANARY, STABLE).get(STABLE).detail().contains("429 (too many requests)"));
        read(CANARY, STABLE);
        assertEquals(List.of(2, 2), server.requests().stream().map(List::size).toList());
    }

    @Test
    void aJoinedQueryThatIsTooSlowIsAskedAloneFromThenOn() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        open(
                query -> {
                    if (server.requests().size() == 1) {
                        await(never);
                    }
                    return byTrack(query);
                },
                500,
                SampleMetrics.promQl("mine", "sum(x{track=\"{{track}}\"})"));
        assertTrue(read(CANARY, STABLE).get(CANARY).detail().contains("did not answer within 500 ms"));
        assertEquals(Map.of(CANARY, Reading.of(1), STABLE, Reading.of(2)), read(CANARY, STABLE));
        assertEquals(
                List.of(2, 1, 1), server.requests().stream().map(List::size).toList());
        never.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCommentEndsWithItsQuery() throws Exception {
        open(JoinedQueriesTest::byTrack, "sum(x{track=\"{{track}}\"}) # by hand");
        assertEquals(Map.of(CANARY, Reading.of(1), STABLE, Reading.of(2)), read(CANARY, STABLE));
        assertEquals(1, server.requests().size());
    }

    @Test
    void aQueryThatIsTheSameForBothTracksIsAskedOnce() throws Exception {
        open(query -> List.of("3"), "sum(x)");
        assertEquals(Map.of(CANARY, Reading.of(3), STABLE, Reading.of(3)), read(CANARY, STABLE));
        assertEquals(List.of(List.of("sum(x)")), server.requests());
    }

    @Test
    void manySeriesOfOneTrackAreNoneOfTheOther() throws Exception {
        open(query -> query.contains("canary") ? List.of("1", "1") : List.of(), "x{track=\"{{track}}\"}");
        Map<MetricQuery, Reading> read = read(CANARY, STABLE);
        assertTrue(read.get(CANARY).detail().contains("yields 2 series"), read.toString());
        assertEquals(Reading.Status.NO_DATA, read.get(STABLE).status());
    }

    @Test
    void metricsAreAskedApart() throws Exception {
        open(query -> List.of("1"), 10_000);
        MetricQuery rate = SampleMetrics.query("request-rate", Track.CANARY);
        MetricQuery errors = SampleMetrics.query("error-rate", Track.CANARY);
        Set<MetricQuery> all = Set.of(rate, rate.of(Track.STABLE), errors, errors.of(Track.STABLE));
        assertEquals(all, source.read(all, NOW).join().keySet());
        assertEquals(2, server.requests().size());
    }
}

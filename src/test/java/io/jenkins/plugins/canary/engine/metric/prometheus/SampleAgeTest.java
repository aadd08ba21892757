package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.QueryServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a Prometheus server measured long ago is no data, whatever its range functions still make of it. */
class SampleAgeTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private QueryServer server;
    private volatile String newest;

    @BeforeEach
    void serve() throws Exception {
        server = new QueryServer(query ->
                !query.contains("timestamp(") ? List.of("0.25") : newest == null ? List.of() : List.of(newest));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reading read(Duration maxAge) throws Exception {
        Metrics metrics = new Metrics(
                SampleMetrics.prometheus(server.url()),
                Duration.ofSeconds(15),
                Duration.ofSeconds(15),
                maxAge,
                SampleMetrics.WINDOW,
                SampleMetrics.LABELS,
                null,
                HttpNames.DEFAULT,
                Map.of(),
                List.of(),
                null);
        try (MetricSource source = new MetricSources().open(metrics, SampleMetrics.context())) {
            return SampleMetrics.read(source, SampleMetrics.query("success-rate", Track.CANARY), NOW);
        }
    }

    @Test
    void aLongRangeWithoutNewSamplesIsNoData() throws Exception {
        newest = "1699999800";
        Reading reading = read(Duration.ofMinutes(2));
        assertEquals(Reading.Status.NO_DATA, reading.status());
        assertTrue(reading.detail().startsWith("the newest sample is 3 min 20 s old"), reading.detail());
        newest = null;
        assertEquals(
                "no sample of http_requests_total{version=\"v2\"} in the last 2 min",
                read(Duration.ofMinutes(2)).detail());
    }

    @Test
    void aLongRangeWithNewSamplesIsRead() throws Exception {
        newest = "1699999990.5";
        assertEquals(Reading.of(0.25), read(Duration.ofMinutes(2)));
        assertEquals(1, server.requests().size(), "the time comes along: " + server.requests());
    }

    @Test
    void aShortRangeNeedsNoQueryForItsTime() throws Exception {
        assertEquals(Reading.of(0.25), read(SampleMetrics.WINDOW));
        assertEquals(1, server.requests().get(0).size());
        String form = server.forms().get(0);
        assertTrue(form.contains("lookback_delta=300000ms"), "a bare series is not looked up further back: " + form);
    }
}

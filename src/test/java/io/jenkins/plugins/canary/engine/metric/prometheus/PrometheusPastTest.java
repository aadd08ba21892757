package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One range query tells what each window of the past would have read. */
class PrometheusPastTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final MetricQuery PAST =
            SampleMetrics.query("error-rate", Track.STABLE).past(Duration.ofMinutes(30));

    private static Reading read(RawServer server) throws Exception {
        MetricSource source = new MetricSources()
                .open(
                        SampleMetrics.metrics(
                                SampleMetrics.prometheus(server.uri().toString())),
                        SampleMetrics.context());
        return SampleMetrics.read(source, PAST, NOW);
    }

    @Test
    void eachWindowIsNamedByHowLongAgoItEnded() throws Exception {
        try (RawServer server = RawServer.json("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\","
                + "\"result\":[{\"metric\":{},\"values\":[[1699998200,\"0.25\"],[1699998500,\"NaN\"],"
                + "[1699999700,\"0.5\"]]}]}}")) {
            Reading reading = read(server);
            assertEquals(Reading.Status.OK, reading.status(), reading.detail());
            assertEquals(Map.of("6", 0.25, "1", 0.5), reading.parts());
            String asked = server.requests().get(0);
            assertTrue(asked.contains("/api/v1/query_range"), asked);
            assertTrue(asked.contains("start=1699998200.000&end=1699999700.000&step=300.000"), asked);
        }
    }

    @Test
    void aPastWithoutRequestsIsNoData() throws Exception {
        try (RawServer server =
                RawServer.json("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}")) {
            assertEquals(Reading.Status.NO_DATA, read(server).status());
        }
    }

    @Test
    void aServerThatRefusesTakesOnlyThePastWithIt() throws Exception {
        try (RawServer server =
                RawServer.json("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"no ranges here\"}")) {
            Reading reading = read(server);
            assertEquals(Reading.Status.UNAVAILABLE, reading.status());
            assertTrue(reading.detail().contains("no ranges here"), reading.detail());
        }
    }

    @Test
    void aSourceThatForgetsIsNotAsked() throws Exception {
        MetricSource source = new MetricSources()
                .open(
                        SampleMetrics.metrics(
                                SampleMetrics.scrape(List.of("http://127.0.0.1:1/m"), List.of("http://127.0.0.1:1/m"))),
                        SampleMetrics.context());
        assertEquals(
                "only a Prometheus server remembers the past",
                SampleMetrics.read(source, PAST, NOW).detail());
    }
}

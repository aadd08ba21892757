package io.jenkins.plugins.canary.engine.metric.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpMetricsTest {

    private static final HttpMetrics HTTP = new HttpMetrics(
            new HttpNames("req_total", "code", "5..|429", "dur_milliseconds", 0.001),
            Map.of(Track.CANARY, MatcherList.parse("v=\"2\""), Track.STABLE, MatcherList.parse("v=\"1\"")));

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '§',
            value = {
                "SUCCESS_RATE ; (sum(increase(req_total{v=\"2\",code!~\"5..|429\"}[5m])) or vector(0)) / sum(increase(req_total{v=\"2\"}[5m]))",
                "ERROR_RATE ; (sum(increase(req_total{v=\"2\",code=~\"5..|429\"}[5m])) or vector(0)) / sum(increase(req_total{v=\"2\"}[5m]))",
                "FIVE_XX_RATE ; (sum(increase(req_total{v=\"2\",code=~\"5..\"}[5m])) or vector(0)) / sum(increase(req_total{v=\"2\"}[5m]))",
                "ERRORS ; (sum(increase(req_total{v=\"2\",code=~\"5..|429\"}[5m])) or vector(0)) and (sum(increase(req_total{v=\"2\"}[5m])) > 0)",
                "LATENCY ; histogram_quantile(0.99, sum by (le) (rate(dur_milliseconds_bucket{v=\"2\"}[5m]))) * 0.001",
                "REQUEST_RATE ; sum(rate(req_total{v=\"2\"}[5m]))",
                "REQUESTS ; sum(increase(req_total{v=\"2\"}[5m]))",
                "THROUGHPUT_SHARE ; (sum(increase(req_total{v=\"2\"}[5m])) or vector(0)) / ((sum(increase(req_total{v=\"2\"}[5m])) or vector(0)) + (sum(increase(req_total{v=\"1\"}[5m])) or vector(0)))",
            })
    void theQueryOfEachMetric(BuiltInMetric metric, String promQl) {
        assertEquals(promQl, HTTP.define(metric, 0.99, Track.CANARY).promQl(Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(doubles = {0, 1, -1, 99, Double.NaN})
    void aLatencyNeedsItsQuantile(Double quantile) {
        assertThrows(IllegalArgumentException.class, () -> HTTP.define(BuiltInMetric.LATENCY, quantile, Track.CANARY));
    }

    @Test
    void smallQuantilesAreWrittenInFull() {
        assertEquals(
                "histogram_quantile(0.0001, sum by (le) (rate(dur_milliseconds_bucket{v=\"1\"}[1m30s]))) * 0.001",
                HTTP.define(BuiltInMetric.LATENCY, 0.0001, Track.STABLE).promQl(Duration.ofSeconds(90)));
    }

    /** Prometheus 3 reads a name with other signs in quotes, the metric's among the matchers. */
    @Test
    void namesWithOtherSignsStandInQuotes() {
        HttpMetrics dotted = new HttpMetrics(
                new HttpNames("http.requests", "http.status", "5..", "http.duration", 1),
                Map.of(Track.CANARY, MatcherList.parse("\"service.version\"=\"2\"")));
        assertEquals(
                "(sum(increase({\"http.requests\",\"service.version\"=\"2\",\"http.status\"=~\"5..\"}[5m])) or vector(0))"
                        + " / sum(increase({\"http.requests\",\"service.version\"=\"2\"}[5m]))",
                dotted.define(BuiltInMetric.ERROR_RATE, null, Track.CANARY).promQl(Duration.ofMinutes(5)));
        assertEquals(
                "histogram_quantile(0.9, sum by (le) (rate({\"http.duration_bucket\"}[5m])))",
                dotted.define(BuiltInMetric.LATENCY, 0.9, Track.STABLE).promQl(Duration.ofMinutes(5)));
    }
}

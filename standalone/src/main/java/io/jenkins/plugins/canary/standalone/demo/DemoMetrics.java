package io.jenkins.plugins.canary.standalone.demo;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a demo service tells of itself: {@code http_requests_total{version, status}} and
 * {@code http_request_duration_seconds{version}}, made by the Prometheus client library as real services do it. Safe
 * for any thread.
 */
final class DemoMetrics {

    /** Close together around the thresholds that plans have: 100 ms, 250 ms, 500 ms, 2 s. In seconds. */
    private static final double[] BUCKETS = {
        0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2, 2.5, 5, 10
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final LongAdder served = new LongAdder();
    private final String version;
    private final Counter requests;
    private final Histogram durations;

    DemoMetrics(String version) {
        this.version = version;
        requests = Counter.builder()
                .name("http_requests_total")
                .help("Requests answered, by version and status.")
                .labelNames("version", "status")
                .withoutExemplars()
                .register(registry);
        durations = Histogram.builder()
                .name("http_request_duration_seconds")
                .help("Time from a request to its answer, by version.")
                .unit(Unit.SECONDS)
                .labelNames("version")
                .classicOnly()
                .classicUpperBounds(BUCKETS)
                .withoutExemplars()
                .register(registry);
        // A series that begins with its first error hides that error from rate().
        requests.initLabelValues(version, "200");
        requests.initLabelValues(version, "500");
        durations.initLabelValues(version);
    }

    void answered(int status, double seconds) {
        served.increment();
        requests.labelValues(version, String.valueOf(status)).inc();
        durations.labelValues(version).observe(seconds);
    }

    long served() {
        return served.sum();
    }

    record Page(String contentType, byte[] text) {}

    /** @param accept the scraper's Accept header, or null */
    Page page(String accept) {
        ExpositionFormatWriter writer = formats.findWriter(accept);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Page(writer.getContentType(), text.toByteArray());
    }
}

package io.jenkins.plugins.canary.engine.report.monitoring;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Metrics in the format that a scraper asks for. */
public record ScrapeAnswer(String contentType, byte[] text) {

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    /** @param accept the scraper's Accept header, or null */
    public static ScrapeAnswer of(MetricSnapshots metrics, String accept) throws IOException {
        ExpositionFormatWriter writer = FORMATS.findWriter(accept);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, metrics);
        return new ScrapeAnswer(writer.getContentType(), text.toByteArray());
    }
}

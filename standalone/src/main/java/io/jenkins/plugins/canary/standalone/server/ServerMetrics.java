package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.report.monitoring.RolloutGauges;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** What the rollout in the foreground is at, in the format that the scraper asks for; nothing once it has ended. */
final class ServerMetrics {

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    record Page(String contentType, byte[] text) {}

    private ServerMetrics() {}

    /** @param accept the scraper's Accept header, or null */
    static Page page(RolloutView view, String accept) throws IOException {
        RolloutGauges gauges = new RolloutGauges();
        RolloutState state = view.state();
        if (state.started() != null) {
            gauges.add(state.started().rollout(), view.plan().name(), view);
        }
        ExpositionFormatWriter writer = FORMATS.findWriter(accept);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, gauges.read());
        return new Page(writer.getContentType(), text.toByteArray());
    }
}

package io.jenkins.plugins.canary.dashboard;

import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** The plugin's own metrics in the format that the scraper asks for. */
final class MetricsPage implements HttpResponse {

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    @Override
    public void generateResponse(StaplerRequest2 req, StaplerResponse2 rsp, Object node) throws IOException {
        List<MetricSnapshot> all = new ArrayList<>();
        RolloutManager.get().metrics().registry().scrape().forEach(all::add);
        OpenGauges.read().forEach(all::add);
        ExpositionFormatWriter writer = FORMATS.findWriter(req.getHeader("Accept"));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, new MetricSnapshots(all));
        rsp.setContentType(writer.getContentType());
        rsp.setHeader("X-Content-Type-Options", "nosniff");
        rsp.setContentLength(text.size());
        text.writeTo(rsp.getOutputStream());
    }
}

package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.prometheus.QueryResult;
import io.jenkins.plugins.canary.engine.metric.prometheus.RangeReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The alerts that a Prometheus server recorded as firing, as known incidents. Its rules write the series {@code ALERTS}, which
 * is the only history of alerts that there is: an Alertmanager keeps none.
 */
public final class FiringAlerts {

    private FiringAlerts() {}

    /** @param matchers label matchers beside {@code alertstate="firing"}: {@code severity="page"}; "" for all alerts */
    public static String query(String matchers) {
        return "count by (alertname) (ALERTS{alertstate=\"firing\"" + (matchers.isBlank() ? "" : "," + matchers.strip())
                + "})";
    }

    /**
     * Blocks.
     *
     * @param gap alerts that are at most so far apart are one incident
     * @throws MetricException for people
     */
    public static List<Incident> read(RangeReader source, String matchers, Span span, Duration gap)
            throws MetricException {
        QueryResult result = source.series(query(matchers), span.start(), span.steps(), span.step());
        List<Incident> firing = new ArrayList<>();
        for (QueryResult.Series series : result.series()) {
            String name = series.labels().getOrDefault("alertname", "alert without a name");
            for (long at : series.millis()) {
                firing.add(new Incident(at, at + span.step().toMillis(), name));
            }
        }
        return Incident.merged(firing, gap.toMillis());
    }
}

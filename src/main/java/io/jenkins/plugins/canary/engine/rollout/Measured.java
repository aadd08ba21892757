package io.jenkins.plugins.canary.engine.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A reading as the journal keeps it: a value, or the reason why there is none. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Measured(
        Metric metric, Track track, long windowMillis, Double value, Reading.Status status, String detail) {

    public Measured {
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(track, "track");
        Objects.requireNonNull(status, "status");
    }

    static List<Measured> of(Map<MetricQuery, Reading> readings) {
        List<Measured> all = new ArrayList<>();
        readings.forEach((q, r) -> all.add(new Measured(
                q.metric(),
                q.track(),
                q.window().toMillis(),
                r.ok() ? r.value() : null,
                r.status(),
                r.detail().isEmpty() ? null : r.detail())));
        return all;
    }

    /** Those that have a value. */
    public static Map<MetricQuery, Double> values(List<Measured> readings) {
        Map<MetricQuery, Double> values = new HashMap<>();
        for (Measured m : readings) {
            if (m.value() != null) {
                values.put(new MetricQuery(m.metric(), m.track(), Duration.ofMillis(m.windowMillis())), m.value());
            }
        }
        return values;
    }
}

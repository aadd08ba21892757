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
import java.util.TreeMap;

/**
 * A reading as the journal keeps it: a value, or the reason why there is none.
 *
 * @param by the label that it is broken down by; null for none
 * @param parts the values by the values of that label; null where there are none
 * @param pastMillis how far back the readings reach whose values {@code parts} holds; null for a reading of now
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Measured(
        Metric metric,
        Track track,
        long windowMillis,
        Double value,
        Reading.Status status,
        String detail,
        String by,
        Map<String, Double> parts,
        Long pastMillis) {

    /** One number, or none. */
    public Measured(Metric metric, Track track, long windowMillis, Double value, Reading.Status status, String detail) {
        this(metric, track, windowMillis, value, status, detail, null, null, null);
    }

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
                r.ok() && r.parts().isEmpty() ? r.value() : null,
                r.status(),
                r.detail().isEmpty() ? null : r.detail(),
                q.by(),
                r.parts().isEmpty() ? null : new TreeMap<>(r.parts()),
                q.past() == null ? null : q.past().toMillis())));
        return all;
    }

    /** What was asked. */
    public MetricQuery query() {
        return new MetricQuery(metric, track, Duration.ofMillis(windowMillis))
                .by(by)
                .past(pastMillis == null ? null : Duration.ofMillis(pastMillis));
    }

    /** Those that have a value; of what is broken down, each part. */
    public static Map<MetricQuery, Double> values(List<Measured> readings) {
        Map<MetricQuery, Double> values = new HashMap<>();
        for (Measured m : readings) {
            if (m.value() != null) {
                values.put(m.query(), m.value());
            }
            if (m.parts() != null) {
                m.parts().forEach((part, value) -> values.put(m.query().part(part), value));
            }
        }
        return values;
    }

    /** As they were read. */
    public static Map<MetricQuery, Reading> readings(List<Measured> readings) {
        Map<MetricQuery, Reading> all = new HashMap<>();
        for (Measured m : readings) {
            double value = m.value() == null ? Double.NaN : m.value();
            all.put(m.query(), new Reading(m.status(), value, m.detail(), m.parts()));
        }
        return all;
    }
}

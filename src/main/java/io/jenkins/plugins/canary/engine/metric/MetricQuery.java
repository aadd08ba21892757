package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.util.Objects;

/**
 * One thing to read at a tick.
 *
 * @param window how far back the source looks for rates and quantiles
 * @param by the label by whose values the answer is broken down; null for one number
 * @param part the value of that label that this is about, among what was read; null in what a source is asked
 * @param past so far back it asks, for one value a window: each is a part, named by how many windows ago it ended; null for
 *     the value of now
 */
public record MetricQuery(Metric metric, Track track, Duration window, String by, String part, Duration past) {

    /** Asks for one number. */
    public MetricQuery(Metric metric, Track track, Duration window) {
        this(metric, track, window, null, null, null);
    }

    /** The same for each value of a label; null for one number. */
    public MetricQuery by(String label) {
        return new MetricQuery(metric, track, window, label, null, past);
    }

    /** One value of the label, or of the past. */
    public MetricQuery part(String value) {
        return new MetricQuery(metric, track, window, by, value, past);
    }

    /** The same of another track. */
    public MetricQuery of(Track other) {
        return new MetricQuery(metric, other, window, by, part, past);
    }

    /** The same before now, window by window; null for now. */
    public MetricQuery past(Duration length) {
        return new MetricQuery(metric, track, window, by, part, length);
    }

    /** Written out, as {@link #equals}: a tick looks hundreds of times into maps of these. */
    @Override
    public int hashCode() {
        return 31 * (31 * metric.hashCode() + track.ordinal()) + window.hashCode();
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof MetricQuery q
                        && track == q.track
                        && metric.equals(q.metric)
                        && window.equals(q.window)
                        && Objects.equals(by, q.by)
                        && Objects.equals(part, q.part)
                        && Objects.equals(past, q.past);
    }

    /** Under which the journal keeps the query's text: {@code latency(0.99) canary 1m}, {@code error-rate canary 1m by route}, {@code error-rate stable 1m of the last 30m}. */
    public String key() {
        return metric.key() + " " + track.word() + " " + Units.write(window) + (by == null ? "" : " by " + by)
                + (past == null ? "" : " of the last " + Units.write(past));
    }
}

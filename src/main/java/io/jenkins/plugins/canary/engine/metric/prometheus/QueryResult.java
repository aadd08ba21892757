package io.jenkins.plugins.canary.engine.metric.prometheus;

import java.util.List;
import java.util.Map;

/**
 * What a query yielded.
 *
 * @param series in the order of the answer; a scalar is one series without labels
 * @param notes hints that came along, for people
 */
public record QueryResult(List<Series> series, List<String> notes) {

    public QueryResult {
        series = List.copyOf(series);
        notes = List.copyOf(notes);
    }

    /**
     * @param millis times since the epoch, rising; one for an instant
     * @param values may be NaN or infinite
     */
    public record Series(Map<String, String> labels, long[] millis, double[] values) {}
}

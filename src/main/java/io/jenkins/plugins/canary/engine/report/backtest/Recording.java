package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Readings of the past, tick by tick.
 *
 * @param start of the first tick, milliseconds since the epoch
 * @param values by query, one a tick; NaN where there is none. For counts over a growing window the values over windows of
 *     one step are needed, out of which it is made up.
 */
public record Recording(long start, long stepMillis, Map<MetricQuery, double[]> values) {

    private static final Reading NONE = Reading.noData("nothing was recorded");

    public int ticks() {
        return values.values().stream().mapToInt(v -> v.length).max().orElse(0);
    }

    public long at(int tick) {
        return start + tick * stepMillis;
    }

    /** Whether any metric of the canary has a value between two times, milliseconds since the epoch. */
    public boolean hasData(long from, long to) {
        int first = (int) Math.max(0, (from - start) / stepMillis);
        int last = (int) Math.min(ticks() - 1L, (to - start) / stepMillis);
        return values.entrySet().stream()
                .filter(e -> e.getKey().track() == Track.CANARY)
                .anyMatch(e -> IntStream.rangeClosed(first, last).anyMatch(i -> !Double.isNaN(e.getValue()[i])));
    }

    /** What these queries would have read. */
    public Map<MetricQuery, Reading> readings(int tick, Set<MetricQuery> queries, Duration counted) {
        Map<MetricQuery, Reading> readings = new HashMap<>();
        for (MetricQuery query : queries) {
            double[] recorded = values.get(query);
            double value = recorded != null
                    ? recorded[tick]
                    : query.window().equals(counted) ? summed(tick, query) : Double.NaN;
            readings.put(query, Double.isNaN(value) ? NONE : Reading.of(value));
        }
        return readings;
    }

    /**
     * Requests add up; a share is that of all requests of the window. As a server does, which sees a window from its first
     * sample on and stretches that to the whole of it: otherwise what happened in one step would come in over many.
     */
    private double summed(int tick, MetricQuery query) {
        Duration step = Duration.ofMillis(stepMillis);
        double[] requests = values.get(new MetricQuery(Criterion.REQUESTS, query.track(), step));
        double[] share = query.metric().equals(Criterion.REQUESTS)
                ? null
                : values.get(new MetricQuery(query.metric(), query.track(), step));
        if (requests == null || share == null && !query.metric().equals(Criterion.REQUESTS)) {
            return Double.NaN;
        }
        double all = 0;
        double counted = 0;
        int steps = (int) (query.window().toMillis() / stepMillis);
        int unseen = steps > 1 ? 1 : 0;
        int first = Math.max(0, tick - steps + 1 + unseen);
        for (int i = first; i <= tick; i++) {
            if (!Double.isNaN(requests[i])) {
                all += requests[i];
                counted += share == null || Double.isNaN(share[i]) ? 0 : share[i] * requests[i];
            }
        }
        return share == null ? all * steps / (steps - unseen) : counted / all;
    }
}

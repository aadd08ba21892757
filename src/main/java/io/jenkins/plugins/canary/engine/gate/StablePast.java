package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.judge.Harm;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stable's requests and failures of the hour before, window by window: how failures cluster is known before the phase has
 * shown it. It is asked for once a phase. A source that does not remember leaves it to the phase, as an answer that fails does.
 * Slow requests show theirs during the warm-up.
 */
record StablePast(Criterion criterion) {

    private static final Duration LENGTH = Duration.ofHours(1);
    /** Of a criterion with a short window. */
    private static final int MOST_WINDOWS = 120;

    /** Empty where nothing is to be learned. */
    Set<MetricQuery> queries() {
        Set<MetricQuery> all = new LinkedHashSet<>();
        if (criterion.failures().harm() == Harm.FAILED && windows() > 1) {
            now().forEach(query -> all.add(query.past(length())));
        }
        return all;
    }

    /**
     * Oldest first; empty when it was not read.
     *
     * @param values what was read
     * @param scrapeMillis the time between two samples of a counter
     */
    List<Counts> counts(Map<MetricQuery, Double> values, long scrapeMillis) {
        double observed = new CountWindow(criterion.window(), scrapeMillis, null).observed();
        List<Counts> all = new ArrayList<>();
        for (long ago = windows(); ago > 0; ago--) {
            Map<MetricQuery, Double> then = new HashMap<>();
            for (MetricQuery query : now()) {
                Double value = values.get(query.past(length()).part(String.valueOf(ago)));
                if (value != null) {
                    then.put(query, value);
                }
            }
            criterion
                    .failures()
                    .read(Track.STABLE, then, criterion.window())
                    .map(counts -> seen(counts, observed))
                    .ifPresent(all::add);
        }
        return all;
    }

    /** What a server stretches to the whole window was not seen, and would pass for more clusters. */
    private static Counts seen(Counts counts, double observed) {
        return new Counts(Math.round(counts.failures() * observed), Math.round(counts.total() * observed));
    }

    private Set<MetricQuery> now() {
        return criterion.failures().queries(Track.STABLE, criterion.window());
    }

    private long windows() {
        return Math.min(MOST_WINDOWS, LENGTH.dividedBy(criterion.window()));
    }

    private Duration length() {
        return criterion.window().multipliedBy(windows());
    }
}

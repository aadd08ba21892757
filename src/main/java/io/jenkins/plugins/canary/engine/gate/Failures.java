package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Harm;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Requests that failed or were slow, counted from a ratio and the number of requests over the same window: whatever a plan counts as an
 * error, the two agree.
 *
 * @param successes whether the ratio is of those that did not fail
 */
public record Failures(Metric ratio, boolean successes) {

    /** Empty when the metric is not a share of requests that failed, or did not. */
    public static Optional<Failures> of(Metric metric) {
        return BuiltInMetric.named(metric.name()).map(m -> switch (m) {
            case ERROR_RATE, FIVE_XX_RATE, SLOW_RATE -> new Failures(metric, false);
            case SUCCESS_RATE -> new Failures(metric, true);
            default -> null;
        });
    }

    Harm harm() {
        return ratio.name().equals(BuiltInMetric.SLOW_RATE.word()) ? Harm.SLOW : Harm.FAILED;
    }

    Set<MetricQuery> queries(Track track, Duration window) {
        Set<MetricQuery> both = new LinkedHashSet<>();
        both.add(new MetricQuery(ratio, track, window));
        both.add(new MetricQuery(Criterion.REQUESTS, track, window));
        return both;
    }

    /** Empty when either could not be read. Servers extrapolate, so that counts are rounded. */
    Optional<Counts> read(Track track, Map<MetricQuery, Double> values, Duration window) {
        Double share = values.get(new MetricQuery(ratio, track, window));
        Double requests = values.get(new MetricQuery(Criterion.REQUESTS, track, window));
        if (share == null || requests == null || !(requests >= 0 && share >= 0 && share <= 1)) {
            return Optional.empty();
        }
        long total = Math.round(requests);
        long failures = Math.round((successes ? 1 - share : share) * requests);
        return Optional.of(new Counts(Math.min(failures, total), total));
    }

    /** The same question, asked of failures: fewer successes are more failures. */
    Comparison ofFailures(Comparison comparison) {
        return !successes
                ? comparison
                : comparison.direction(
                        switch (comparison.direction()) {
                            case INCREASE -> Direction.DECREASE;
                            case DECREASE -> Direction.INCREASE;
                            case EITHER -> Direction.EITHER;
                        });
    }
}

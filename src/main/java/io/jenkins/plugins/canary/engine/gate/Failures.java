package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Harm;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Requests that failed or were slow, or error lines of a log: counted from a ratio and the number of requests or lines over the same
 * window. Whatever a plan counts as an error, the two agree.
 *
 * @param successes whether the ratio is of those that did not fail
 * @param of what the ratio is a share of
 * @param per what the failures are held against: the same, or for lines the requests
 */
public record Failures(Metric ratio, boolean successes, Metric of, Metric per) {

    /** Empty when the metric is not a share of requests that failed, or did not. */
    public static Optional<Failures> of(Metric metric) {
        return BuiltInMetric.named(metric.name())
                .map(m -> switch (m) {
                    case ERROR_RATE, FIVE_XX_RATE, SLOW_RATE -> new Failures(metric, false, Criterion.REQUESTS);
                    case SUCCESS_RATE -> new Failures(metric, true, Criterion.REQUESTS);
                    default -> null;
                })
                .or(() -> LogMetric.named(metric.name()).map(m -> switch (m) {
                    case ERROR_RATE, NEW_ERROR_RATE -> new Failures(metric, false, Metric.of(LogMetric.LINES.word()));
                    case LINES -> null;
                }));
    }

    /** As a comparison counts them; null for none. */
    static Optional<Failures> of(Metric metric, Versus versus) {
        return of(metric).map(f -> versus == null ? f : f.per(versus.per()));
    }

    private Failures(Metric ratio, boolean successes, Metric of) {
        this(ratio, successes, of, of);
    }

    /** @param other null for what the ratio is a share of */
    public Failures per(Metric other) {
        return other == null ? this : new Failures(ratio, successes, of, other);
    }

    /** Whether lines of a log are all that is counted. */
    public boolean isOfLines() {
        return per.name().equals(LogMetric.LINES.word());
    }

    Harm harm() {
        if (ratio.name().equals(BuiltInMetric.SLOW_RATE.word())) {
            return Harm.SLOW;
        }
        return LogMetric.named(ratio.name())
                .map(m -> m == LogMetric.NEW_ERROR_RATE
                        ? isOfLines() ? Harm.NEW_LINES : Harm.NEW_ERRORS_LOGGED
                        : isOfLines() ? Harm.ERROR_LINES : Harm.ERRORS_LOGGED)
                .orElse(Harm.FAILED);
    }

    Set<MetricQuery> queries(Track track, Duration window) {
        Set<MetricQuery> all = new LinkedHashSet<>();
        Stream.of(ratio, of, per).forEach(metric -> all.add(new MetricQuery(metric, track, window)));
        return all;
    }

    /** Empty when either could not be read. Servers extrapolate, so that counts are rounded. */
    Optional<Counts> read(Track track, Map<MetricQuery, Double> values, Duration window) {
        Double share = values.get(new MetricQuery(ratio, track, window));
        Double whole = values.get(new MetricQuery(of, track, window));
        Double against = values.get(new MetricQuery(per, track, window));
        if (share == null
                || whole == null
                || against == null
                || !(whole >= 0 && against >= 0 && share >= 0 && share <= 1)) {
            return Optional.empty();
        }
        long total = Math.round(against);
        long failures = Math.round((successes ? 1 - share : share) * whole);
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

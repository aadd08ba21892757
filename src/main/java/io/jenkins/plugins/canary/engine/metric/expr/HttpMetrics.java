package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import java.util.List;
import java.util.Map;

/**
 * The definition of every built-in metric.
 *
 * @param labels what selects each track's series; a track without an entry is selected by nothing but its endpoints
 */
public record HttpMetrics(HttpNames names, Map<Track, List<Matcher>> labels) {

    public HttpMetrics {
        labels = Map.copyOf(labels);
    }

    /**
     * @param quantile strictly between 0 and 1 where the metric {@link BuiltInMetric#needsQuantile}; ignored for the others
     * @throws IllegalArgumentException when the quantile is missing or out of range, or the plan's regular expression
     *     of errors is none
     */
    public Expr define(BuiltInMetric metric, Double quantile, Track track) {
        Selector requests = requests(track);
        Expr total = Expr.increase(requests);
        return switch (metric) {
            case SUCCESS_RATE -> Expr.ratio(some(requests, Matcher.Op.MATCHES_NOT, names.errors()), total);
            case ERROR_RATE -> Expr.ratio(some(requests, Matcher.Op.MATCHES, names.errors()), total);
            case FIVE_XX_RATE -> Expr.ratio(some(requests, Matcher.Op.MATCHES, "5.."), total);
            case TOO_MANY_RATE -> {
                Selector strangers = strangers(requests);
                yield Expr.ratio(some(strangers, Matcher.Op.EQUAL, "429"), Expr.increase(strangers));
            }
            case ERRORS -> Expr.where(some(requests, Matcher.Op.MATCHES, names.errors()), total);
            case LATENCY -> Expr.quantile(checked(metric, quantile), series(metric, track), names.durationUnit());
            case SLOW_RATE ->
                Expr.slowerThanBefore(
                        checked(metric, quantile),
                        series(metric, track),
                        series(metric, Track.STABLE),
                        track == Track.CANARY ? null : series(metric, Track.CANARY));
            case REQUEST_RATE -> Expr.rate(requests);
            case REQUESTS -> total;
            case THROUGHPUT_SHARE -> {
                Expr canary = Expr.orZero(Expr.increase(requests(Track.CANARY)));
                Expr stable = Expr.orZero(Expr.increase(requests(Track.STABLE)));
                Expr versions = Expr.plus(canary, stable);
                yield Expr.ratio(
                        Expr.orZero(total),
                        labels.containsKey(Track.BASELINE)
                                ? Expr.plus(versions, Expr.orZero(Expr.increase(requests(Track.BASELINE))))
                                : versions);
            }
        };
    }

    /** Those with some statuses; none where there is no such series. */
    private Expr some(Selector requests, Matcher.Op op, String status) {
        return Expr.orZero(
                Expr.increase(requests.with(new Matcher(names.status(), op, status))), Expr.increase(requests));
    }

    /** The series without which there is no metric: what to look for when it has no data. */
    public Selector series(BuiltInMetric metric, Track track) {
        return metric.needsQuantile() ? select(names.duration() + "_bucket", track) : requests(track);
    }

    private Selector requests(Track track) {
        return select(names.requests(), track);
    }

    private Selector strangers(Selector requests) {
        return names.testers() == null
                ? requests
                : requests.with(MatcherList.parse(names.testers()).get(0).not());
    }

    private Selector select(String name, Track track) {
        return new Selector(track, name, labels.getOrDefault(track, List.of()));
    }

    private static double checked(BuiltInMetric metric, Double quantile) {
        if (quantile == null || !(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException(
                    metric.word() + " needs a quantile between 0 and 1, such as 0.99, not " + quantile);
        }
        return quantile;
    }
}

package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Expr.OrZero;
import io.jenkins.plugins.canary.engine.metric.expr.Expr.Plus;
import io.jenkins.plugins.canary.engine.metric.expr.Expr.Quantile;
import io.jenkins.plugins.canary.engine.metric.expr.Expr.Ratio;
import io.jenkins.plugins.canary.engine.metric.expr.Expr.SlowerThanBefore;
import io.jenkins.plugins.canary.engine.metric.expr.Expr.Total;
import io.jenkins.plugins.canary.engine.metric.expr.Expr.Where;
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
        Expr total = increase(requests);
        return switch (metric) {
            case SUCCESS_RATE ->
                new Ratio(new OrZero(increase(requests.with(status(Matcher.Op.MATCHES_NOT, names.errors())))), total);
            case ERROR_RATE -> new Ratio(new OrZero(errors(requests)), total);
            case FIVE_XX_RATE ->
                new Ratio(new OrZero(increase(requests.with(status(Matcher.Op.MATCHES, "5..")))), total);
            case TOO_MANY_RATE ->
                new Ratio(
                        new OrZero(increase(strangers(requests).with(status(Matcher.Op.EQUAL, "429")))),
                        increase(strangers(requests)));
            case ERRORS -> new Where(new OrZero(errors(requests)), total);
            case LATENCY -> new Quantile(checked(metric, quantile), series(metric, track), names.durationUnit());
            case SLOW_RATE ->
                new SlowerThanBefore(
                        checked(metric, quantile),
                        series(metric, track),
                        series(metric, Track.STABLE),
                        track == Track.CANARY ? null : series(metric, Track.CANARY));
            case REQUEST_RATE -> new Total(WindowSamples.Over.RATE, requests);
            case REQUESTS -> total;
            case THROUGHPUT_SHARE ->
                new Ratio(
                        new OrZero(total),
                        new Plus(
                                new OrZero(increase(requests(Track.CANARY))),
                                new OrZero(increase(requests(Track.STABLE)))));
        };
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

    private Expr errors(Selector requests) {
        return increase(requests.with(status(Matcher.Op.MATCHES, names.errors())));
    }

    private Matcher status(Matcher.Op op, String pattern) {
        return new Matcher(names.status(), op, pattern);
    }

    private static Expr increase(Selector of) {
        return new Total(WindowSamples.Over.INCREASE, of);
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

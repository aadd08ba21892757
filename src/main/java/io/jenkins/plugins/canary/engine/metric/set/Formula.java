package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.util.function.Function;

/**
 * How a metric is computed from an exporter's series. A series is a name, or a name with label matchers in braces.
 *
 * @param quantile whether the plan has to say which quantile
 */
record Formula(boolean quantile, Of of) {

    @FunctionalInterface
    interface Of {
        /** @param q null unless the formula has quantiles */
        Expr over(Series series, Double q);
    }

    /**
     * The series of one track, or those that both share.
     *
     * @param named selects those of a name
     * @param http how the service's own HTTP metrics are called
     */
    record Series(Function<String, Selector> named, HttpNames http) {

        /** The requests that were answered with some statuses. */
        Selector answered(String statuses) {
            return named.apply(http.requests()).with(new Matcher(http.status(), Matcher.Op.MATCHES, statuses));
        }

        Selector of(String series) {
            int brace = series.indexOf('{');
            if (brace < 0) {
                return named.apply(series);
            }
            Selector selected = named.apply(series.substring(0, brace));
            for (Matcher more : MatcherList.parse(series.substring(brace + 1, series.length() - 1))) {
                selected = selected.with(more);
            }
            return selected;
        }
    }

    static Formula of(Function<Series, Expr> of) {
        return new Formula(false, (series, q) -> of.apply(series));
    }

    /** The increase of a counter over the window; nothing counts as none as long as the exporter is there. */
    static Formula count(String counter) {
        return of(s -> Expr.increase(s.of(counter)));
    }

    static Formula rate(String counter) {
        return of(s -> Expr.rate(s.of(counter)));
    }

    static Formula quantile(String histogram) {
        return new Formula(true, (s, q) -> Expr.quantile(q, s.of(histogram + "_bucket"), 1));
    }

    static Formula sum(String gauge) {
        return of(s -> Expr.gauges(Expr.Agg.SUM, s.of(gauge)));
    }

    static Formula max(String gauge) {
        return of(s -> Expr.gauges(Expr.Agg.MAX, s.of(gauge)));
    }

    /** Of each pair of series with the same labels, what one is of the other. */
    static Formula quotients(Expr.Agg agg, String part, String whole) {
        return of(s -> Expr.quotients(agg, s.of(part), s.of(whole)));
    }

    static Formula fullest(String part, String whole) {
        return quotients(Expr.Agg.MAX, part, whole);
    }

    static Formula ratio(Formula part, Formula whole) {
        return of(s -> Expr.ratio(part.in(s), whole.in(s)));
    }

    static Formula plus(Formula one, Formula other) {
        return of(s -> Expr.plus(one.in(s), other.in(s)));
    }

    static Formula orZero(Formula of) {
        return of(s -> Expr.orZero(of.in(s)));
    }

    static Formula rest(Formula share) {
        return of(s -> Expr.rest(share.in(s)));
    }

    /** Some of a counter's series, of all of them. */
    static Formula share(String part, String whole) {
        return ratio(orZero(count(part)), count(whole));
    }

    private Expr in(Series series) {
        return of.over(series, null);
    }
}

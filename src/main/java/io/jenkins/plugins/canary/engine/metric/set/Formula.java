package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.metric.expr.WindowSamples;

/**
 * How a metric is computed from an exporter's series.
 *
 * @param quantile whether the plan has to say which quantile
 */
record Formula(boolean quantile, Of of) {

    /** Builds the expression. */
    @FunctionalInterface
    interface Of {
        /** @param q null unless the formula has quantiles */
        Expr over(Series series, Double q);
    }

    /** The series of one track, or those that both share. */
    interface Series {
        Selector named(String name);

        /** How the service's own HTTP metrics are called. */
        HttpNames http();
    }

    static Formula of(java.util.function.Function<Series, Expr> of) {
        return new Formula(false, (series, q) -> of.apply(series));
    }

    /** The increase of a counter over the window; nothing counts as none as long as the exporter is there. */
    static Formula count(String counter) {
        return of(s -> increase(s.named(counter)));
    }

    static Formula quantile(String histogram, double scale) {
        return new Formula(true, (s, q) -> new Expr.Quantile(q, s.named(histogram + "_bucket"), scale));
    }

    /** The fullest of several: of each pair of series with the same labels, what one is of the other. */
    static Formula fullest(String part, String whole) {
        return of(s -> new Expr.Quotients(Expr.Agg.MAX, s.named(part), s.named(whole)));
    }

    static Formula sum(String gauge) {
        return of(s -> new Expr.Gauges(Expr.Agg.SUM, s.named(gauge)));
    }

    /** Some of a counter's series, of all of them. */
    static Formula share(String counter, String label, Matcher.Op op, String value) {
        return of(s -> new Expr.Ratio(
                new Expr.OrZero(increase(s.named(counter).with(new Matcher(label, op, value)))),
                increase(s.named(counter))));
    }

    static Expr increase(Selector of) {
        return new Expr.Total(WindowSamples.Over.INCREASE, of);
    }

    static Expr rate(Selector of) {
        return new Expr.Total(WindowSamples.Over.RATE, of);
    }
}

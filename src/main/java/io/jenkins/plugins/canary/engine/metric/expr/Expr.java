package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.Units;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * How a metric is computed, said once: the same tree is written as PromQL for Prometheus and computed here over
 * scraped samples. An empty value is PromQL's empty vector; NaN is the quotient of nothing by nothing.
 */
public final class Expr {

    /** How far back the bound of slow requests is looked for, up to the beginning of the window. */
    public static final Duration BEFORE = Duration.ofMinutes(10);
    /** Shares of equal counts may differ in the last digit, by the way that they are added. */
    private static final double ROUNDING = 1e-9;

    private final Function<Range, String> promQl;
    private final Function<WindowSamples, OptionalDouble> value;

    private Expr(Function<Range, String> promQl, Function<WindowSamples, OptionalDouble> value) {
        this.promQl = promQl;
        this.value = value;
    }

    /** The query for an instant, in PromQL that any Prometheus since 2.0 understands. */
    public String promQl(Duration window) {
        return promQl(window, null);
    }

    /**
     * The same for each value of a label, in one query.
     *
     * @param by a label's name of letters, digits and underscores; null for one number
     */
    public String promQl(Duration window, String by) {
        return promQl.apply(new Range(window, by));
    }

    /** What a query looks at: how far back, and by which label it is broken down. */
    private record Range(Duration window, String by) {

        /** An aggregation, up to its bracket: {@code sum by (le, route) (}. */
        String of(String aggregation, String... kept) {
            String labels =
                    Stream.concat(Stream.of(kept), Stream.ofNullable(by)).collect(Collectors.joining(", "));
            return aggregation + (labels.isEmpty() ? "(" : " by (" + labels + ") (");
        }

        String over(Selector selector) {
            return selector + "[" + Units.write(window) + "]";
        }
    }

    public OptionalDouble value(WindowSamples samples) {
        return value.apply(samples);
    }

    /** Events of a counter, all series together. Each series' resets are corrected before the sum, never after. */
    public static Expr increase(Selector of) {
        return total(WindowSamples.Over.INCREASE, of);
    }

    /** The same by the second. */
    public static Expr rate(Selector of) {
        return total(WindowSamples.Over.RATE, of);
    }

    private static Expr total(WindowSamples.Over over, Selector of) {
        return new Expr(
                range -> range.of("sum") + over.function() + "(" + range.over(of) + "))",
                samples -> samples.sum(over, of));
    }

    /** No series counts as none happened: before the first error there is no series of errors. */
    public static Expr orZero(Expr of) {
        return orZero(of, of);
    }

    /** @param all what says which values a label has, where it is broken down by one */
    static Expr orZero(Expr of, Expr all) {
        return new Expr(
                range -> "(" + of.promQl.apply(range) + " or "
                        + (range.by() == null ? "vector(0)" : "0 * " + all.promQl.apply(range)) + ")",
                samples -> OptionalDouble.of(of.value(samples).orElse(0)));
    }

    public static Expr plus(Expr left, Expr right) {
        return new Expr(
                range -> "(" + left.promQl.apply(range) + " + " + right.promQl.apply(range) + ")",
                samples -> both(left.value(samples), right.value(samples), (l, r) -> l + r));
    }

    /** NaN when the whole is zero, so that no requests is neither success nor failure. */
    public static Expr ratio(Expr part, Expr whole) {
        return new Expr(
                range -> part.promQl.apply(range) + " / " + whole.promQl.apply(range),
                samples -> both(part.value(samples), whole.value(samples), (p, w) -> p / w));
    }

    private static OptionalDouble both(OptionalDouble left, OptionalDouble right, DoubleBinaryOperator of) {
        return left.isPresent() && right.isPresent()
                ? OptionalDouble.of(of.applyAsDouble(left.getAsDouble(), right.getAsDouble()))
                : OptionalDouble.empty();
    }

    /** A value only where something happened at all: no errors out of no requests is not good news. */
    static Expr where(Expr value, Expr positive) {
        return new Expr(
                range -> value.promQl.apply(range) + " and (" + positive.promQl.apply(range) + " > 0)",
                samples -> positive.value(samples).orElse(0) > 0 ? value.value(samples) : OptionalDouble.empty());
    }

    /** What is left of the whole: 1 less a share. */
    public static Expr rest(Expr share) {
        return new Expr(
                range -> "1 - " + share.promQl.apply(range),
                samples -> both(OptionalDouble.of(1), share.value(samples), (all, s) -> all - s));
    }

    /** What several values come to. */
    public enum Agg {
        SUM,
        MAX,
        MIN;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private OptionalDouble of(DoubleStream values) {
            double[] all = values.toArray();
            return switch (this) {
                case SUM ->
                    all.length == 0
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(DoubleStream.of(all).sum());
                case MAX -> DoubleStream.of(all).max();
                case MIN -> DoubleStream.of(all).min();
            };
        }
    }

    /** The gauges of one name as they are now. */
    public static Expr gauges(Agg agg, Selector of) {
        return new Expr(
                range -> range.of(agg.word()) + of + ")",
                samples -> agg.of(samples.latest(of).values().stream().mapToDouble(v -> v)));
    }

    /** What one gauge is of another with the same labels, where that other is above zero. */
    public static Expr quotients(Agg agg, Selector part, Selector whole) {
        return new Expr(range -> range.of(agg.word()) + part + " / (" + whole + " > 0))", samples -> {
            Map<Map<String, String>, Double> wholes = samples.latest(whole);
            return agg.of(samples.latest(part).entrySet().stream()
                    .filter(e -> wholes.getOrDefault(e.getKey(), 0.0) > 0)
                    .mapToDouble(e -> e.getValue() / wholes.get(e.getKey())));
        });
    }

    /**
     * The share of requests above a bound of a classic histogram: the lowest one within which a share {@code q} of the
     * reference's requests lay, over {@link #BEFORE} up to the beginning of the window. The bound is therefore the same
     * for all windows that begin together, and does not depend on what happens in them. Cumulative buckets rise with their
     * bounds, so that the smallest of those that qualify is the one at the bound.
     *
     * @param q strictly between 0 and 1
     * @param alsoIn buckets of the other track, which must have the bound too; null when the reference is the other track
     */
    static Expr slowerThanBefore(double q, Selector buckets, Selector reference, Selector alsoIn) {
        return new Expr(
                range -> {
                    String before = "[" + Units.write(BEFORE) + "] offset " + Units.write(range.window());
                    String each = range.of("sum", "le") + "increase(";
                    String on = range.by() == null ? "le" : "le, " + range.by();
                    String all = range.of("sum") + "increase(" + whole(reference) + before + "))";
                    String least = range.by() == null
                            ? " >= " + plain(q - ROUNDING) + " * scalar(" + all + ")"
                            : " >= on (" + range.by() + ") group_left " + plain(q - ROUNDING) + " * " + all;
                    String also = alsoIn == null ? "" : " and on (" + on + ") " + each + range.over(alsoIn) + "))";
                    return "1 - " + range.of("min") + each + range.over(buckets) + ")) and on (" + on + ") (" + each
                            + reference + before + "))" + least + " > 0)" + also + ") / " + range.of("sum")
                            + "increase(" + range.over(whole(buckets)) + "))";
                },
                samples -> BucketQuantile.shareAbove(
                        q - ROUNDING,
                        samples.rateByUpperBound(buckets),
                        samples.before(BEFORE).rateByUpperBound(reference),
                        alsoIn == null ? null : samples.rateByUpperBound(alsoIn)));
    }

    private static Selector whole(Selector buckets) {
        return buckets.with(new Matcher("le", Matcher.Op.EQUAL, "+Inf"));
    }

    /**
     * A quantile of a classic histogram.
     *
     * @param q strictly between 0 and 1
     * @param scale what one unit of the buckets' bounds is in the metric's unit
     */
    public static Expr quantile(double q, Selector buckets, double scale) {
        return new Expr(
                range -> "histogram_quantile(" + plain(q) + ", " + range.of("sum", "le") + "rate(" + range.over(buckets)
                        + ")))" + (scale == 1 ? "" : " * " + plain(scale)),
                samples -> both(
                        BucketQuantile.of(q, samples.rateByUpperBound(buckets)),
                        OptionalDouble.of(scale),
                        (v, unit) -> v * unit));
    }

    private static String plain(double number) {
        return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
    }
}

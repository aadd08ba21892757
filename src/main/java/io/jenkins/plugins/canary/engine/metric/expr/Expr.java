package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.Units;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * How a metric is computed, said once: the same tree is written as PromQL for Prometheus and computed here over
 * scraped samples. An empty value is PromQL's empty vector; NaN is the quotient of nothing by nothing.
 */
public sealed interface Expr {

    /** The query for an instant, in PromQL that any Prometheus since 2.0 understands. */
    String promQl(Duration window);

    OptionalDouble value(WindowSamples samples);

    /** Events of a counter, all series together. Each series' resets are corrected before the sum, never after. */
    record Total(WindowSamples.Over over, Selector of) implements Expr {
        @Override
        public String promQl(Duration window) {
            return "sum(" + over.function() + "(" + of + "[" + Units.write(window) + "]))";
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            return samples.sum(over, of);
        }
    }

    /** No series counts as none happened: before the first error there is no series of errors. */
    record OrZero(Expr of) implements Expr {
        @Override
        public String promQl(Duration window) {
            return "(" + of.promQl(window) + " or vector(0))";
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            OptionalDouble v = of.value(samples);
            return v.isPresent() ? v : OptionalDouble.of(0);
        }
    }

    record Plus(Expr left, Expr right) implements Expr {
        @Override
        public String promQl(Duration window) {
            return "(" + left.promQl(window) + " + " + right.promQl(window) + ")";
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            OptionalDouble l = left.value(samples);
            OptionalDouble r = right.value(samples);
            return l.isPresent() && r.isPresent()
                    ? OptionalDouble.of(l.getAsDouble() + r.getAsDouble())
                    : OptionalDouble.empty();
        }
    }

    /** NaN when the whole is zero, so that no requests is neither success nor failure. */
    record Ratio(Expr part, Expr whole) implements Expr {
        @Override
        public String promQl(Duration window) {
            return part.promQl(window) + " / " + whole.promQl(window);
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            OptionalDouble p = part.value(samples);
            OptionalDouble w = whole.value(samples);
            return p.isPresent() && w.isPresent()
                    ? OptionalDouble.of(p.getAsDouble() / w.getAsDouble())
                    : OptionalDouble.empty();
        }
    }

    /** A value only where something happened at all: no errors out of no requests is not good news. */
    record Where(Expr value, Expr positive) implements Expr {
        @Override
        public String promQl(Duration window) {
            return value.promQl(window) + " and (" + positive.promQl(window) + " > 0)";
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            OptionalDouble p = positive.value(samples);
            return p.isPresent() && p.getAsDouble() > 0 ? value.value(samples) : OptionalDouble.empty();
        }
    }

    /** What is left of the whole: 1 less a share. */
    record Rest(Expr share) implements Expr {
        @Override
        public String promQl(Duration window) {
            return "1 - " + share.promQl(window);
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            OptionalDouble v = share.value(samples);
            return v.isPresent() ? OptionalDouble.of(1 - v.getAsDouble()) : v;
        }
    }

    /** What several values come to. */
    enum Agg {
        SUM,
        MAX,
        MIN;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        OptionalDouble of(DoubleStream values) {
            double[] all = values.toArray();
            if (all.length == 0) {
                return OptionalDouble.empty();
            }
            return switch (this) {
                case SUM -> OptionalDouble.of(DoubleStream.of(all).sum());
                case MAX -> DoubleStream.of(all).max();
                case MIN -> DoubleStream.of(all).min();
            };
        }
    }

    /** The gauges of one name as they are now. */
    record Gauges(Agg agg, Selector of) implements Expr {
        @Override
        public String promQl(Duration window) {
            return agg.word() + "(" + of + ")";
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            return agg.of(samples.latest(of).values().stream().mapToDouble(v -> v));
        }
    }

    /** What one gauge is of another with the same labels, where that other is above zero. */
    record Quotients(Agg agg, Selector part, Selector whole) implements Expr {
        @Override
        public String promQl(Duration window) {
            return agg.word() + "(" + part + " / (" + whole + " > 0))";
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            Map<Map<String, String>, Double> wholes = samples.latest(whole);
            return agg.of(samples.latest(part).entrySet().stream()
                    .filter(e -> wholes.getOrDefault(e.getKey(), 0.0) > 0)
                    .mapToDouble(e -> e.getValue() / wholes.get(e.getKey())));
        }
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
    record SlowerThanBefore(double q, Selector buckets, Selector reference, Selector alsoIn) implements Expr {

        public static final Duration BEFORE = Duration.ofMinutes(10);
        /** Shares of equal counts may differ in the last digit, by the way that they are added. */
        private static final double ROUNDING = 1e-9;

        @Override
        public String promQl(Duration window) {
            String over = "[" + Units.write(window) + "]";
            String before = "[" + Units.write(BEFORE) + "] offset " + Units.write(window);
            return "1 - min(sum by (le) (increase(" + buckets + over + ")) and on (le) (sum by (le) (increase("
                    + reference
                    + before + ")) >= " + Quantile.plain(q - ROUNDING) + " * scalar(sum(increase(" + whole(reference)
                    + before
                    + "))) > 0)" + (alsoIn == null ? "" : " and on (le) sum by (le) (increase(" + alsoIn + over + "))")
                    + ") / sum(increase(" + whole(buckets) + over + "))";
        }

        private static Selector whole(Selector buckets) {
            return buckets.with(new Matcher("le", Matcher.Op.EQUAL, "+Inf"));
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            return new BucketShare(
                            samples.before(BEFORE).rateByUpperBound(reference),
                            alsoIn == null ? null : samples.rateByUpperBound(alsoIn))
                    .above(q - ROUNDING, samples.rateByUpperBound(buckets));
        }
    }

    /**
     * A quantile of a classic histogram.
     *
     * @param q strictly between 0 and 1
     * @param scale what one unit of the buckets' bounds is in the metric's unit
     */
    record Quantile(double q, Selector buckets, double scale) implements Expr {
        @Override
        public String promQl(Duration window) {
            return "histogram_quantile(" + plain(q) + ", sum by (le) (rate(" + buckets + "[" + Units.write(window)
                    + "])))" + (scale == 1 ? "" : " * " + plain(scale));
        }

        @Override
        public OptionalDouble value(WindowSamples samples) {
            OptionalDouble v = BucketQuantile.of(q, samples.rateByUpperBound(buckets));
            return v.isPresent() ? OptionalDouble.of(v.getAsDouble() * scale) : v;
        }

        private static String plain(double number) {
            return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
        }
    }
}

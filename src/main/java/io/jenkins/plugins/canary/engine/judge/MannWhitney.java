package io.jenkins.plugins.canary.engine.judge;

import static io.jenkins.plugins.canary.engine.judge.Comparison.percent;

import io.jenkins.plugins.canary.engine.Units;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Compares two series of a continuous metric (latency, say) by ranks: HIGH when the whole confidence interval of the
 * Hodges-Lehmann shift lies above what the tolerance allows, LOW when it lies below. Outliers and skew do no harm; points
 * that depend on each other (minute after minute of the same incident) do, so that intervals are then too narrow.
 * {@link RankSum} has the sources. Where half of the points are equal (a few errors among zeros) the median difference is
 * zero whatever the others are, so that the means are compared instead, by {@link MeanPermutation}. A difference beyond the
 * tolerance that is not significant is NODATA. Neither holds for Kayenta's allowance, whose rule stays as it is. Immutable;
 * for any thread.
 *
 * @param allowance what {@code comparison.tolerance} is a share of
 * @param effectSize an additional demand on the size of the difference; null for none
 * @param identicalPass whether two identical, or two equal and constant, series pass. By default they are NODATA: the
 *     tracks' selectors likely overlap, or the metric is dead.
 */
public record MannWhitney(
        Comparison comparison, Cleaning cleaning, Allowance allowance, EffectSize effectSize, boolean identicalPass) {

    public enum Allowance {
        /** Of the median of stable: a quarter more latency is a quarter more latency. */
        OF_BASELINE,
        /** Of the estimated shift itself, as Kayenta's NetflixACAJudge has it. */
        OF_SHIFT
    }

    /** Fewer points than this on either track are no data, whatever the arithmetic allows. */
    public static final int FEWEST_POINTS = 5;

    private static final double TOO_LARGE = 1e150;

    public static MannWhitney of(Comparison comparison) {
        return new MannWhitney(comparison, Cleaning.DEFAULT, Allowance.OF_BASELINE, null, false);
    }

    /** Any lengths, in any order; NaN stands for a missing value. Never throws on bad data: the answer is NODATA. */
    public Judgment judge(double[] canary, double[] stable) {
        double[] x = cleaning.clean(canary);
        double[] y = cleaning.clean(stable);
        Judgment.Sizes n = new Judgment.Sizes(x.length, y.length);
        String blind = unusable("canary", canary, x);
        blind = blind == null ? unusable("stable", stable, y) : blind;
        if (blind != null) {
            return Judgment.noData(n, blind);
        }
        if (smallestTail(x.length, y.length) > comparison.alpha() / 2) {
            return Judgment.noData(
                    n,
                    "too few points to judge at " + percent(comparison.confidence()) + " confidence: " + x.length
                            + " of canary against " + y.length
                            + " of stable could not differ enough, whatever they were");
        }
        RankSum ranks = new RankSum(x, y);
        String same = sameness(x, y);
        if (same == null) {
            return compare(ranks, x, y, n);
        }
        return identicalPass ? compare(ranks, x, y, n).as(Verdict.PASS, same) : Judgment.noData(n, same);
    }

    /** What is suspicious about series that do not differ at all; null when they do. */
    private String sameness(double[] x, double[] y) {
        if (Arrays.stream(x).allMatch(v -> v == x[0]) && Arrays.stream(y).allMatch(v -> v == x[0])) {
            return "both tracks reported " + print(x[0])
                    + " at every point; a metric that nobody updates looks like that";
        }
        return Arrays.equals(x, y)
                ? "both tracks reported the very same values; the selectors of canary and stable likely match the same pods"
                : null;
    }

    private Judgment compare(RankSum ranks, double[] x, double[] y, Judgment.Sizes n) {
        double meanCanary = Arrays.stream(x).average().orElseThrow();
        double meanStable = Arrays.stream(y).average().orElseThrow();
        Judgment.Effect effect =
                new Judgment.Effect(ranks.superiority(), meanStable == 0 ? Double.NaN : meanCanary / meanStable);
        if (allowance == Allowance.OF_BASELINE && MeanPermutation.tied(x, y)) {
            return means(x, y, n, ranks.pValue(comparison.direction()), effect);
        }
        double shift = ranks.shift();
        Judgment.Interval interval = ranks.interval(comparison.confidence());
        double baseline = median(y);
        double allowed = comparison.tolerance() * Math.abs(allowance == Allowance.OF_BASELINE ? baseline : shift);
        Verdict verdict = verdict(shift, allowed, effect, interval.lo() > allowed, interval.hi() < -allowed);
        double detectable = detectable(interval, allowed);
        return new Judgment(
                verdict,
                shift,
                interval,
                ranks.pValue(comparison.direction()),
                effect,
                n,
                explain(verdict, shift, interval, baseline, allowed, detectable),
                detectable);
    }

    /** @param high whether the canary is significantly above what the tolerance allows, and low below it */
    private Verdict verdict(double estimate, double allowed, Judgment.Effect effect, boolean high, boolean low) {
        Verdict shown = high ? Verdict.HIGH : low ? Verdict.LOW : Verdict.PASS;
        if (counts(shown, effect)) {
            return shown;
        }
        Verdict side = estimate > allowed ? Verdict.HIGH : estimate < -allowed ? Verdict.LOW : Verdict.PASS;
        return allowance == Allowance.OF_BASELINE && shown == Verdict.PASS && counts(side, effect)
                ? Verdict.NODATA
                : Verdict.PASS;
    }

    private boolean counts(Verdict side, Judgment.Effect effect) {
        return comparison.direction().minds(side) && (effectSize == null || effectSize.counts(side, effect));
    }

    private Judgment means(double[] x, double[] y, Judgment.Sizes n, double pValue, Judgment.Effect effect) {
        double tail = comparison.alpha() / 2;
        double baseline = Arrays.stream(y).average().orElseThrow();
        double difference = Arrays.stream(x).average().orElseThrow() - baseline;
        double allowed = comparison.tolerance()
                * Arrays.stream(y).map(Math::abs).average().orElseThrow();
        double[] highest = Arrays.stream(y)
                .map(v -> v + comparison.tolerance() * Math.abs(v))
                .toArray();
        double[] lowest = Arrays.stream(y)
                .map(v -> v - comparison.tolerance() * Math.abs(v))
                .toArray();
        Verdict verdict = verdict(
                difference,
                allowed,
                effect,
                difference > allowed && MeanPermutation.pValue(x, highest, tail) <= tail,
                difference < -allowed && MeanPermutation.pValue(lowest, x, tail) <= tail);
        double error = Math.sqrt(variance(x) / x.length + variance(highest) / y.length);
        double detectable = allowed + errors() * error;
        String where = "half of the points or more are equal, so that means are compared: canary's is "
                + print(baseline + difference) + ", stable's " + print(baseline);
        return new Judgment(
                verdict,
                difference,
                Judgment.Interval.NONE,
                pValue,
                effect,
                n,
                where
                        + judged(verdict, allowed, true, detectable)
                        + (verdict == Verdict.NODATA
                                ? "; compare counts of requests instead (error-rate, success-rate or slow-rate with test: counts)"
                                : ""),
                detectable);
    }

    private static double variance(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    }

    /** How many standard errors a difference must be beyond the tolerance to be found with {@link Judgment#POWER}. */
    private double errors() {
        NormalDistribution normal = NormalDistribution.of(0, 1);
        return normal.inverseSurvivalProbability(comparison.alpha() / 2)
                + normal.inverseCumulativeProbability(Judgment.POWER);
    }

    /**
     * The shift whose interval would clear the tolerance with {@link Judgment#POWER}: the tolerance plus the normal
     * quantiles of confidence and power in standard errors, which the interval's width gives.
     */
    private double detectable(Judgment.Interval interval, double allowed) {
        NormalDistribution normal = NormalDistribution.of(0, 1);
        double z = normal.inverseSurvivalProbability(comparison.alpha() / 2);
        double error = (interval.hi() - interval.lo()) / (2 * z);
        double needed = errors() * error;
        if (allowance == Allowance.OF_BASELINE) {
            return allowed + needed;
        }
        return comparison.tolerance() < 1 ? needed / (1 - comparison.tolerance()) : Double.NaN;
    }

    private String explain(
            Verdict verdict, double shift, Judgment.Interval i, double baseline, double allowed, double seen) {
        String where =
                "canary is typically " + print(Math.abs(shift)) + (shift < 0 ? " below" : " above") + " stable's "
                        + print(baseline) + " (between " + signed(i.lo()) + " and " + signed(i.hi()) + " with "
                        + percent(comparison.confidence()) + " confidence)";
        return where + judged(verdict, allowed, i.lo() >= -allowed && i.hi() <= allowed, seen);
    }

    private String judged(Verdict verdict, double allowed, boolean within, double seen) {
        String limit = allowed == 0 ? "no difference at all" : print(allowed);
        if (verdict.harm()) {
            return ", beyond the " + limit + " that the tolerance of " + percent(comparison.tolerance()) + " allows";
        }
        String tolerated = " the " + limit + " that the tolerance allows";
        return verdict == Verdict.NODATA
                ? ": more than" + tolerated + ", which these points neither show nor exclude"
                : ": " + (within ? "within" : "not shown to be beyond") + tolerated + "; a difference of " + print(seen)
                        + " would likely have been seen";
    }

    private String unusable(String track, double[] raw, double[] cleaned) {
        long missing = Arrays.stream(raw).filter(Double::isNaN).count();
        if (raw.length == 0) {
            return track + " has no points";
        }
        if (Arrays.stream(raw).anyMatch(v -> Math.abs(v) > TOO_LARGE)) {
            return track + " has infinite values; the query divides by zero somewhere";
        }
        if (cleaning.nan() == Cleaning.NaN.KEEP && missing > 0) {
            return missing + " of " + raw.length + " points of " + track + " are missing";
        }
        if (missing == raw.length && cleaning.nan() == Cleaning.NaN.REMOVE) {
            return "all " + raw.length + " points of " + track + " are missing";
        }
        return cleaned.length < FEWEST_POINTS
                ? track + " has " + cleaned.length + " usable points, at least " + FEWEST_POINTS + " are needed"
                : null;
    }

    /** The probability of the most extreme ranking of samples that do not differ: one in n + m choose n. */
    private static double smallestTail(int n, int m) {
        double tail = 1;
        for (int i = 1; i <= Math.min(n, m) && tail > 1e-12; i++) {
            tail *= i / (Math.max(n, m) + (double) i);
        }
        return tail;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return Cleaning.quantile(sorted, 0.5);
    }

    private String print(double value) {
        return Units.print(value, comparison.unit());
    }

    private String signed(double value) {
        return (value > 0 ? "+" : "") + print(value);
    }
}

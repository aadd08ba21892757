package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Whether a series of a continuous metric drifts: HIGH when all of the confidence interval of its slope, over the time that
 * was seen, lies above what the tolerance allows, LOW when it lies below. The slope is Theil's and Sen's, the median of the
 * slopes of all pairs of points, with Sen's interval (P. K. Sen, "Estimates of the regression coefficient based on
 * Kendall's tau", JASA 63, 1968; R. O. Gilbert, "Statistical Methods for Environmental Pollution Monitoring", 1987,
 * 16.4 and 17.2); the p-value is that of the Mann-Kendall test with its correction for ties. Outliers do no harm; points
 * that depend on each other do, which is what the tolerance is for.
 *
 * @param comparison its tolerance is a share of the series' median
 * @param over how far back to look; null for all of the phase
 */
public record Trend(Comparison comparison, Duration over) {

    /** Fewer points than this are no data. */
    public static final int FEWEST_POINTS = 8;

    /** {@code trend +10% or less}. */
    public String label() {
        String share = Units.print(comparison.tolerance(), Unit.RATIO);
        return "trend "
                + switch (comparison.direction()) {
                    case INCREASE -> "rises at most " + share;
                    case DECREASE -> "falls at most " + share;
                    case EITHER -> "within " + share;
                };
    }

    /**
     * @param times milliseconds, rising
     * @param values one for each time; finite
     */
    public Judgment judge(long[] times, double[] values) {
        int n = values.length;
        Judgment.Sizes sizes = new Judgment.Sizes(n, 0);
        if (n < FEWEST_POINTS) {
            return Judgment.noData(sizes, "a trend needs " + FEWEST_POINTS + " points, one a window; there are " + n);
        }
        double[] slopes = slopes(times, values);
        double variance = variance(values);
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability(comparison.alpha() / 2);
        double span = times[n - 1] - times[0];
        double reach = z * Math.sqrt(variance);
        Judgment.Interval interval = new Judgment.Interval(
                at(slopes, Math.floor((slopes.length - reach) / 2) - 1) * span,
                at(slopes, Math.ceil((slopes.length + reach) / 2)) * span);
        double rise = median(slopes) * span;
        double middle = Math.abs(median(sorted(values)));
        double allowed = comparison.tolerance() * middle;
        Verdict side = interval.lo() > allowed ? Verdict.HIGH : interval.hi() < -allowed ? Verdict.LOW : Verdict.PASS;
        Verdict verdict = comparison.direction().minds(side) ? side : Verdict.PASS;
        return new Judgment(
                verdict,
                rise,
                interval,
                pValue(score(values), variance),
                Judgment.Effect.NONE,
                sizes,
                says(rise, interval, span, verdict),
                Double.NaN);
    }

    private String says(double rise, Judgment.Interval interval, double span, Verdict verdict) {
        String time = Units.print(Duration.ofMillis((long) span));
        String sure = Units.print(comparison.confidence(), Unit.RATIO);
        return "it " + (rise < 0 ? "fell" : "rose") + " by " + print(Math.abs(rise)) + " in " + time + " (" + sure
                + " interval " + print(interval.lo()) + " to " + print(interval.hi()) + ")"
                + (verdict.harm()
                        ? ", surely more than the " + Comparison.percent(comparison.tolerance()) + " that are let pass"
                        : "");
    }

    private String print(double value) {
        return Units.print(value, comparison.unit());
    }

    private static double[] slopes(long[] times, double[] values) {
        double[] slopes = new double[values.length * (values.length - 1) / 2];
        int k = 0;
        for (int j = 1; j < values.length; j++) {
            for (int i = 0; i < j; i++) {
                slopes[k++] = (values[j] - values[i]) / (times[j] - times[i]);
            }
        }
        Arrays.sort(slopes);
        return slopes;
    }

    /** Mann's and Kendall's S: pairs that rise less pairs that fall. */
    static long score(double[] values) {
        long s = 0;
        for (int j = 1; j < values.length; j++) {
            for (int i = 0; i < j; i++) {
                s += Double.compare(values[j], values[i]);
            }
        }
        return s;
    }

    /** Of S, for values of which some are equal. */
    static double variance(double[] values) {
        double n = values.length;
        double ties = RankSum.overTies(sorted(values), t -> t * (t - 1) * (2 * t + 5));
        return (n * (n - 1) * (2 * n + 5) - ties) / 18;
    }

    private double pValue(long s, double variance) {
        if (variance <= 0) {
            return 1;
        }
        double z = (s - Math.signum(s)) / Math.sqrt(variance);
        NormalDistribution normal = NormalDistribution.of(0, 1);
        return comparison.direction().pValue(normal.survivalProbability(z), normal.cumulativeProbability(z));
    }

    private static double at(double[] sorted, double index) {
        return sorted[(int) Math.max(0, Math.min(sorted.length - 1, index))];
    }

    private static double median(double[] sorted) {
        return Cleaning.quantile(sorted, 0.5);
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}

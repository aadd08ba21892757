package io.jenkins.plugins.canary.engine.judge;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Which rise of a latency quantile would be caught with 95% probability ({@link Judgment#POWER}), and what share of good
 * releases would be stopped. Request durations are taken to be log-normal, and requests to be independent; a quantile of
 * n of them then has, on the log scale, the standard error sigma * sqrt(q (1 - q) / n) / phi(z_q) (Mosteller, Annals of
 * Mathematical Statistics 17 (1946)). Histograms with coarse buckets see less. Immutable; for any thread.
 *
 * @param median of a good version, seconds; positive
 * @param p99 of a good version, seconds; above the median
 */
public record LatencyPower(double median, double p99) {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double Z99 = NORMAL.inverseCumulativeProbability(0.99);

    /**
     * @param caught the smallest rise that is caught, relative: 0.2 is 20% slower; NaN when none is
     * @param falseStops the probability that a good release is stopped
     */
    public record Finding(double caught, double falseStops) {}

    public LatencyPower {
        if (!(median > 0 && p99 > median && Double.isFinite(p99))) {
            throw new IllegalArgumentException(
                    "the median latency is above zero, and p99 above the median, not " + median + "s and " + p99 + "s");
        }
    }

    /** The quantile of a good version, seconds. */
    public double quantile(double q) {
        return median * Math.exp(sigma() * NORMAL.inverseCumulativeProbability(q));
    }

    /**
     * A limit on the quantile, checked once a window.
     *
     * @param max seconds
     * @param requests of the canary in a window
     */
    public Finding limit(double q, double max, double requests, double windows) {
        double error = error(q, requests);
        double reach = Math.log(max / quantile(q));
        return finding(reach, error, windows);
    }

    /** A limit on the rise above stable at the same tick; {@code maxIncrease} relative. */
    public Finding increase(double q, double maxIncrease, double ofCanary, double ofStable, double windows) {
        return finding(Math.log1p(maxIncrease), Math.hypot(error(q, ofCanary), error(q, ofStable)), windows);
    }

    private static Finding finding(double reach, double error, double windows) {
        double once = 1 - Math.pow(1 - Judgment.POWER, 1 / windows);
        double rise = reach - error * NORMAL.inverseSurvivalProbability(once);
        double falseStops = 1 - Math.pow(NORMAL.cumulativeProbability(reach / error), windows);
        return new Finding(Double.isFinite(error) ? Math.max(0, Math.expm1(rise)) : Double.NaN, falseStops);
    }

    /**
     * A test by ranks at the end of the hold, on one pair of values a window.
     *
     * @param pairs fewer than {@link MannWhitney#FEWEST_POINTS} show nothing
     */
    public Finding ranks(double q, Comparison comparison, double ofCanary, double ofStable, long pairs) {
        double spread = Math.sqrt((Math.pow(error(q, ofCanary), 2) + Math.pow(error(q, ofStable), 2)) / 2);
        return new Finding(
                pairs < MannWhitney.FEWEST_POINTS || !Double.isFinite(spread)
                        ? Double.NaN
                        : Detectability.latency(pairs, pairs, spread, comparison),
                comparison.falseAlarms());
    }

    /** The sequential test, at the end of the hold at the latest: its interval is that of {@link MeanSequence}. */
    public Finding sequential(double q, Comparison comparison, double ofCanary, double ofStable, long pairs) {
        double spread = Math.hypot(error(q, ofCanary), error(q, ofStable));
        Judgment.Interval i =
                new MeanSequence(pairs, 0, spread * spread * Math.max(0, pairs - 1)).interval(comparison.alpha());
        double needed = i.hi() + NORMAL.inverseCumulativeProbability(Judgment.POWER) * spread / Math.sqrt(pairs);
        return new Finding(
                Double.isFinite(needed) ? (1 + comparison.tolerance()) * Math.exp(needed) - 1 : Double.NaN,
                comparison.falseAlarms());
    }

    private double sigma() {
        return Math.log(p99 / median) / Z99;
    }

    private double error(double q, double requests) {
        return sigma() * Math.sqrt(q * (1 - q) / requests) / NORMAL.density(NORMAL.inverseCumulativeProbability(q));
    }
}

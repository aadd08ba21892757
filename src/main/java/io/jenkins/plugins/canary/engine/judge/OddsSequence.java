package io.jenkins.plugins.canary.engine.judge;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A confidence sequence of the odds ratio of failing, canary over stable, out of counts that arrive tick by tick. At all
 * ticks together, however often one looks and whenever one stops, the true ratio lies in the interval with the promised
 * probability.
 *
 * <p>Given how many requests of a tick failed in all, the canary's share of them follows Fisher's noncentral
 * hypergeometric distribution, which depends on the odds ratio alone: the error rate itself may drift from tick to tick
 * (load, time of day) without harm. The likelihood of those shares, mixed over ratios by a fixed prior and divided by
 * the likelihood under one ratio, is a martingale of mean one if that ratio is true; by Ville's inequality it ever
 * reaches 1/alpha with a probability of at most alpha. The interval holds the ratios that it has not excluded. This is
 * Robbins' method of mixtures (Annals of Mathematical Statistics 41 (1970)), the mixture SPRT of Johari, Koomen,
 * Pekelis and Walsh (Operations Research 70 (2022)), and in the conditional form an e-process for 2 x 2 tables as in
 * Turner, Ly and Grunwald (Statistics and Probability Letters 198 (2023), arXiv:2106.02693); Howard, Ramdas, McAuliffe
 * and Sekhon, Annals of Statistics 49 (2021), for confidence sequences at large.
 *
 * <p>The mixture runs over a grid of log ratios. Log-likelihoods are kept with their derivatives: being concave, they lie
 * below both tangents of a cell, so that an end of the interval inside a cell is found safely from outside. Immutable.
 */
final class OddsSequence {

    private static final double STEP = 0.1;
    private static final int HALF = 70;
    private static final int POINTS = 2 * HALF + 1;
    private static final double[] ODDS =
            IntStream.range(0, POINTS).mapToDouble(g -> Math.exp(at(g))).toArray();
    /** Laplace with scale 1 over the log ratio: most weight on what matters, some on a hundredfold rise. */
    private static final double[] LOG_PRIOR = prior();
    /** Beyond this below the largest, all points of the grid together change no digit of a sum. */
    private static final double NEGLIGIBLE = -45;

    static final OddsSequence START = new OddsSequence(new double[POINTS], new double[POINTS]);

    private final double[] log;
    private final double[] slope;
    /** The likelihood mixed over the prior, as a logarithm. */
    private final double mixture;

    private OddsSequence(double[] log, double[] slope) {
        this.log = log;
        this.slope = slope;
        this.mixture = mixture(log);
    }

    private static double[] prior() {
        double[] weights = IntStream.range(0, POINTS)
                .mapToDouble(g -> Math.exp(-Math.abs(at(g))))
                .toArray();
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(w -> Math.log(w / sum)).toArray();
    }

    private static double at(int g) {
        return (g - HALF) * STEP;
    }

    OddsSequence plus(TickSplit tick) {
        if (tick.isEmpty()) {
            return this;
        }
        double[] nextLog = log.clone();
        double[] nextSlope = slope.clone();
        for (int g = 0; g < POINTS; g++) {
            NoncentralHypergeometric.Moments m = tick.moments(at(g), ODDS[g]);
            nextLog[g] += m.logProbability();
            nextSlope[g] += tick.canary().failures() - m.mean();
        }
        return new OddsSequence(nextLog, nextSlope);
    }

    /** As if only one in so many requests had been independent of the others. */
    OddsSequence worth(double factor) {
        if (factor == 1) {
            return this;
        }
        double[] lessLog = new double[POINTS];
        double[] lessSlope = new double[POINTS];
        for (int g = 0; g < POINTS; g++) {
            lessLog[g] = log[g] / factor;
            lessSlope[g] = slope[g] / factor;
        }
        return new OddsSequence(lessLog, lessSlope);
    }

    /**
     * Whether counts that come all at once show, nearly, that the ratio is above a given one. Failures are taken to be
     * rare, so that their split is binomial: a question that is asked often, to find what could have been seen.
     */
    static boolean likelyAbove(double ratio, Counts canary, Counts stable, double alpha) {
        double size = (double) canary.total() / stable.total();
        double[] split = new double[POINTS];
        for (int g = 0; g < POINTS; g++) {
            split[g] = splitLikelihood(ODDS[g] * size, canary, stable);
        }
        return canary.rate() > ratio * stable.rate()
                && mixture(split) + Math.log(alpha) >= splitLikelihood(ratio * size, canary, stable);
    }

    private static double splitLikelihood(double odds, Counts canary, Counts stable) {
        return -canary.failures() * Math.log1p(1 / odds) - stable.failures() * Math.log1p(odds);
    }

    private static double mixture(double[] log) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int g = 0; g < POINTS; g++) {
            largest = Math.max(largest, log[g] + LOG_PRIOR[g]);
        }
        double sum = 0;
        for (int g = 0; g < POINTS; g++) {
            double below = log[g] + LOG_PRIOR[g] - largest;
            sum += below < NEGLIGIBLE ? 0 : Math.exp(below);
        }
        return largest + Math.log(sum);
    }

    /** The p-value, as of now, of "the tracks do not differ", or of "canary fails no more (no less)". */
    double pValue(Direction alternative) {
        int from = alternative == Direction.INCREASE ? 0 : HALF;
        int to = alternative == Direction.DECREASE ? POINTS - 1 : HALF;
        double best = Double.NEGATIVE_INFINITY;
        for (int g = from; g <= to; g++) {
            best = Math.max(best, log[g]);
        }
        return Math.min(1, Math.exp(best - mixture));
    }

    /** The ratio on the grid that explains the counts best. */
    double estimate() {
        int best = HALF;
        for (int g = 0; g < POINTS; g++) {
            best = log[g] > log[best] ? g : best;
        }
        return best == 0 && slope[0] < 0
                ? 0
                : best == POINTS - 1 && slope[best] > 0 ? Double.POSITIVE_INFINITY : Math.exp(at(best));
    }

    /**
     * The mixture is at most the largest likelihood on the grid, so that the interval always holds a point of it.
     *
     * @param alpha the probability that the interval ever misses the true ratio
     */
    Judgment.Interval interval(double alpha) {
        double needed = mixture + Math.log(alpha);
        int first = 0;
        while (log[first] < needed) {
            first++;
        }
        int last = POINTS - 1;
        while (log[last] < needed) {
            last--;
        }
        return new Judgment.Interval(
                first == 0 ? 0 : Math.exp(lowerEnd(first, needed)),
                last == POINTS - 1 ? Double.POSITIVE_INFINITY : Math.exp(upperEnd(last, needed)));
    }

    /** Left of this point of the grid, beyond what either tangent of the cell lets reach the height. */
    private double lowerEnd(int inside, double height) {
        double outer = crossing(inside - 1, height);
        return slope[inside] > 0 ? Math.max(outer, crossing(inside, height)) : outer;
    }

    private double upperEnd(int inside, double height) {
        double outer = crossing(inside + 1, height);
        return slope[inside] < 0 ? Math.min(outer, crossing(inside, height)) : outer;
    }

    /** Where the tangent at a point of the grid reaches a height. */
    private double crossing(int g, double height) {
        return at(g) + (height - log[g]) / slope[g];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OddsSequence o && Arrays.equals(log, o.log) && Arrays.equals(slope, o.slope);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(log);
    }

    @Override
    public String toString() {
        return "odds " + estimate();
    }
}

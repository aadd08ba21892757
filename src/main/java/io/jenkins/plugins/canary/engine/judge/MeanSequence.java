package io.jenkins.plugins.canary.engine.judge;

/**
 * A confidence sequence of a mean out of values that arrive one by one, without knowing their spread: Robbins' normal
 * mixture in the scale-invariant form of the sequential t-test. For n values with mean x, sum of squared deviations S and
 * a prior N(0, 1/c^2) on the standardised effect,
 * <pre>M(mu) = sqrt(c^2 / (n + c^2)) * [ V / (V - n^2 (x - mu)^2 / (n + c^2)) ]^(n/2),   V = S + n (x - mu)^2</pre>
 * is a martingale of mean one under the true mu for normal values of any variance; the interval holds the mu with
 * M below 1/alpha, which solves in closed form (Lai, Sequential Analysis 1 (1976), Annals of Statistics 4; Wang and
 * Ramdas, Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance, arXiv:2310.03722
 * (2023)). For other distributions it holds as the number of ticks grows (Waudby-Smith, Arbour, Sinha, Kennedy and
 * Ramdas, Time-uniform central limit theory, arXiv:2103.06476); in simulation symmetric long tails keep the promise from
 * the start, values as skewed as exp(N(0, 1)) do not. Values must not depend on each other. Immutable.
 *
 * @param squares the sum of squared deviations from the mean
 */
record MeanSequence(long n, double mean, double squares) {

    static final MeanSequence START = new MeanSequence(0, 0, 0);

    /** c^2: effects of about half a standard deviation are expected; far smaller and larger ones take little longer. */
    private static final double PRIOR = 4;

    /** Welford's update. */
    MeanSequence plus(double value) {
        double delta = value - mean;
        double next = mean + delta / (n + 1);
        return new MeanSequence(n + 1, next, squares + delta * (value - next));
    }

    /** @param alpha the probability that the interval ever misses the true mean; unbounded while there is too little data */
    Judgment.Interval interval(double alpha) {
        double q = -Math.expm1(-Math.log((n + PRIOR) / (PRIOR * alpha * alpha)) / n);
        double room = n / (n + PRIOR) - q;
        if (n < 2 || room <= 0) {
            return new Judgment.Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double reach = Math.sqrt(squares / n * q / room);
        return new Judgment.Interval(mean - reach, mean + reach);
    }

    /** The p-value, as of now, of the mean being zero, or at most zero (INCREASE), or at least zero (DECREASE). */
    double pValue(Direction alternative) {
        boolean wrongSide =
                alternative == Direction.INCREASE && mean <= 0 || alternative == Direction.DECREASE && mean >= 0;
        double about = squares + n * mean * mean;
        if (n < 2 || wrongSide || about == 0) {
            return 1;
        }
        double explained = (double) n * n * mean * mean / (n + PRIOR);
        double log = 0.5 * Math.log(PRIOR / (n + PRIOR)) - n / 2.0 * Math.log1p(-explained / about);
        return Math.min(1, Math.exp(-log));
    }

    double error() {
        return Math.sqrt(squares / (n - 1) / n);
    }
}

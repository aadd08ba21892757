package io.jenkins.plugins.canary.engine.judge;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Probabilities of counts that are too large to be summed up one by one, at a cost that does not depend on them: saddlepoint
 * approximations, whose relative error falls with the variance and is below 0.01% where they are used. For the split of
 * failures over two tracks: the double saddlepoint of the conditional distribution (Davison, Journal of the Royal
 * Statistical Society B 50 (1988); Skovgaard, Journal of Applied Probability 24 (1987)); tails as r* (Barndorff-Nielsen,
 * Biometrika 73 (1986)) with the correction for whole numbers (Daniels, International Statistical Review 55 (1987)).
 * Deviances are computed as in Loader, Fast and Accurate Computation of Binomial Probabilities (2000), without cancellation.
 */
final class LargeCounts {

    /** From this variance on; summing takes some nine standard deviations either way. */
    static final double VARIANCE = 90_000;
    /** From so many requests on, of which at least {@link #FAILURES} failed, binomial tails are approximated. */
    static final long REQUESTS = 10_000_000;

    static final long FAILURES = 1_000;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double CENTRE = 1e-3;

    private final double canary;
    private final double stable;
    private final double failures;
    private final double logOdds;
    private final double mean;

    /** The split of {@code failures} over tracks of these sizes; see {@link NoncentralHypergeometric}. */
    LargeCounts(double canary, double stable, double failures, double odds) {
        this.canary = canary;
        this.stable = stable;
        this.failures = failures;
        this.logOdds = Math.log(odds);
        // Cornfield's equation, by the root that does not cancel.
        double b = odds * (canary + failures) + (stable - failures);
        double discriminant = Math.max(0, b * b - 4 * (odds - 1) * odds * canary * failures);
        mean = 2 * odds * canary * failures / (b + Math.sqrt(discriminant));
    }

    double mean() {
        return mean;
    }

    double variance() {
        return 1
                / (1 / cell(mean)
                        + 1 / cell(canary - mean)
                        + 1 / cell(failures - mean)
                        + 1 / cell(stable - failures + mean));
    }

    double atLeast(double x) {
        double y = x - 0.5;
        double delta =
                Math.log(cell(y) / cell(canary - y) * cell(stable - failures + y) / cell(failures - y)) - logOdds;
        return tail(y - mean, deviance(y), delta, information(y));
    }

    double logProbability(double x) {
        return -deviance(x) / 2 - Math.log(2 * Math.PI * information(x)) / 2;
    }

    /** Twice the log-likelihood ratio between the split seen and the one expected. */
    private double deviance(double x) {
        return 2
                * (part(x, mean)
                        + part(canary - x, canary - mean)
                        + part(failures - x, failures - mean)
                        + part(stable - failures + x, stable - failures + mean));
    }

    /** Of both tracks at the split seen, less what the number of failures takes of it. */
    private double information(double x) {
        double ofCanary = cell(x) * cell(canary - x) / canary;
        double ofStable = cell(failures - x) * cell(stable - failures + x) / stable;
        double expected = cell(mean) * cell(canary - mean) / canary
                + cell(failures - mean) * cell(stable - failures + mean) / stable;
        return ofCanary * ofStable / expected;
    }

    private static double cell(double count) {
        return Math.max(0.5, count);
    }

    /** P(at least so many of the requests fail). */
    static double binomialAtLeast(double failures, double requests, double rate) {
        double y = failures - 0.5;
        double expected = requests * rate;
        double deviance = 2 * (part(y, expected) + part(requests - y, requests - expected));
        double delta = Math.log(y / cell(requests - y)) - Math.log(rate / (1 - rate));
        return tail(y - expected, deviance, delta, y * cell(requests - y) / requests);
    }

    private static double tail(double above, double deviance, double delta, double information) {
        double r = Math.signum(above) * Math.sqrt(deviance);
        double u = 2 * Math.sinh(delta / 2) * Math.sqrt(information);
        double better = Math.abs(r) < CENTRE || u / r <= 0 ? r : r + Math.log(u / r) / r;
        return NORMAL.survivalProbability(Double.isNaN(better) ? r : better);
    }

    /** {@code o log(o / e) + e - o}, not negative. */
    private static double part(double observed, double expected) {
        double o = Math.max(0, observed);
        double e = Math.max(Double.MIN_NORMAL, expected);
        if (o == 0) {
            return e;
        }
        if (Math.abs(o - e) >= 0.1 * (o + e)) {
            return o * Math.log(o / e) + e - o;
        }
        double v = (o - e) / (o + e);
        double sum = (o - e) * v;
        double term = 2 * o * v;
        for (int j = 1; j < 1_000; j++) {
            term *= v * v;
            double next = sum + term / (2 * j + 1);
            if (Double.compare(next, sum) == 0) {
                break;
            }
            sum = next;
        }
        return sum;
    }
}

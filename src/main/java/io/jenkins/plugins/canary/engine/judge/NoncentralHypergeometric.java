package io.jenkins.plugins.canary.engine.judge;

import org.apache.commons.numbers.gamma.LogGamma;

/**
 * How k failures fall on two tracks of given sizes when the odds of failing differ by a factor: Fisher's noncentral
 * hypergeometric distribution of the canary's share of the failures (Fisher, JRSS 98 (1935); McCullagh and Nelder,
 * Generalized Linear Models, 2nd ed. 1989, section 7.3). It does not depend on how likely failures are.
 *
 * <p>Probabilities are summed outwards from the mode by the ratio of neighbours, as far as they matter: the cost grows
 * with the standard deviation, not with the counts. Where that is large they are approximated instead, see
 * {@link LargeCounts}: the cost is bounded whatever a source says.
 */
final class NoncentralHypergeometric {

    private static final double NEGLIGIBLE = 1e-19;
    private static final long NEAR = 200;

    private final double canary;
    private final double stable;
    private final double failures;
    private final double odds;
    private final double most;
    private final long lowest;
    private final long highest;
    private final long mode;
    /** Null where probabilities are summed. */
    private final LargeCounts large;

    /**
     * @param failures of both together
     * @param odds the canary's odds of failing over stable's; positive
     */
    NoncentralHypergeometric(long canary, long stable, long failures, double odds) {
        this(canary, stable, failures, odds, LargeCounts.VARIANCE);
    }

    /** @param most the variance up to which probabilities are summed */
    NoncentralHypergeometric(long canary, long stable, long failures, double odds, double most) {
        this.canary = canary;
        this.stable = stable;
        this.failures = failures;
        this.odds = odds;
        lowest = Math.max(0, failures - stable);
        highest = Math.min(canary, failures);
        mode = Power.first(lowest, highest, x -> !(ratio(x) > 1));
        LargeCounts approximate = new LargeCounts(canary, stable, failures, odds);
        large = approximate.variance() > most ? approximate : null;
        this.most = most;
    }

    /** P(x + 1) / P(x). */
    private double ratio(long x) {
        return (canary - x) * (failures - x) / ((x + 1.0) * (stable - failures + x + 1)) * odds;
    }

    /** P(X >= x), to full relative precision down to 1e-290. */
    double atLeast(long x) {
        if (large != null) {
            return x <= lowest ? 1 : x > highest ? 0 : large.atLeast(x);
        }
        double total = 1;
        double tail = mode >= x ? 1 : 0;
        double weight = 1;
        for (long t = mode; t < highest; ) {
            weight *= ratio(t);
            t++;
            total += weight;
            if (t >= x) {
                tail += weight;
            }
            if (weight < NEGLIGIBLE * (t >= x ? tail : 0) || weight < Double.MIN_NORMAL) {
                break;
            }
        }
        weight = 1;
        for (long t = mode; t > lowest && weight > NEGLIGIBLE; ) {
            t--;
            weight /= ratio(t);
            total += weight;
            if (t >= x) {
                tail += weight;
            }
        }
        return Math.min(1, tail / total);
    }

    double atMost(long x) {
        return new NoncentralHypergeometric((long) stable, (long) canary, (long) failures, 1 / odds, most)
                .atLeast((long) failures - x);
    }

    /**
     * @param logProbability of the outcome that was asked for
     * @param mean of the distribution: outcome - mean is the derivative of the log-likelihood by the log odds
     */
    record Moments(double logProbability, double mean) {}

    Moments moments(long x) {
        if (large != null) {
            return new Moments(large.logProbability(x), large.mean());
        }
        double total = 1;
        double first = mode;
        double weight = 1;
        for (long t = mode; t < highest && weight > NEGLIGIBLE; ) {
            weight *= ratio(t);
            t++;
            total += weight;
            first += weight * t;
        }
        weight = 1;
        for (long t = mode; t > lowest && weight > NEGLIGIBLE; ) {
            t--;
            weight /= ratio(t);
            total += weight;
            first += weight * t;
        }
        return new Moments(logWeight(x) - Math.log(total), first / total);
    }

    /** The logarithm of P(x) / P(mode), safe from underflow: by neighbours when near, by factorials when far. */
    private double logWeight(long x) {
        if (Math.abs(x - mode) > NEAR) {
            return logTerm(x) - logTerm(mode);
        }
        double log = 0;
        double weight = 1;
        for (long t = Math.min(x, mode); t < Math.max(x, mode); t++) {
            weight *= x > mode ? ratio(t) : 1 / ratio(t);
            if (weight < 1e-200) {
                log += Math.log(weight);
                weight = 1;
            }
        }
        return log + Math.log(weight);
    }

    private double logTerm(long x) {
        return x * Math.log(odds)
                - LogGamma.value(x + 1.0)
                - LogGamma.value(canary - x + 1)
                - LogGamma.value(failures - x + 1)
                - LogGamma.value(stable - failures + x + 1);
    }
}

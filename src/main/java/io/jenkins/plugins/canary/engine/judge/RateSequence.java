package io.jenkins.plugins.canary.engine.judge;

import org.apache.commons.numbers.gamma.LogBeta;

/**
 * Whether the error rate of one track is above or below a given rate, always valid: the Bernoulli likelihood mixed over
 * Jeffreys' Beta(1/2, 1/2), divided by the likelihood under the given rate (Robbins 1970; Howard et al. 2021, "beta-binomial
 * mixture"). Assumes that the rate does not change. Immutable.
 */
record RateSequence(Counts seen) {

    static final RateSequence START = new RateSequence(Counts.NONE);

    RateSequence plus(Counts more) {
        return new RateSequence(seen.plus(more));
    }

    /** Shown to be above the rate, wrongly with a probability of at most alpha over all ticks. */
    boolean above(double rate, double alpha) {
        return excludes(rate, alpha) && seen.rate() > rate;
    }

    boolean below(double rate, double alpha) {
        return excludes(rate, alpha) && seen.rate() < rate;
    }

    private boolean excludes(double rate, double alpha) {
        double failed = seen.failures();
        double passed = seen.total() - failed;
        double mixture = LogBeta.value(0.5 + failed, 0.5 + passed) - LogBeta.value(0.5, 0.5);
        double there = (failed == 0 ? 0 : failed * Math.log(rate)) + (passed == 0 ? 0 : passed * Math.log1p(-rate));
        return mixture - there >= -Math.log(alpha);
    }
}

package io.jenkins.plugins.canary.engine.judge;

import java.util.Arrays;

/**
 * Evidence that canary's odds of failing are above a limit, from whichever tick on. For each tick m at which the harm may
 * have begun, and each of some ratios above the limit, the likelihood ratio of the counts since m is a martingale of mean
 * one at the limit and falls below that limit; their average with weights fixed beforehand is therefore an e-process, and
 * reaches 1/alpha with a probability of at most alpha over all ticks (Ville 1939; a mixture over change points as in
 * Shiryaev and Roberts, here with weights that add up to one: Shin, Ramdas and Rinaldo, E-detectors, New England Journal of
 * Statistics in Data Science 2 (2024)). Good minutes before the harm cost it only the logarithm of that weight, where a
 * comparison of all counts of the phase is watered down by them.
 *
 * <p>A tick's likelihood ratio is cut off at {@code cap}, which only lowers the evidence. Latency is not made of
 * independent requests: one pause slows down all requests of some seconds, and a test that took each of them for a witness
 * would end a rollout for it. Cut off so that no single tick can reach the threshold, harm must show at two ticks.
 *
 * @param evidence by ratio, those harms that may have begun so far
 * @param ticks that had something to say
 */
record AlarmSequence(double[] evidence, long ticks) {

    /** Ratios above the limit, on the log scale. */
    static final double[] ABOVE = {0.2, 0.4, 0.7, 1, 1.4, 1.8, 2.3, 3, 4};

    static final AlarmSequence START = new AlarmSequence(new double[ABOVE.length], 0);

    static final double NO_CAP = Double.MAX_VALUE;
    /** Of the harm that is there from the first tick; the others share the rest. */
    private static final double FROM_START = 0.2;
    /** Half of the rest is for the first so many ticks. */
    private static final double SOON = 60;

    private static final double LARGEST = 1e100;

    /**
     * Adds a tick. Given how many requests were harmed in all, the canary's share of them depends on the odds ratio alone,
     * as for {@link OddsSequence}.
     *
     * @param limit an odds ratio; the same at all ticks
     * @param cap the most that one tick may say, as a factor
     */
    AlarmSequence plus(TickSplit tick, double limit, double cap) {
        if (tick.isEmpty()) {
            return this;
        }
        double begins = ticks == 0 ? FROM_START : unspent(ticks - 1) - unspent(ticks);
        double there = tick.moments(Math.log(limit)).logProbability();
        double[] next = new double[ABOVE.length];
        for (int i = 0; i < next.length; i++) {
            double ratio = Math.exp(tick.moments(Math.log(limit) + ABOVE[i]).logProbability() - there);
            next[i] = Math.min(LARGEST, (evidence[i] + begins) * Math.min(cap, ratio));
        }
        return new AlarmSequence(next, ticks + 1);
    }

    /** The weight of harms that begin later than so many ticks after the first. */
    private static double unspent(double ticks) {
        return (1 - FROM_START) / (1 + ticks / SOON);
    }

    /** Whether the odds are above the limit, wrongly with a probability of at most alpha over all ticks. */
    boolean rings(double alpha) {
        double spent = Arrays.stream(evidence).average().orElseThrow();
        return spent + (ticks == 0 ? 1 : unspent(ticks - 1)) >= 1 / alpha;
    }

    /** The largest cap at which no single tick can ring. */
    static double twoTicks(double alpha) {
        return (1 / alpha - 1) / FROM_START * 0.99;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AlarmSequence a && ticks == a.ticks && Arrays.equals(evidence, a.evidence);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(evidence);
    }

    @Override
    public String toString() {
        return "alarm after " + ticks + " ticks: " + Arrays.toString(evidence);
    }
}

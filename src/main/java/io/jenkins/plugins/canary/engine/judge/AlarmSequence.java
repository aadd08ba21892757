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
 * <p>A tick's likelihood ratio is cut off at {@code cap}, which only lowers the evidence. One pause slows down all requests of
 * some seconds, and one fault may fail all that are under way; a test that took each of them for a witness would end a rollout
 * for it. Cut off so that a single tick hardly reaches the threshold, harm must show at two ticks.
 *
 * <p>What requests share is found out on the way ({@link Dispersion}), and what was said before is then worth less too. So the
 * evidence is kept under each of some dispersions, and the one that is seen by now speaks.
 *
 * @param evidence by dispersion and ratio, those harms that may have begun so far
 * @param ticks that had something to say
 */
record AlarmSequence(Harm harm, double[][] evidence, long ticks) {

    /** Ratios above the limit, on the log scale. */
    static final double[] ABOVE = {0.2, 0.4, 0.7, 1, 1.4, 1.8, 2.3, 3, 4};

    static final double NO_CAP = Double.MAX_VALUE;
    /** Of the harm that is there from the first tick; the others share the rest. */
    private static final double FROM_START = 0.2;
    /** Half of the rest is for the first so many ticks. */
    private static final double SOON = 60;

    /** Of what it takes to be sure. */
    private static final double ONE_TICK = 0.6;

    private static final double LARGEST = 1e100;

    /** The most that one tick may say, so that it hardly ever says enough. */
    static double cap(double alpha) {
        return ONE_TICK / alpha;
    }

    static AlarmSequence start(Harm harm) {
        return new AlarmSequence(harm, new double[Dispersion.levels(harm)][ABOVE.length], 0);
    }

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
        double[] said = new double[ABOVE.length];
        for (int i = 0; i < said.length; i++) {
            said[i] = tick.moments(Math.log(limit) + ABOVE[i]).logProbability() - there;
        }
        double[][] next = new double[evidence.length][ABOVE.length];
        for (int level = 0; level < next.length; level++) {
            double factor = Dispersion.factor(
                    harm, level, tick.canary().total(), tick.stable().total());
            for (int i = 0; i < said.length; i++) {
                double ratio = Math.min(cap, Math.exp(said[i] / factor));
                next[level][i] = Math.min(LARGEST, (evidence[level][i] + begins) * ratio);
            }
        }
        return new AlarmSequence(harm, next, ticks + 1);
    }

    /** The weight of harms that begin later than so many ticks after the first. */
    private static double unspent(double ticks) {
        return (1 - FROM_START) / (1 + ticks / SOON);
    }

    /** Whether the odds are above the limit, wrongly with a probability of at most alpha over all ticks. */
    boolean rings(double alpha, int level) {
        double spent = Arrays.stream(evidence[level]).average().orElseThrow();
        return spent + (ticks == 0 ? 1 : unspent(ticks - 1)) >= 1 / alpha;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AlarmSequence a && ticks == a.ticks && Arrays.deepEquals(evidence, a.evidence);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(evidence);
    }

    @Override
    public String toString() {
        return "alarm after " + ticks + " ticks: " + Arrays.deepToString(evidence);
    }
}

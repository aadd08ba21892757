package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.judge.NoncentralHypergeometric.Moments;

/**
 * How likely it is, under many odds ratios in turn, that one tick's harmed requests fell on the tracks as they did: the
 * same numbers as {@link NoncentralHypergeometric#moments}, with what does not depend on the ratio worked out once. Where
 * the counts allow too many outcomes to keep, each ratio is worked out by itself. For one thread.
 */
final class TickSplit {

    private static final int MOST_KEPT = 4_096;
    private static final double NEGLIGIBLE = 1e-17;

    private final Counts canary;
    private final Counts stable;
    private final long harmed;
    private final long lowest;
    /** P(x + 1) / P(x) at odds of one, from {@code lowest} on, and its inverse; null where there are too many. */
    private final double[] up;

    private final double[] down;
    /** log P(x) at odds of one, up to a constant. */
    private final double[] log;
    /** The likeliest outcome under the ratio that was asked for last: ratios are asked for in order, and it moves little. */
    private int mode;

    TickSplit(Counts canary, Counts stable) {
        this.canary = canary;
        this.stable = stable;
        harmed = canary.failures() + stable.failures();
        lowest = Math.max(0, harmed - stable.total());
        long outcomes = Math.min(canary.total(), harmed) - lowest + 1;
        boolean kept = !isEmpty() && outcomes <= MOST_KEPT;
        up = kept ? new double[(int) outcomes - 1] : null;
        down = kept ? new double[up.length] : null;
        log = kept ? new double[(int) outcomes] : null;
        for (int i = 0; kept && i < up.length; i++) {
            double x = lowest + i;
            double ways = (canary.total() - x) * (harmed - x);
            double others = (x + 1) * (stable.total() - harmed + x + 1);
            up[i] = ways / others;
            down[i] = others / ways;
            log[i + 1] = log[i] + Math.log(up[i]);
        }
    }

    /** Whether there is only one way that they could have fallen, so that it says nothing. */
    boolean isEmpty() {
        return harmed == 0 || harmed == canary.total() + stable.total() || canary.total() == 0 || stable.total() == 0;
    }

    Counts canary() {
        return canary;
    }

    Counts stable() {
        return stable;
    }

    Moments moments(double logOdds) {
        return moments(logOdds, Math.exp(logOdds));
    }

    /** @param odds {@code exp(logOdds)}, which many ticks share */
    Moments moments(double logOdds, double odds) {
        if (up == null) {
            return new NoncentralHypergeometric(canary.total(), stable.total(), harmed, odds)
                    .moments(canary.failures());
        }
        double inverse = 1 / odds;
        while (mode < up.length && up[mode] > inverse) {
            mode++;
        }
        while (mode > 0 && up[mode - 1] <= inverse) {
            mode--;
        }
        double total = 1;
        double first = 0;
        double weight = 1;
        for (int i = mode; i < up.length && weight > NEGLIGIBLE * total; i++) {
            weight *= up[i] * odds;
            total += weight;
            first += weight * (i + 1 - mode);
        }
        weight = 1;
        for (int i = mode - 1; i >= 0 && weight > NEGLIGIBLE * total; i--) {
            weight *= down[i] * inverse;
            total += weight;
            first += weight * (i - mode);
        }
        int x = (int) (canary.failures() - lowest);
        return new Moments(log[x] - log[mode] + (x - mode) * logOdds - Math.log(total), lowest + mode + first / total);
    }
}

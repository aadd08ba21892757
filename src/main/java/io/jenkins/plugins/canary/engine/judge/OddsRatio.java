package io.jenkins.plugins.canary.engine.judge;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.rootfinder.BrentSolver;

/**
 * Exact inference on how much higher the canary's odds of failing are than stable's, given how many failed in all: the
 * conditional estimate and interval of R's {@code fisher.test}, and its one-sided p-values against any ratio (Fisher
 * 1935; Cornfield, Proc. 3rd Berkeley Symposium (1956)). For rare failures the odds ratio is the ratio of error rates.
 */
final class OddsRatio {

    /** Beyond e^60 either way a ratio is as good as unbounded. */
    private static final double EDGE = 60;

    private final Counts canary;
    private final Counts stable;
    private final long failures;
    private final long lowest;
    private final long highest;

    OddsRatio(Counts canary, Counts stable) {
        this.canary = canary;
        this.stable = stable;
        failures = Math.addExact(canary.failures(), stable.failures());
        lowest = Math.max(0, failures - stable.total());
        highest = Math.min(canary.total(), failures);
    }

    private NoncentralHypergeometric given(double ratio) {
        return new NoncentralHypergeometric(canary.total(), stable.total(), failures, ratio);
    }

    /** The p-value of "the odds ratio is at most this", small when the canary fails more. */
    double pAtMost(double ratio) {
        return given(ratio).atLeast(canary.failures());
    }

    /** The p-value of "the odds ratio is at least this", small when the canary fails less. */
    double pAtLeast(double ratio) {
        return given(ratio).atMost(canary.failures());
    }

    /** The ratio under which the canary's failures are what was to be expected; 0 or infinite at the ends. */
    double estimate() {
        if (lowest == highest) {
            return Double.NaN;
        }
        if (canary.failures() == lowest) {
            return 0;
        }
        if (canary.failures() == highest) {
            return Double.POSITIVE_INFINITY;
        }
        return root(log -> given(Math.exp(log)).moments(canary.failures()).mean() - canary.failures());
    }

    Judgment.Interval interval(double confidence) {
        double tail = Math.log((1 - confidence) / 2);
        double lo = canary.failures() == lowest ? 0 : root(log -> Math.log(pAtMost(Math.exp(log))) - tail);
        double hi = canary.failures() == highest
                ? Double.POSITIVE_INFINITY
                : root(log -> tail - Math.log(pAtLeast(Math.exp(log))));
        return new Judgment.Interval(lo, hi);
    }

    /** The ratio at which a rising function of its logarithm is zero. */
    private static double root(DoubleUnaryOperator rising) {
        DoubleUnaryOperator bounded = log -> Math.max(-1e3, Math.min(1e3, rising.applyAsDouble(log)));
        double lo = -1;
        while (lo > -EDGE && bounded.applyAsDouble(lo) > 0) {
            lo *= 2;
        }
        double hi = 1;
        while (hi < EDGE && bounded.applyAsDouble(hi) < 0) {
            hi *= 2;
        }
        if (bounded.applyAsDouble(lo) >= 0 || bounded.applyAsDouble(hi) <= 0) {
            // As good as unbounded, on that side.
            return Math.exp(bounded.applyAsDouble(lo) >= 0 ? lo : hi);
        }
        return Math.exp(new BrentSolver(1e-13, 1e-13, 0).findRoot(bounded, lo, hi));
    }
}

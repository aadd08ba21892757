package io.jenkins.plugins.canary.engine.judge;

import java.util.function.LongPredicate;
import org.apache.commons.statistics.distribution.BetaDistribution;

/** Which error rates a rule on the number of failures catches: Clopper and Pearson's bounds, read the other way round. */
final class Power {

    private static final int BISECTIONS = 60;

    private Power() {}

    /** The fewest failures, 1 to {@code requests}, at which a rule that once true stays true is; -1 when none. */
    static long fewest(long requests, LongPredicate rule) {
        if (requests == 0 || !rule.test(requests)) {
            return -1;
        }
        return first(1, requests, rule);
    }

    /** The first number from {@code lo} on for which a rule that once true stays true is, if not before {@code hi}. */
    static long first(long lo, long hi, LongPredicate rule) {
        long from = lo;
        long to = hi;
        while (from < to) {
            long middle = from + (to - from) / 2;
            if (rule.test(middle)) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return to;
    }

    /** P(at least so many of the requests fail). */
    static double reaching(long failures, long requests, double rate) {
        if (failures <= 0 || rate <= 0) {
            return failures <= 0 ? 1 : 0;
        }
        if (failures <= requests && isLarge(failures, requests) && rate < 1) {
            return LargeCounts.binomialAtLeast(failures, requests, rate);
        }
        return failures > requests
                ? 0
                : BetaDistribution.of(failures, requests - failures + 1.0).cumulativeProbability(rate);
    }

    /** The error rate at which at least so many of the requests fail with the given probability; NaN for -1. */
    static double rateReaching(long failures, long requests, double probability) {
        if (failures < 0) {
            return Double.NaN;
        }
        if (!isLarge(failures, requests)) {
            return BetaDistribution.of(failures, requests - failures + 1.0).inverseCumulativeProbability(probability);
        }
        double lo = 0;
        double hi = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (lo + hi) / 2;
            if (reaching(failures, requests, middle) < probability) {
                lo = middle;
            } else {
                hi = middle;
            }
        }
        return hi;
    }

    private static boolean isLarge(long failures, long requests) {
        return requests > LargeCounts.REQUESTS && failures > LargeCounts.FAILURES;
    }

    /**
     * The difference from stable's rate that is caught with {@link Judgment#POWER}.
     *
     * @param high whether so many failures of the canary are called HIGH
     * @param low whether so many are called LOW
     */
    static double detectable(
            Direction direction, long requests, double stableRate, LongPredicate high, LongPredicate low) {
        if (direction != Direction.DECREASE) {
            return rateReaching(fewest(requests, high), requests, Judgment.POWER) - stableRate;
        }
        // So many successes or more are called LOW.
        long successes = fewest(requests, s -> low.test(requests - s));
        return stableRate - (1 - rateReaching(successes, requests, Judgment.POWER));
    }
}

package io.jenkins.plugins.canary.engine.judge;

import java.util.function.LongPredicate;
import org.apache.commons.statistics.distribution.BetaDistribution;

/** Which error rates a rule on the number of failures catches: Clopper and Pearson's bounds, read the other way round. */
final class Power {

    private Power() {}

    /** The fewest failures, 1 to {@code requests}, at which a rule that once true stays true is; -1 when none. */
    static long fewest(long requests, LongPredicate rule) {
        if (requests == 0 || !rule.test(requests)) {
            return -1;
        }
        long no = 0;
        long yes = requests;
        while (no + 1 < yes) {
            long middle = no + (yes - no) / 2;
            if (rule.test(middle)) {
                yes = middle;
            } else {
                no = middle;
            }
        }
        return yes;
    }

    /** P(at least so many of the requests fail). */
    static double reaching(long failures, long requests, double rate) {
        if (failures <= 0 || rate <= 0) {
            return failures <= 0 ? 1 : 0;
        }
        return failures > requests
                ? 0
                : BetaDistribution.of(failures, requests - failures + 1.0).cumulativeProbability(rate);
    }

    /** The error rate at which at least so many of the requests fail with the given probability; NaN for -1. */
    static double rateReaching(long failures, long requests, double probability) {
        return failures < 0
                ? Double.NaN
                : BetaDistribution.of(failures, requests - failures + 1.0).inverseCumulativeProbability(probability);
    }

    /**
     * The difference from stable's rate that is caught with {@link Judgment#POWER}.
     *
     * @param high whether so many failures of the canary are called HIGH
     * @param low whether so many are called LOW
     */
    static double detectable(Direction direction, long requests, double stableRate, LongPredicate high, LongPredicate low) {
        if (direction != Direction.DECREASE) {
            return rateReaching(fewest(requests, high), requests, Judgment.POWER) - stableRate;
        }
        // So many successes or more are called LOW.
        long successes = fewest(requests, s -> low.test(requests - s));
        return stableRate - (1 - rateReaching(successes, requests, Judgment.POWER));
    }
}

package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/** Counts how often something happens over seeds, and knows how far chance may move that count. */
record Trials(int seeds, int happened) {

    /** A simulation that is right misses its bounds once in this many. */
    private static final double CHANCE = 1e-4;

    static Trials run(int seeds, LongPredicate experiment) {
        return new Trials(
                seeds, (int) LongStream.range(0, seeds).filter(experiment).count());
    }

    double share() {
        return (double) happened / seeds;
    }

    Trials assertAtMost(double promised, String what) {
        int limit = BinomialDistribution.of(seeds, promised).inverseSurvivalProbability(CHANCE);
        System.out.println(what + ": " + happened + " of " + seeds + ", promised at most " + promised);
        assertTrue(
                happened <= limit,
                what + " happened in " + happened + " of " + seeds + " trials, at most " + limit + " if it is "
                        + promised);
        return this;
    }

    Trials assertAtLeast(double promised, String what) {
        int limit = BinomialDistribution.of(seeds, promised).inverseCumulativeProbability(CHANCE);
        System.out.println(what + ": " + happened + " of " + seeds + ", promised at least " + promised);
        assertTrue(
                happened >= limit,
                what + " happened in " + happened + " of " + seeds + " trials, at least " + limit + " if it is "
                        + promised);
        return this;
    }
}

package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** By simulation, whatever the formulas say: intervals cover as often as they promise, and harm is not called on nothing. */
class CoverageTest {

    private static final double SHIFT = 0.3;

    private static double[] logNormal(Random random, int size, double add) {
        return random.doubles(size)
                .map(unused -> Math.exp(0.6 * random.nextGaussian()) + add)
                .toArray();
    }

    private static boolean covers(Judgment.Interval interval, double truth) {
        return interval.lo() <= truth && truth <= interval.hi();
    }

    @Test
    void exactShiftIntervalCovers() {
        Trials t = Trials.run(6_000, seed -> {
            Random random = new Random(seed);
            return covers(new RankSum(logNormal(random, 12, SHIFT), logNormal(random, 15, 0)).interval(0.95), SHIFT);
        });
        t.assertAtLeast(0.95, "exact interval covers the shift");
        assertTrue(t.share() < 0.97, "and is hardly wider than it must be: " + t.share());
    }

    @Test
    void approximateShiftIntervalCovers() {
        Trials t = Trials.run(4_000, seed -> {
            Random random = new Random(seed);
            return covers(new RankSum(logNormal(random, 60, SHIFT), logNormal(random, 80, 0)).interval(0.95), SHIFT);
        });
        t.assertAtLeast(0.949, "approximate interval covers the shift");
        t.assertAtMost(0.955, "approximate interval covers the shift");
    }

    @Test
    void oddsRatioIntervalCovers() {
        Trials.run(2_000, seed -> {
                    Random random = new Random(seed);
                    Counts stable = binomial(random, 2_000, 0.01);
                    Counts canary = binomial(random, 300, 0.03);
                    return covers(new OddsRatio(canary, stable).interval(0.95), (0.03 / 0.97) / (0.01 / 0.99));
                })
                .assertAtLeast(0.95, "interval covers the odds ratio");
    }

    @Test
    void mannWhitneyRarelyCallsHarmOnASafeRelease() {
        MannWhitney test = MannWhitney.of(Comparison.DEFAULT.tolerance(0));
        Trials.run(4_000, seed -> {
                    Random random = new Random(seed);
                    return test.judge(logNormal(random, 30, 0), logNormal(random, 60, 0))
                            .verdict()
                            .harm();
                })
                .assertAtMost(0.021, "Mann-Whitney calls harm on a safe release");
    }

    /** What "detectable" promises: a shift of that size is found nineteen times in twenty. */
    @Test
    void mannWhitneyFindsWhatItCallsDetectable() {
        MannWhitney test = MannWhitney.of(new Comparison(Direction.INCREASE, 0.1, 0.98, Unit.SECONDS));
        Random calibration = new Random(-1);
        double detectable = 0;
        for (int i = 0; i < 200; i++) {
            detectable += test.judge(logNormal(calibration, 100, 0), logNormal(calibration, 100, 0))
                            .detectable()
                    / 200;
        }
        double shift = detectable;
        Trials t = Trials.run(1_500, seed -> {
            Random random = new Random(seed);
            return test.judge(logNormal(random, 100, shift), logNormal(random, 100, 0))
                            .verdict()
                    == Verdict.HIGH;
        });
        t.assertAtLeast(0.92, "Mann-Whitney finds the detectable shift");
        t.assertAtMost(0.98, "Mann-Whitney finds the detectable shift");
    }

    static Counts binomial(Random random, int n, double rate) {
        int failures = 0;
        for (int i = 0; i < n; i++) {
            failures += random.nextDouble() < rate ? 1 : 0;
        }
        return new Counts(failures, n);
    }
}

package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Few values among many equal ones, where the median difference of ranks is zero. */
class SparseSeriesTest {

    private static final Comparison INCREASE = new Comparison(Direction.INCREASE, 0.25, 0.98, Unit.COUNT);
    private static final MannWhitney USUAL = MannWhitney.of(INCREASE);

    private static double[] sparse(int points, int some, double first, double step) {
        double[] values = new double[points];
        for (int i = 0; i < some; i++) {
            values[i * points / some] = first + step * (i % 3);
        }
        return values;
    }

    private static double[] with(double[] values, double otherwise) {
        return Arrays.stream(values).map(v -> v == 0 ? otherwise : v).toArray();
    }

    @Test
    void sparseHarmIsHarm() {
        assertEquals(
                Verdict.HIGH,
                USUAL.judge(sparse(30, 12, 1, 0), sparse(30, 1, 1, 0)).verdict());
        // 64 of 210 points against 17, of which the mean is 4.4 times stable's.
        double[] canary = sparse(210, 64, 1, 0.17);
        double[] stable = sparse(210, 17, 1, 0);
        Judgment many = USUAL.judge(canary, stable);
        assertEquals(4.4, many.effect().ratio(), 0.05);
        assertEquals(Verdict.HIGH, many.verdict());
        assertEquals(
                Verdict.HIGH,
                USUAL.judge(with(sparse(10, 7, 100, 0), 1), with(new double[10], 1))
                        .verdict());
        assertEquals(
                Verdict.LOW,
                MannWhitney.of(INCREASE.direction(Direction.DECREASE))
                        .judge(stable, canary)
                        .verdict());
    }

    @Test
    void theExplanationAgreesWithItself() {
        Judgment harm = USUAL.judge(with(sparse(10, 7, 100, 0), 1), with(new double[10], 1));
        assertEquals(
                "half of the points or more are equal, so that means are compared: canary's is 70.3, stable's 1, beyond"
                        + " the 0.25 that the tolerance of 25% allows",
                harm.explanation());
        assertEquals(69.3, harm.estimate(), 1e-9);
    }

    @Test
    void whatIsNotShownAndNotExcludedIsNoData() {
        Judgment few = USUAL.judge(sparse(30, 3, 1, 0), sparse(30, 1, 1, 0));
        assertEquals(Verdict.NODATA, few.verdict());
        assertTrue(
                few.explanation()
                        .endsWith(
                                "compare counts of requests instead (error-rate, success-rate or slow-rate with test: counts)"),
                few.explanation());
        // The other direction is no harm, and an effect that is too small does not count.
        assertEquals(
                Verdict.PASS,
                USUAL.judge(sparse(30, 1, 1, 0), sparse(30, 3, 1, 0)).verdict());
        EffectSize fiveTimes = new EffectSize(EffectSize.Measure.MEAN_RATIO, 5, 0.1, 1, 1);
        assertEquals(
                Verdict.PASS,
                new RankSettings(Cleaning.DEFAULT, MannWhitney.Allowance.OF_BASELINE, fiveTimes)
                        .test(INCREASE)
                        .judge(sparse(30, 3, 1, 0), sparse(30, 1, 1, 0))
                        .verdict());
    }

    /** Latency that no point has twice: a median difference beyond the tolerance, in too few points to be sure. */
    @Test
    void noPassStandsBesideAnEstimateBeyondTheTolerance() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            double[] canary = noisy(random, 5 + random.nextInt(30), 1 + random.nextDouble());
            double[] stable = noisy(random, 5 + random.nextInt(30), 1);
            Judgment j = USUAL.judge(canary, stable);
            double[] sorted = stable.clone();
            Arrays.sort(sorted);
            double allowed = 0.25 * Cleaning.quantile(sorted, 0.5);
            assertFalse(j.verdict() == Verdict.PASS && j.estimate() > allowed, j.explanation());
            assertFalse(j.verdict() == Verdict.NODATA && j.estimate() <= allowed, j.explanation());
        }
    }

    private static double[] noisy(Random random, int points, double factor) {
        return random.doubles(points)
                .map(unused -> factor * Math.exp(0.5 * random.nextGaussian()))
                .toArray();
    }

    /** Good releases whose series are sparse: harm is called at most as often as the confidence says, 1% a side. */
    @ParameterizedTest
    @CsvSource({"30, 0.1, 1", "30, 0.3, 1", "210, 0.08, 1", "60, 0.2, 1.25", "210, 0.3, 1.25"})
    void goodSparseReleasesAreNotStopped(int points, double often, double factor) {
        Random random = new Random(points);
        int stopped = 0;
        int releases = 2000;
        for (int i = 0; i < releases; i++) {
            double[] canary = draws(random, points, often, factor);
            double[] stable = draws(random, points, often, 1);
            stopped += USUAL.judge(canary, stable).verdict().harm() ? 1 : 0;
        }
        // 20 wanted at most; with three standard errors of a binomial share.
        assertTrue(stopped <= 20 + 3 * Math.sqrt(20), stopped + " of " + releases);
    }

    private static double[] draws(Random random, int points, double often, double factor) {
        return random.doubles(points)
                .map(u -> u < often ? factor * -Math.log(1 - random.nextDouble()) : 0)
                .toArray();
    }

    /** Kayenta's rule stays as it is: its estimate is beyond its tolerance whenever there is one. */
    @Test
    void kayentasRuleStays() {
        MannWhitney kayenta = new RankSettings(Cleaning.DEFAULT, MannWhitney.Allowance.OF_SHIFT, null).test(INCREASE);
        assertEquals(
                Verdict.PASS,
                kayenta.judge(sparse(30, 12, 1, 0), sparse(30, 1, 1, 0)).verdict());
    }
}

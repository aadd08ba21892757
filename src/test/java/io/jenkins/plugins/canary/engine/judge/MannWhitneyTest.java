package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Unit;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MannWhitneyTest {

    private static final Comparison EITHER = new Comparison(Direction.EITHER, 0.25, 0.98, Unit.SECONDS);

    /** Latency around 100 ms with a spread of 10%. */
    private static double[] series(int seed, int size, double factor) {
        Random random = new Random(seed);
        return random.doubles(size)
                .map(unused -> 0.1 * factor * (1 + 0.1 * random.nextGaussian()))
                .toArray();
    }

    private static Verdict verdict(Comparison comparison, double factor) {
        return MannWhitney.of(comparison)
                .judge(series(1, 40, factor), series(2, 60, 1))
                .verdict();
    }

    @Test
    void toleranceIsAShareOfStablesMedian() {
        assertEquals(Verdict.PASS, verdict(EITHER, 1.15));
        assertEquals(Verdict.HIGH, verdict(EITHER.tolerance(0.05), 1.15));
        assertEquals(Verdict.HIGH, verdict(EITHER, 1.5));
        assertEquals(Verdict.LOW, verdict(EITHER, 0.6));
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void directionSaysWhichSideIsHarm(Direction direction) {
        assertEquals(
                direction == Direction.DECREASE ? Verdict.PASS : Verdict.HIGH,
                verdict(EITHER.direction(direction), 1.5));
        assertEquals(
                direction == Direction.INCREASE ? Verdict.PASS : Verdict.LOW,
                verdict(EITHER.direction(direction), 0.5));
    }

    @Test
    void explainsItselfToAReleaseManager() {
        Judgment j = MannWhitney.of(EITHER).judge(series(1, 40, 1.5), series(2, 60, 1));
        assertTrue(
                j.explanation()
                        .matches(
                                "canary is typically [\\d.]+ ms above stable's [\\d.]+ ms \\(between \\+[\\d.]+ ms and "
                                        + "\\+[\\d.]+ ms with 98% confidence\\), beyond the [\\d.]+ ms that the tolerance of 25% allows"),
                j.explanation());
        assertEquals(1.5, j.effect().ratio(), 0.1);
        assertTrue(j.effect().superiority() > 0.99 && j.pValue() < 1e-6);
        assertEquals(new Judgment.Sizes(40, 60), j.n());
    }

    @Test
    void asJsonTheUnknownIsNull() {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode good = mapper.valueToTree(MannWhitney.of(EITHER).judge(series(1, 40, 1.5), series(2, 60, 1)));
        assertEquals("HIGH", good.get("verdict").asText());
        assertEquals(2, good.get("interval").size());
        assertTrue(good.get("interval").get(0).asDouble() < good.get("estimate").asDouble());
        assertEquals(40, good.get("n").get("canary").asInt());
        JsonNode none = mapper.valueToTree(MannWhitney.of(EITHER).judge(new double[0], series(2, 60, 1)));
        assertEquals(
                "{\"verdict\":\"NODATA\",\"estimate\":null,\"interval\":[null,null],\"pValue\":null,"
                        + "\"effect\":{\"superiority\":null,\"ratio\":null},\"n\":{\"canary\":0,\"stable\":60},"
                        + "\"explanation\":\"canary has no points\",\"detectable\":null}",
                none.toString());
    }

    private static void assertNoData(double[] canary, double[] stable, String why) {
        Judgment j = MannWhitney.of(EITHER).judge(canary, stable);
        assertEquals(Verdict.NODATA, j.verdict(), j.explanation());
        assertTrue(j.explanation().contains(why), j.explanation());
    }

    @Test
    void badDataIsNoData() {
        double[] good = series(1, 20, 1);
        double[] nan = new double[20];
        Arrays.fill(nan, Double.NaN);
        double[] infinite = series(3, 20, 1);
        infinite[7] = Double.POSITIVE_INFINITY;
        double[] constant = new double[20];
        Arrays.fill(constant, 0.1);
        assertNoData(new double[0], good, "canary has no points");
        assertNoData(good, new double[0], "stable has no points");
        assertNoData(nan, good, "all 20 points of canary are missing");
        assertNoData(good, infinite, "stable has infinite values");
        assertNoData(series(4, 3, 9), good, "canary has 3 usable points");
        assertNoData(constant, constant.clone(), "100 ms at every point");
        assertNoData(constant, Arrays.copyOf(constant, 12), "at every point");
        assertNoData(good, good.clone(), "the very same values");
        // Five against five cannot reach 99.9%: the most extreme ranking has a probability of 1 in 252.
        Judgment few = MannWhitney.of(EITHER.confidence(0.999)).judge(series(1, 5, 9), series(2, 5, 1));
        assertEquals(Verdict.NODATA, few.verdict(), few.explanation());
        assertEquals(
                Verdict.HIGH,
                MannWhitney.of(EITHER).judge(series(1, 5, 9), series(2, 5, 1)).verdict());
    }

    @Test
    void constantsThatDifferAreHarm() {
        double[] low = new double[20];
        double[] high = new double[15];
        Arrays.fill(low, 1);
        Arrays.fill(high, 2);
        assertEquals(Verdict.HIGH, MannWhitney.of(EITHER).judge(high, low).verdict());
        assertEquals(Verdict.LOW, MannWhitney.of(EITHER).judge(low, high).verdict());
    }

    @Test
    void missingValuesAreRemovedReplacedOrRefused() {
        double[] gaps = {1, Double.NaN, 2, 3};
        assertArrayEquals(new double[] {1, 2, 3}, Cleaning.DEFAULT.clean(gaps));
        assertArrayEquals(
                new double[] {1, 0, 2, 3}, new Cleaning(Cleaning.NaN.REPLACE, Cleaning.Outliers.KEEP, 3).clean(gaps));
        double[] long1 = series(1, 20, 1);
        long1[3] = Double.NaN;
        MannWhitney refusing = new MannWhitney(
                EITHER,
                new Cleaning(Cleaning.NaN.KEEP, Cleaning.Outliers.KEEP, 3),
                MannWhitney.Allowance.OF_BASELINE,
                null,
                false);
        Judgment j = refusing.judge(long1, series(2, 20, 1));
        assertEquals(Verdict.NODATA, j.verdict());
        assertTrue(j.explanation().contains("1 of 20 points of canary are missing"), j.explanation());
    }

    /** Quartiles of 1..9 and 100 by R's quantile(): 3.25 and 7.75; fences at 1.5 times the distance: -3.5 and 14.5. */
    @Test
    void outliersAreRemovedReplacedOrKept() {
        double[] values = {1, 2, 3, 100, 4, 5, 6, 7, 8, 9};
        assertArrayEquals(
                new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9},
                new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.REMOVE, 1.5).clean(values));
        assertArrayEquals(
                new double[] {1, 2, 3, 14.5, 4, 5, 6, 7, 8, 9},
                new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.REPLACE, 1.5).clean(values));
        assertArrayEquals(values, new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.KEEP, 1.5).clean(values));
        double[] sparse = {0, 0, 0, 0, 0, 0, 5, 0, 0, 0};
        assertArrayEquals(sparse, new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.REMOVE, 1.5).clean(sparse));
    }

    /**
     * Kayenta's IQRDetector(factor, reduceSensitivity = true): the fences are never inside of the 1st and 99th percentile,
     * which numpy.percentile puts at 91.81 for 1..9 and 100, at 100 for 1..8 and two of 100, and at 4.55 for nine of 0 and 5.
     */
    @Test
    void kayentasFencesReachToTheNinetyNinthPercentile() {
        Cleaning kayenta = new Cleaning(Cleaning.NaN.REMOVE, Cleaning.Outliers.REMOVE_BEYOND_P99, 3);
        assertArrayEquals(
                new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, kayenta.clean(new double[] {1, 2, 3, 100, 4, 5, 6, 7, 8, 9}));
        double[] twice = {1, 2, 3, 100, 4, 5, 6, 7, 8, 100};
        assertArrayEquals(twice, kayenta.clean(twice));
        assertArrayEquals(new double[9], kayenta.clean(new double[] {0, 0, 0, 0, 0, 0, 5, 0, 0, 0}));
        // The quartiles of 1, 1 and 2 are 1 and 1.5; three times their distance reaches to 3.
        assertArrayEquals(new double[] {1, 1, 2}, kayenta.clean(new double[] {1, 1, 2}));
        assertArrayEquals(new double[0], kayenta.clean(new double[0]));
    }

    /** Two series of zeros, as errors that nobody has: Kayenta passes them, and so does a plan that has its rule. */
    @Test
    void kayentasRulePassesWhatIsTheSame() {
        double[] zeros = new double[20];
        RankSettings kayenta = new RankSettings(Cleaning.DEFAULT, MannWhitney.Allowance.OF_SHIFT, null);
        assertEquals(Verdict.PASS, kayenta.test(EITHER).judge(zeros, zeros).verdict());
        assertEquals(
                Verdict.NODATA,
                RankSettings.USUAL.test(EITHER).judge(zeros, zeros).verdict());
    }

    /** Kayenta: significant beyond a quarter of the shift itself, and only from the allowed effect on. */
    @Test
    void kayentasAllowanceAndEffectSize() {
        MannWhitney kayenta = new MannWhitney(EITHER, Cleaning.DEFAULT, MannWhitney.Allowance.OF_SHIFT, null, true);
        double[] canary = series(1, 40, 1.15);
        double[] stable = series(2, 60, 1);
        assertEquals(Verdict.HIGH, kayenta.judge(canary, stable).verdict());
        assertEquals(Verdict.PASS, kayenta.judge(stable, stable.clone()).verdict());
        EffectSize half = new EffectSize(EffectSize.Measure.MEAN_RATIO, 1.5, 0.5, 5, 0.1);
        MannWhitney picky = new MannWhitney(EITHER, Cleaning.DEFAULT, MannWhitney.Allowance.OF_SHIFT, half, true);
        assertEquals(Verdict.PASS, picky.judge(canary, stable).verdict());
        assertEquals(Verdict.HIGH, picky.judge(series(1, 40, 1.7), stable).verdict());
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> EITHER.tolerance(-0.1));
        assertThrows(IllegalArgumentException.class, () -> EITHER.tolerance(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> EITHER.confidence(98));
        assertThrows(IllegalArgumentException.class, () -> new Cleaning(Cleaning.NaN.KEEP, Cleaning.Outliers.KEEP, 0));
    }
}

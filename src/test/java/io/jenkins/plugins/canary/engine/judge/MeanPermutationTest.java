package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MeanPermutationTest {

    private static final double TAIL = 0.01;

    private static double[] some(int times, double value, int others, double other) {
        double[] values = new double[times + others];
        Arrays.fill(values, 0, times, value);
        Arrays.fill(values, times, values.length, other);
        return values;
    }

    /** All 48,620 splits, by the definition: the share whose studentised difference is at least the observed one. */
    private static double exact(double[] x, double[] y) {
        double[] all = new double[x.length + y.length];
        System.arraycopy(x, 0, all, 0, x.length);
        System.arraycopy(y, 0, all, x.length, y.length);
        double observed = welch(x, y);
        int found = 0;
        int splits = 0;
        for (int mask = 0; mask < 1 << all.length; mask++) {
            if (Integer.bitCount(mask) == x.length) {
                int chosen = mask;
                double[] first = part(all, i -> (chosen >> i & 1) == 1);
                double[] second = part(all, i -> (chosen >> i & 1) == 0);
                splits++;
                found += welch(first, second) >= observed - 1e-9 ? 1 : 0;
            }
        }
        return (double) found / splits;
    }

    private static double[] part(double[] all, java.util.function.IntPredicate in) {
        return java.util.stream.IntStream.range(0, all.length)
                .filter(in)
                .mapToDouble(i -> all[i])
                .toArray();
    }

    private static double welch(double[] x, double[] y) {
        return (mean(x) - mean(y)) / Math.sqrt(variance(x) / x.length + variance(y) / y.length);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        return Arrays.stream(values)
                        .map(v -> (v - mean(values)) * (v - mean(values)))
                        .sum()
                / (values.length - 1);
    }

    /** Counted here, and by itertools.combinations and numpy in Python: 0.052036. */
    @Test
    void agreesWithAllSplits() {
        double[] x = {0, 0, 0, 0, 2, 3, 4, 1, 5};
        double[] y = {0, 0, 0, 0, 1, 0, 2, 0, 0};
        double exact = exact(x, y);
        assertEquals(0.05203619909502263, exact, 1e-12);
        // Twenty found end the drawing, so that a fifth of the p-value is its standard error.
        assertEquals(exact, MeanPermutation.pValue(x, y, 1e-5), exact / 2);
    }

    /** scipy.stats.permutation_test with the same statistic and 99,999 draws: 0.00052; all splits of the second: 0.001548. */
    @Test
    void agreesWithScipy() {
        double[] stable = Arrays.stream(some(1, 1, 29, 0)).map(v -> 1.25 * v).toArray();
        assertEquals(0.00052, MeanPermutation.pValue(some(12, 1, 18, 0), stable, TAIL / 20), 0.0003);
        assertEquals(0.001548, MeanPermutation.pValue(some(7, 100, 3, 1), some(10, 1.25, 0, 0), TAIL / 20), 0.0008);
    }

    @Test
    void equalDataInAnyOrderGiveEqualAnswers() {
        double[] x = {0, 0, 3, 0, 2, 0, 0, 9, 0, 0, 0, 1};
        double[] y = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
        double[] turned = {1, 0, 0, 0, 9, 0, 0, 2, 0, 3, 0, 0};
        assertEquals(MeanPermutation.pValue(x, y, TAIL), MeanPermutation.pValue(turned, y, TAIL));
        assertEquals(1, MeanPermutation.pValue(y, x, TAIL));
        assertEquals(1, MeanPermutation.pValue(x, turned, TAIL));
    }

    @Test
    void whatDoesNotVaryAndWhatIsFarFromZeroIsCompared() {
        // None is as extreme, so that seven times 1 / tail draws are enough.
        assertEquals(1.0 / 701, MeanPermutation.pValue(some(12, 2, 0, 0), some(12, 1, 0, 0), TAIL), 1e-12);
        double[] x = {0, 0, 0, 0, 2, 3, 4, 1, 5};
        double[] y = {0, 0, 0, 0, 1, 0, 2, 0, 0};
        double[] farX = Arrays.stream(x).map(v -> v + 1e9).toArray();
        double[] farY = Arrays.stream(y).map(v -> v + 1e9).toArray();
        assertEquals(MeanPermutation.pValue(x, y, TAIL), MeanPermutation.pValue(farX, farY, TAIL), 1e-12);
    }

    @Test
    void halfOfThePointsMakeATie() {
        assertTrue(MeanPermutation.tied(some(3, 1, 3, 0), new double[] {2, 3, 0, 0, 0, 0}));
        assertTrue(MeanPermutation.tied(new double[] {0.0, 5}, new double[] {-0.0, 6}));
        assertFalse(MeanPermutation.tied(new double[] {1, 2, 3, 4}, new double[] {1, 5, 6, 7}));
    }
}

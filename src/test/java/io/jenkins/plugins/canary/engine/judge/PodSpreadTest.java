package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PodSpreadTest {

    /** Student's t at 97.5% with 5 degrees of freedom, as printed tables have it. */
    private static final double T_5 = 2.570582;

    /** The BCG vaccine trials (dat.bcg, log risk ratios) with R's metafor, rma(method="DL"): tau^2 0.3088. */
    @Test
    void vaccineTrials() {
        double[][] trials = {
            {4, 119, 11, 128}, {6, 300, 29, 274}, {3, 228, 11, 209}, {62, 13536, 248, 12619},
            {33, 5036, 47, 5761}, {180, 1361, 372, 1079}, {8, 2537, 10, 619}, {505, 87886, 499, 87892},
            {29, 7470, 45, 7232}, {17, 1699, 65, 1600}, {186, 50448, 141, 27197}, {5, 2493, 3, 2338},
            {27, 16886, 29, 17825}
        };
        double[] values = new double[trials.length];
        double[] variances = new double[trials.length];
        for (int i = 0; i < trials.length; i++) {
            double[] t = trials[i];
            double treated = t[0] + t[1];
            double control = t[2] + t[3];
            values[i] = Math.log(t[0] / treated / (t[2] / control));
            variances[i] = 1 / t[0] - 1 / treated + 1 / t[2] - 1 / control;
        }
        assertEquals(0.3088, DerSimonianLaird.between(values, variances), 5e-5);
    }

    /** Viechtbauer, Journal of Educational and Behavioral Statistics 30 (2005), page 271, and metafor: DL 0.2768. */
    @Test
    void standardizedMeanDifferences() {
        double[] values = {-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232};
        double[] variances = {0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040};
        assertEquals(0.2768, DerSimonianLaird.between(values, variances), 5e-5);
    }

    @Test
    void errorsThatExplainAllLeaveNothingBetween() {
        assertEquals(0, DerSimonianLaird.between(new double[] {1, 1.1, 0.9}, new double[] {1, 1, 1}));
    }

    /** Balanced groups: the mean square between, less that within divided by the readings (one-way analysis of variance). */
    @Test
    void podsThatNeverVaryDifferByTheirSampleVarianceAndExperience() {
        PodSpread spread = PodSpread.NONE;
        for (int i = 0; i < 5; i++) {
            spread = spread.plus(Map.of("c", 1.0), Map.of("a", Math.exp(-0.1 + i), "b", Math.exp(0.1 + i)));
        }
        double deviation = Math.sqrt((1 * 0.02 + 4 * 0.05 * 0.05) / 5);
        assertEquals(deviation, spread.deviation(), 1e-6);
        double limit = Math.exp(Math.hypot(Math.log(1.4), T_5 * deviation * Math.sqrt(1 + 0.5)));
        assertEquals(limit, spread.limit(0.4, 0.95), 1e-5);
    }

    @Test
    void whatMovesAllPodsIsNoDifferenceAndNoError() {
        Random random = new Random(1);
        PodSpread still = PodSpread.NONE;
        PodSpread moved = PodSpread.NONE;
        for (int i = 0; i < 30; i++) {
            double all = Math.exp(random.nextGaussian());
            Map<String, Double> pods = pods(random, 20, new double[20], 0.05);
            Map<String, Double> together = new TreeMap<>(pods);
            together.replaceAll((pod, value) -> value * all);
            still = still.plus(Map.of("c", 1.0), pods);
            moved = moved.plus(Map.of("c", all), together);
        }
        assertEquals(still.deviation(), moved.deviation(), 1e-9);
        assertTrue(still.deviation() < 0.03, "" + still.deviation());
    }

    @Test
    void findsHowMuchPodsDifferBehindTheirNoise() {
        Random random = new Random(2);
        double sum = 0;
        for (int release = 0; release < 300; release++) {
            sum += spread(random, own(random, 0.2, 20), 1, 10, 0.1).deviation();
        }
        assertEquals(0.19, sum / 300, 0.01);
    }

    /**
     * The promise: of releases that differ as stable's pods do, one in forty is beyond the limit without a tolerance. Exactly
     * so where services differ from each other in how much their pods do as experience has it (Smyth 2004).
     */
    @Test
    void aGoodReleaseIsBeyondTheLimitInTwoAndAHalfPercent() {
        for (int[] pods : new int[][] {{1, 20}, {3, 20}, {1, 3}, {1, 2}}) {
            double share = beyond(random -> 0.05 * Math.sqrt(4 / chiSquared(random, 4)), pods[0], pods[1]);
            assertEquals(0.025, share, 0.008, pods[0] + " beside " + pods[1]);
        }
        assertEquals(0.033, beyond(random -> 0.2, 1, 20), 0.008, "many pods say more than experience");
        assertEquals(0.16, beyond(random -> 0.2, 1, 2), 0.03, "two do not, where they differ four times as much");
    }

    private static double chiSquared(Random random, int free) {
        return IntStream.range(0, free)
                .mapToDouble(i -> Math.pow(random.nextGaussian(), 2))
                .sum();
    }

    /** The share of good releases beyond the limit without a tolerance. */
    private static double beyond(ToDoubleFunction<Random> deviations, int canaryPods, int stablePods) {
        Random random = new Random(3);
        int beyond = 0;
        int releases = 4000;
        for (int i = 0; i < releases; i++) {
            double deviation = deviations.applyAsDouble(random);
            double[] own = own(random, deviation, stablePods);
            PodSpread spread = spread(random, own, canaryPods, 10, 0.1 * deviation);
            double stable = Arrays.stream(own).average().orElseThrow();
            double canary = deviation * random.nextGaussian() / Math.sqrt(canaryPods);
            beyond += canary - stable > Math.log(spread.limit(0, 0.95)) ? 1 : 0;
        }
        return (double) beyond / releases;
    }

    @Test
    void neverNarrowerThanTheTolerance() {
        Random random = new Random(4);
        for (double deviation : new double[] {0, 0.1, 0.5}) {
            PodSpread spread = spread(random, own(random, deviation, 5), 2, 3, 0.1);
            assertTrue(spread.limit(0.25, 0.95) >= 1.25 - 1e-12);
        }
    }

    @Test
    void onePodOfStableSaysNothingOfOthers() {
        PodSpread one = PodSpread.NONE.plus(Map.of("c", 1.0), Map.of("a", 1.0));
        assertFalse(one.isKnown());
        assertFalse(one.plus(Map.of(), Map.of("a", 1.0, "b", 2.0)).isKnown(), "no reading of the canary");
        assertTrue(one.plus(Map.of("c", 1.0), Map.of("a", 1.0, "b", 2.0)).isKnown());
    }

    @Test
    void podsThatAreGoneAreForgottenAndIdleOnesLeftOut() {
        PodSpread spread = PodSpread.NONE
                .plus(Map.of("c", 1.0), Map.of("a", 1.0, "b", 2.0, "idle", 0.0))
                .plus(Map.of("c", 1.0, "d", 1.0, "idle too", Double.NaN), Map.of("b", 2.0, "new", 1.0));
        assertEquals("[b, new]", spread.stable().keySet().toString());
        assertEquals(2, spread.stable().get("b").readings());
        assertEquals(1, spread.stable().get("new").readings());
        assertEquals(2, spread.canaryPods());
    }

    /** A proxy that is measured for both versions, or requests without the label. */
    @Test
    void namesOfBothTracksAreNoPods() {
        PodSpread known = PodSpread.NONE.plus(Map.of("c", 1.0), Map.of("a", 1.0, "b", 2.0));
        assertEquals(PodSpread.NONE, known.plus(Map.of("proxy", 1.0), Map.of("proxy", 1.0, "b", 2.0)));
    }

    @Test
    void explained() {
        PodSpread spread = PodSpread.NONE.plus(Map.of("c", 1.0), Map.of("a", Math.exp(-0.08), "b", Math.exp(0.08)));
        assertEquals(
                "pods of the stable version differ by 7%; with 1 canary pod a difference of up to 1.5x passes",
                spread.explain(1.5));
    }

    private static double[] own(Random random, double deviation, int pods) {
        return IntStream.range(0, pods)
                .mapToDouble(i -> deviation * random.nextGaussian())
                .toArray();
    }

    private static PodSpread spread(Random random, double[] own, int canaryPods, int readings, double noise) {
        Map<String, Double> canary = new TreeMap<>();
        IntStream.range(0, canaryPods).forEach(i -> canary.put("canary-" + i, 1.0));
        PodSpread spread = PodSpread.NONE;
        for (int i = 0; i < readings; i++) {
            spread = spread.plus(canary, pods(random, own.length, own, noise));
        }
        return spread;
    }

    private static Map<String, Double> pods(Random random, int pods, double[] own, double noise) {
        Map<String, Double> values = new TreeMap<>();
        for (int i = 0; i < pods; i++) {
            values.put("pod-" + i, Math.exp(own[i] + noise * random.nextGaussian()));
        }
        return values;
    }
}

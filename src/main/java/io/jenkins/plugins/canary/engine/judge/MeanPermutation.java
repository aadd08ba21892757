package io.jenkins.plugins.canary.engine.judge;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The studentised permutation test of two means: valid for any two distributions as samples grow, and exact where they are
 * the same (Chung and Romano, Annals of Statistics 41 (2013)). It sees what ranks cannot: few large values among many equal
 * ones. Permutations are drawn with a seed made of the sorted values, so that equal data, in whatever order, give equal
 * answers; drawing ends early when the answer is clearly not small (Besag and Clifford, Biometrika 78 (1991)), or clearly is.
 */
final class MeanPermutation {

    /** Draws at least as extreme as the data that end the drawing: the p-value is then known to a fifth of itself. */
    private static final int ENOUGH = 20;

    /** None found in so many draws, as a multiple of 1 / tail: of p-values as large as the tail one in 1,100 is taken for less. */
    private static final int NONE = 7;

    private static final int MOST_DRAWS = 40_000;
    private static final double LARGEST = 1e6;

    private MeanPermutation() {}

    /** Whether one value makes up half of all points or more, so that the median difference says nothing. */
    static boolean tied(double[] x, double[] y) {
        double[] all = pooled(x, y);
        int run = 0;
        int longest = 0;
        for (int i = 0; i < all.length; i++) {
            run = i > 0 && all[i] == all[i - 1] ? run + 1 : 1;
            longest = Math.max(longest, run);
        }
        return 2 * longest >= all.length;
    }

    /**
     * The p-value of "the mean of x is at most that of y", against it being above.
     *
     * @param tail how small a p-value matters; it says how many permutations are drawn
     */
    static double pValue(double[] x, double[] y, double tail) {
        double[] all = pooled(x, y);
        // Far from zero a sum of squares would lose the variance.
        double middle = all[all.length / 2];
        Arrays.setAll(all, i -> all[i] - middle);
        double[] first = Arrays.stream(x).map(v -> v - middle).sorted().toArray();
        double[] total = sums(all, all.length);
        double observed = studentised(sums(first, first.length), total, x.length, all.length);
        if (!(observed > 0)) {
            return 1;
        }
        // Only x's part is drawn; a tie of rounding counts as extreme.
        double extreme = observed - 1e-9 * Math.abs(observed);
        // One seed for all data would judge all of them by the same few permutations.
        SplittableRandom random = new SplittableRandom(31L * Arrays.hashCode(all) + Arrays.hashCode(first));
        double[] others = Arrays.stream(all).filter(v -> v != 0).toArray();
        int draws = (int) Math.min(MOST_DRAWS, Math.ceil(ENOUGH / tail)) - 1;
        int without = (int) Math.min(draws, Math.ceil(NONE / tail));
        int found = 0;
        for (int draw = 1; draw <= draws; draw++) {
            found += studentised(drawn(others, x.length, all.length, random), total, x.length, all.length) >= extreme
                    ? 1
                    : 0;
            if (found == ENOUGH) {
                return (double) found / draw;
            }
            if (found == 0 && draw == without) {
                return 1.0 / (draw + 1);
            }
        }
        return (found + 1.0) / (draws + 1.0);
    }

    /**
     * The sums of n of all values, of which those that are not zero are given; one after the other is taken with the chance
     * that it has in a sample of n (Fan, Muller and Rezucha, Journal of the American Statistical Association 57 (1962)).
     * Taken or not is a factor and no branch: no processor could foretell it, and most of the time went into that.
     */
    private static double[] drawn(double[] others, int n, int both, SplittableRandom random) {
        double sum = 0;
        double squares = 0;
        long wanted = n;
        long left = both;
        for (double value : others) {
            long place = Integer.toUnsignedLong(random.nextInt()) * left >>> Integer.SIZE;
            long taken = place - wanted >>> Long.SIZE - 1;
            double some = taken * value;
            sum += some;
            squares += some * some;
            wanted -= taken;
            left--;
        }
        return new double[] {sum, squares};
    }

    private static double[] pooled(double[] x, double[] y) {
        double[] all = Arrays.copyOf(x, x.length + y.length);
        System.arraycopy(y, 0, all, x.length, y.length);
        for (int i = 0; i < all.length; i++) {
            // -0.0 and 0.0 are one value to everyone but Arrays.sort.
            all[i] += 0.0;
        }
        Arrays.sort(all);
        return all;
    }

    /** The sum and the sum of squares of the first values. */
    private static double[] sums(double[] values, int first) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < first; i++) {
            sum += values[i];
            squares += values[i] * values[i];
        }
        return new double[] {sum, squares};
    }

    /** Welch's statistic of the first n values against the rest, from sums; very large when neither varies. */
    private static double studentised(double[] first, double[] all, int n, int both) {
        int m = both - n;
        double difference = first[0] / n - (all[0] - first[0]) / m;
        double error =
                Math.sqrt(variance(first[0], first[1], n) / n + variance(all[0] - first[0], all[1] - first[1], m) / m);
        return difference == 0 ? 0 : difference / Math.max(error, Math.abs(difference) / LARGEST);
    }

    /** Zero where only rounding is left. */
    private static double variance(double sum, double squares, int n) {
        double around = squares - sum * sum / n;
        return around > squares * 1e-12 ? around / (n - 1) : 0;
    }
}

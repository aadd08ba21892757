package io.jenkins.plugins.canary.standalone.bench.decisions;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Request durations in a histogram's buckets, log-normal with a heavy tail, and quantiles as Prometheus finds them. */
final class Durations {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double SIGMA = 0.7;
    private static final double HEAVY = 0.01;
    private static final double HEAVY_FROM = 0.4;
    private static final double HEAVY_POWER = 1.5;
    static final double[] BOUNDS = bounds();

    private Durations() {}

    private static double[] bounds() {
        double[] bounds = new double[26];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = 0.005 * Math.pow(1.35, i);
        }
        return bounds;
    }

    /** How many of these requests fall into each bucket; the last one is beyond all bounds. */
    static long[] draw(Dice dice, long requests, double median, double slower, double tail) {
        long[] buckets = new long[BOUNDS.length + 1];
        long left = requests;
        double before = 0;
        for (int i = 0; i < BOUNDS.length && left > 0; i++) {
            double below =
                    (1 - tail) * below(BOUNDS[i] / slower, median) + tail * below(BOUNDS[i] / slower / 10, median);
            buckets[i] = dice.binomial(left, Math.min(1, (below - before) / (1 - before)));
            left -= buckets[i];
            before = below;
        }
        buckets[BOUNDS.length] = left;
        return buckets;
    }

    private static double below(double seconds, double median) {
        double heavy = seconds <= HEAVY_FROM ? 0 : 1 - Math.pow(HEAVY_FROM / seconds, HEAVY_POWER);
        return (1 - HEAVY) * NORMAL.cumulativeProbability(Math.log(seconds / median) / SIGMA) + HEAVY * heavy;
    }

    /** The bucket of one duration. */
    static int bucket(double seconds) {
        int at = Arrays.binarySearch(BOUNDS, seconds);
        return at < 0 ? -at - 1 : at;
    }

    static double quantile(double q, long[] buckets) {
        double rank = q * Arrays.stream(buckets).sum();
        if (rank == 0) {
            return Double.NaN;
        }
        double seen = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            if (seen + buckets[i] >= rank) {
                double from = i == 0 ? 0 : BOUNDS[i - 1];
                return from + (BOUNDS[i] - from) * (rank - seen) / buckets[i];
            }
            seen += buckets[i];
        }
        return BOUNDS[BOUNDS.length - 1];
    }
}

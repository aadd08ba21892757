package io.jenkins.plugins.canary.engine.judge;

/**
 * The n*m differences x[i] - y[j] of two samples, without ever laying them out: an order statistic is found by bisecting
 * over the doubles between the smallest and the largest difference, each step counting in O(n + m) along the staircase
 * of two sorted samples. 2 x 1,440 points take some 64 x 2,880 steps instead of two million differences.
 */
final class PairwiseDifferences {

    private final double[] x;
    private final double[] y;

    /** Both ascending and finite; not copied. */
    PairwiseDifferences(double[] x, double[] y) {
        this.x = x;
        this.y = y;
    }

    long size() {
        return (long) x.length * y.length;
    }

    /** The k-th smallest difference, k from 1; beyond the ends the smallest or the largest. */
    double get(long k) {
        long wanted = Math.max(1, Math.min(size(), k));
        long lo = ordinal(x[0] - y[y.length - 1]);
        long hi = ordinal(x[x.length - 1] - y[0]);
        while (lo < hi) {
            long middle = Math.floorDiv(lo, 2) + Math.floorDiv(hi, 2) + (lo & hi & 1);
            if (upTo(value(middle)) >= wanted) {
                hi = middle;
            } else {
                lo = middle + 1;
            }
        }
        return value(lo);
    }

    double median() {
        long n = size();
        double upper = get(n / 2 + 1);
        return n % 2 == 1 ? upper : (get(n / 2) + upper) / 2;
    }

    /** How many differences are at most d. Rounding is monotone, so the staircase holds for computed differences too. */
    private long upTo(double d) {
        long count = 0;
        int above = 0;
        for (double xi : x) {
            while (above < y.length && xi - y[above] > d) {
                above++;
            }
            if (above == y.length) {
                break;
            }
            count += y.length - above;
        }
        return count;
    }

    /** Maps doubles to longs in the same order, so that bisecting ends after at most 64 steps at an exact difference. */
    private static long ordinal(double d) {
        long bits = Double.doubleToLongBits(d + 0.0);
        return bits >= 0 ? bits : Long.MIN_VALUE - bits;
    }

    private static double value(long ordinal) {
        return Double.longBitsToDouble(ordinal >= 0 ? ordinal : Long.MIN_VALUE - ordinal);
    }
}

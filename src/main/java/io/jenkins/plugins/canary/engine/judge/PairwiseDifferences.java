package io.jenkins.plugins.canary.engine.judge;

/**
 * The n*m differences x[i] - y[j] of two samples, without ever laying them out. An order statistic is found by bisecting
 * between the smallest and the largest difference; each step counts in O(n + m) along the staircase of the two sorted
 * samples and moves the bounds to differences that exist. 2 x 1,440 points take some 25 x 2,880 steps instead of two
 * million differences, and ties take fewer.
 *
 * @param x ascending and finite; not copied, as y
 */
record PairwiseDifferences(double[] x, double[] y) {

    long size() {
        return (long) x.length * y.length;
    }

    /** The k-th smallest difference, k from 1; beyond the ends the smallest or the largest. */
    double get(long k) {
        long wanted = Math.max(1, Math.min(size(), k));
        double lo = x[0] - y[y.length - 1];
        double hi = x[x.length - 1] - y[0];
        // Halving the values is fast on data of one scale, halving the doubles between them bounds the worst case.
        for (boolean byValue = true; lo < hi; byValue = !byValue) {
            double middle = byValue ? lo + (hi - lo) / 2 : between(lo, hi);
            Split split = split(middle < hi ? middle : lo);
            if (split.count >= wanted) {
                hi = split.largestUpTo;
            } else {
                lo = split.smallestBeyond;
            }
        }
        return lo;
    }

    double median() {
        long n = size();
        double upper = get(n / 2 + 1);
        if (n % 2 == 1) {
            return upper;
        }
        Split below = split(Math.nextDown(upper));
        return below.count < n / 2 ? upper : (below.largestUpTo + upper) / 2;
    }

    /**
     * @param count how many differences are at most d
     * @param largestUpTo the largest of them
     * @param smallestBeyond the smallest of the others
     */
    private record Split(long count, double largestUpTo, double smallestBeyond) {}

    /** Rounding is monotone, so the staircase holds for computed differences too. */
    private Split split(double d) {
        long count = 0;
        int above = 0;
        double largest = Double.NEGATIVE_INFINITY;
        double smallest = Double.POSITIVE_INFINITY;
        for (double xi : x) {
            while (above < y.length && xi - y[above] > d) {
                above++;
            }
            if (above > 0) {
                smallest = Math.min(smallest, xi - y[above - 1]);
            }
            if (above < y.length) {
                largest = Math.max(largest, xi - y[above]);
                count += y.length - above;
            }
        }
        return new Split(count, largest, smallest);
    }

    /** The double half-way in the order of all doubles, not above hi. */
    private static double between(double lo, double hi) {
        long a = ordinal(lo);
        long b = ordinal(hi);
        long middle = (a & b) + ((a ^ b) >> 1);
        return Double.longBitsToDouble(middle >= 0 ? middle : Long.MIN_VALUE - middle);
    }

    private static long ordinal(double d) {
        long bits = Double.doubleToLongBits(d);
        return bits >= 0 ? bits : Long.MIN_VALUE - bits;
    }
}

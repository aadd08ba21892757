package io.jenkins.plugins.canary.engine.judge;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The numbers of the two-sample Wilcoxon (Mann-Whitney) test with the Hodges-Lehmann shift: the same as R's
 * {@code wilcox.test(x, y, conf.int = TRUE)}.
 *
 * <p>Exact when both samples have fewer than 50 points and no value occurs twice; otherwise the normal approximation
 * with continuity and tie correction (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd ed. 2014,
 * sections 4.1 to 4.3; Bauer, JASA 67 (1972) for the interval). R finds the approximate interval by searching the shift
 * d at which the standardised statistic of (x - d, y) crosses the normal quantile. That statistic falls by one at every
 * pairwise difference and its variance is constant between them, so the crossing is an order statistic of the
 * differences whose rank has a closed form; it is taken directly.
 */
final class RankSum {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final int EXACT_BELOW = 50;

    private final int n;
    private final int m;
    private final double u;
    private final double[] x;
    private final double[] y;
    private final PairwiseDifferences differences;
    private final UDistribution exact;

    /** Finite values, at least one each, in any order; copied. */
    RankSum(double[] first, double[] second) {
        this(first, second, null);
    }

    /** @param forceExact null for R's own choice; exact with ties is refused by falling back, as R does */
    RankSum(double[] first, double[] second, Boolean forceExact) {
        x = sorted(first);
        y = sorted(second);
        n = x.length;
        m = y.length;
        differences = new PairwiseDifferences(x, y);
        long above = 0;
        long ties = 0;
        int below = 0;
        int upTo = 0;
        for (double xi : x) {
            while (below < m && y[below] < xi) {
                below++;
            }
            while (upTo < m && y[upTo] <= xi) {
                upTo++;
            }
            above += below;
            ties += upTo - below;
        }
        u = above + ties / 2.0;
        boolean untied = ties == 0 && tieTerm(x) == 0 && tieTerm(y) == 0;
        boolean wanted = forceExact == null ? n < EXACT_BELOW && m < EXACT_BELOW : forceExact;
        exact = wanted && untied ? new UDistribution(n, m) : null;
    }

    private static double[] sorted(double[] values) {
        double[] copy = values.clone();
        // -0.0 and 0.0 are one value to everyone but Arrays.sort.
        for (int i = 0; i < copy.length; i++) {
            copy[i] += 0.0;
        }
        Arrays.sort(copy);
        return copy;
    }

    boolean isExact() {
        return exact != null;
    }

    /** Pairs in which x is above y, ties counting half; R's W. */
    double statistic() {
        return u;
    }

    /** The Hodges-Lehmann estimate of how far x is above y: the median of all pairwise differences. */
    double shift() {
        return differences.median();
    }

    /** How likely a point of x is above one of y, ties counting half. */
    double superiority() {
        return u / differences.size();
    }

    /** The p-value of no shift, against x being above (INCREASE), below (DECREASE) or either. */
    double pValue(Direction alternative) {
        if (exact != null) {
            return alternative.pValue(exact.atLeast((long) u), exact.atMost((long) u));
        }
        double distance = u - differences.size() / 2.0;
        double sigma = sigma(tieTermOfBoth());
        if (sigma == 0) {
            return 1;
        }
        return switch (alternative) {
            case INCREASE -> NORMAL.survivalProbability((distance - 0.5) / sigma);
            case DECREASE -> NORMAL.cumulativeProbability((distance + 0.5) / sigma);
            case EITHER ->
                Math.min(1, 2 * NORMAL.survivalProbability((Math.abs(distance) - (distance == 0 ? 0 : 0.5)) / sigma));
        };
    }

    Judgment.Interval interval(double confidence) {
        double tail = (1 - confidence) / 2;
        long all = differences.size();
        if (exact != null) {
            long rank = Math.max(1, exact.quantile(tail));
            return new Judgment.Interval(differences.get(rank), differences.get(all - rank + 1));
        }
        double reach = 0.5 + NORMAL.inverseSurvivalProbability(tail) * sigma(tieTerm(x) + tieTerm(y));
        return new Judgment.Interval(
                differences.get(all - (long) Math.floor(all / 2.0 + reach)),
                differences.get(all - (long) Math.floor(all / 2.0 - reach)));
    }

    private double sigma(double tieTerm) {
        double both = (double) n + m;
        return Math.sqrt(n * (double) m / 12 * (both + 1 - tieTerm / (both * (both - 1))));
    }

    private double tieTermOfBoth() {
        double[] both = Arrays.copyOf(x, n + m);
        System.arraycopy(y, 0, both, n, m);
        Arrays.sort(both);
        return tieTerm(both);
    }

    /** The sum of t^3 - t over groups of t equal values. */
    private static double tieTerm(double[] ascending) {
        return overTies(ascending, t -> t * t * t - t);
    }

    /** The sum of a term over groups of so many equal values. */
    static double overTies(double[] ascending, DoubleUnaryOperator term) {
        double sum = 0;
        int start = 0;
        for (int i = 1; i <= ascending.length; i++) {
            if (i == ascending.length || ascending[i] != ascending[start]) {
                sum += term.applyAsDouble(i - start);
                start = i;
            }
        }
        return sum;
    }

    /**
     * The exact distribution of the Mann-Whitney U statistic of two samples without ties that do not differ.
     *
     * <p>The number of arrangements with U = u is the coefficient of q^u in the Gaussian binomial [n+m choose n], built up
     * factor by factor: Andrews, The Theory of Partitions (1976), chapter 3; Mann and Whitney, Annals of Mathematical
     * Statistics 18 (1947). Kept as doubles: up to n = m = 49 the lower half is exact to some 1e-13.
     */
    static final class UDistribution {

        private final long largest;
        /** Probability of U at most u, for the lower half. */
        private final double[] cumulative;

        UDistribution(int n, int m) {
            largest = (long) n * m;
            double[] c = new double[(int) (largest / 2) + 1];
            c[0] = 1;
            double all = 1;
            for (int i = 1; i <= n; i++) {
                for (int u = c.length - 1; u >= m + i; u--) {
                    c[u] -= c[u - m - i];
                }
                for (int u = i; u < c.length; u++) {
                    c[u] += c[u - i];
                }
                all *= (double) (m + i) / i;
            }
            double sum = 0;
            for (int u = 0; u < c.length; u++) {
                sum += c[u];
                c[u] = sum / all;
            }
            cumulative = c;
        }

        double atMost(long u) {
            if (u < 0) {
                return 0;
            }
            return u < cumulative.length ? cumulative[(int) u] : 1 - atMost(largest - u - 1);
        }

        /** P(U >= u), from the symmetric lower tail, so that small probabilities keep their digits. */
        double atLeast(long u) {
            return atMost(largest - u);
        }

        /** The smallest u with P(U <= u) >= p, for p of at most one half. */
        long quantile(double p) {
            int u = 0;
            while (u < cumulative.length - 1 && cumulative[u] < p - 10 * Math.ulp(1.0)) {
                u++;
            }
            return u;
        }
    }
}

package io.jenkins.plugins.canary.engine.judge;

/**
 * The exact distribution of the Mann-Whitney U statistic of two samples without ties that do not differ.
 *
 * <p>The number of arrangements with U = u is the coefficient of q^u in the Gaussian binomial [n+m choose n], built up
 * factor by factor: Andrews, The Theory of Partitions (1976), chapter 3; Mann and Whitney, Annals of Mathematical
 * Statistics 18 (1947). Kept as doubles: up to n = m = 49 the lower half is exact to some 1e-13.
 */
final class UDistribution {

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

    /** P(U <= u). */
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

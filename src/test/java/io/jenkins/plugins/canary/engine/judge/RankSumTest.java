package io.jenkins.plugins.canary.engine.judge;

import static io.jenkins.plugins.canary.engine.judge.Oracles.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RankSumTest {

    static Stream<Oracles> wilcox() {
        return Oracles.of("wilcox");
    }

    /** R's wilcox.test(x, y, conf.int = TRUE): exact, and asymptotic with correction for continuity and ties. */
    @ParameterizedTest
    @MethodSource("wilcox")
    void agreesWithR(Oracles r) {
        boolean exact = r.columns().get(2).equals("TRUE");
        RankSum ranks = new RankSum(r.numbers(4), r.numbers(5), r.name().contains("asymptotic") ? false : null);
        assertEquals(exact, ranks.isExact());
        assertClose(r.number(6), ranks.statistic(), "W");
        assertClose(r.number(7), ranks.pValue(Direction.EITHER), "p, two-sided");
        assertClose(r.number(8), ranks.pValue(Direction.INCREASE), "p, greater");
        assertClose(r.number(9), ranks.pValue(Direction.DECREASE), "p, less");
        Judgment.Interval interval = ranks.interval(r.number(3));
        assertClose(r.number(10), interval.lo(), 1e-10, "lower end");
        assertClose(r.number(11), interval.hi(), 1e-10, "upper end");
        assertClose(r.number(12), ranks.shift(), 1e-10, "shift");
    }

    /**
     * Hollander and Wolfe, Nonparametric Statistical Methods (1973), p. 69f: W = 35 pairs, P(W >= 35) = 0.1272 from
     * their table, shift 0.305.
     */
    @Test
    void agreesWithHollanderAndWolfesTable() {
        RankSum ranks = new RankSum(
                new double[] {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46},
                new double[] {1.15, 0.88, 0.90, 0.74, 1.21});
        assertEquals(35, ranks.statistic());
        assertEquals(0.1272, ranks.pValue(Direction.INCREASE), 5e-5);
        assertEquals(0.305, ranks.shift(), 1e-12);
    }

    static Stream<Oracles> pwilcox() {
        return Oracles.of("pwilcox");
    }

    @ParameterizedTest
    @MethodSource("pwilcox")
    void exactDistributionAgreesWithR(Oracles r) {
        RankSum.UDistribution u = new RankSum.UDistribution((int) r.whole(1), (int) r.whole(2));
        assertClose(r.number(4), u.atMost(r.whole(3)), "pwilcox");
        assertEquals(r.whole(5), u.quantile(0.01));
        assertEquals(r.whole(6), u.quantile(0.025));
    }

    /** Counted in whole numbers by Mann and Whitney's recurrence: f(n, m, u) = f(n-1, m, u-m) + f(n, m-1, u). */
    @Test
    void exactDistributionKeepsItsDigitsAtTheLargestSizes() {
        int n = 49;
        BigInteger[][] f = new BigInteger[n + 1][];
        for (int i = 0; i <= n; i++) {
            f[i] = new BigInteger[] {BigInteger.ONE};
        }
        for (int m = 1; m <= n; m++) {
            for (int i = 1; i <= n; i++) {
                BigInteger[] next = new BigInteger[i * m + 1];
                for (int u = 0; u < next.length; u++) {
                    next[u] = at(f[i], u).add(at(f[i - 1], u - m));
                }
                f[i] = next;
            }
        }
        BigInteger all = Arrays.stream(f[n]).reduce(BigInteger.ZERO, BigInteger::add);
        RankSum.UDistribution u = new RankSum.UDistribution(n, n);
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i <= n * n; i++) {
            sum = sum.add(f[n][i]);
            double exact = new java.math.BigDecimal(sum)
                    .divide(new java.math.BigDecimal(all), java.math.MathContext.DECIMAL64)
                    .doubleValue();
            assertEquals(1, u.atMost(i) / exact, 1e-11, "P(U <= " + i + ")");
        }
    }

    private static BigInteger at(BigInteger[] values, int i) {
        return i < 0 || i >= values.length ? BigInteger.ZERO : values[i];
    }

    @Test
    void orderStatisticsAreThoseOfTheSortedDifferences() {
        SplittableRandom random = new SplittableRandom(7);
        for (int trial = 0; trial < 200; trial++) {
            boolean coarse = trial % 2 == 0;
            double[] x = sample(random, 1 + random.nextInt(20), coarse);
            double[] y = sample(random, 1 + random.nextInt(20), coarse);
            double[] all = Arrays.stream(x)
                    .flatMap(a -> Arrays.stream(y).map(b -> a - b))
                    .sorted()
                    .toArray();
            PairwiseDifferences differences = new PairwiseDifferences(x, y);
            for (int k = 1; k <= all.length; k++) {
                assertEquals(all[k - 1] + 0.0, differences.get(k));
            }
            int half = all.length / 2;
            assertEquals(
                    all.length % 2 == 1 ? all[half] : (all[half - 1] + all[half]) / 2, differences.median(), 1e-15);
        }
    }

    private static double[] sample(SplittableRandom random, int size, boolean coarse) {
        return random.doubles(size, -3, 3)
                .map(v -> coarse ? Math.rint(v) + 0.0 : v)
                .sorted()
                .toArray();
    }

    @Test
    void swappingTheSamplesTurnsEverythingRound() {
        double[] x = {3, 1, 4, 1.5, 9, 2.6};
        double[] y = {5.3, 5.8, 9.7, 9.3, 2.3, 8.4, 6.2};
        RankSum there = new RankSum(x, y);
        RankSum back = new RankSum(y, x);
        assertEquals(-there.shift(), back.shift(), 1e-15);
        assertEquals(-there.interval(0.9).lo(), back.interval(0.9).hi(), 1e-15);
        assertEquals(there.pValue(Direction.INCREASE), back.pValue(Direction.DECREASE), 1e-15);
        assertEquals(1, there.superiority() + back.superiority(), 1e-15);
    }

    /** Budget of 5 ms; what is asserted is that no two million differences are laid out: ten times that on any machine. */
    @Test
    void twoDaysOfMinutesTakeMilliseconds() {
        SplittableRandom random = new SplittableRandom(1);
        double[] x = random.doubles(1440).toArray();
        double[] y = random.doubles(1440).toArray();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 60; i++) {
            long start = System.nanoTime();
            RankSum ranks = new RankSum(x, y);
            assertTrue(ranks.interval(0.98).lo() < ranks.shift() && ranks.pValue(Direction.EITHER) > 0);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("Mann-Whitney with interval, 2 x 1,440 points: " + best / 1000 + " us at best");
        assertTrue(best < 50_000_000, best + " ns");
    }
}

package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is approximated agrees with what is summed, and costs no more for a trillion requests than for a million. */
class LargeCountsTest {

    private static final double NEVER = Double.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "4_000_000, 4_000_000, 400_000, 1",
        "4_000_000, 4_000_000, 400_000, 1.25",
        "1_000_000, 20_000_000, 2_500_000, 1.25",
        "20_000_000, 1_000_000, 2_500_000, 0.8",
        "900_000, 900_000, 900_000, 3"
    })
    void splitsAgreeWithTheExactOnes(String canary, String stable, String failures, double odds) {
        long n = number(canary);
        long m = number(stable);
        long k = number(failures);
        NoncentralHypergeometric exact = new NoncentralHypergeometric(n, m, k, odds, NEVER);
        NoncentralHypergeometric approximate = new NoncentralHypergeometric(n, m, k, odds, 0);
        LargeCounts large = new LargeCounts(n, m, k, odds);
        double sd = Math.sqrt(large.variance());
        assertTrue(sd > 250, "at the size where the one gives way to the other: " + sd);
        for (double z : new double[] {-8, -4, -2, -1, -0.2, 0, 0.2, 1, 2, 4, 8, 15}) {
            long x = Math.round(large.mean() + z * sd);
            assertEquals(
                    1, approximate.atLeast(x) / exact.atLeast(x), 1e-4, "P(X >= " + x + "), " + z + " deviations off");
            assertEquals(
                    1, approximate.atMost(x) / exact.atMost(x), 1e-4, "P(X <= " + x + "), " + z + " deviations off");
            assertEquals(
                    exact.moments(x).logProbability(), approximate.moments(x).logProbability(), 1e-4);
        }
        assertEquals(exact.moments(0).mean(), approximate.moments(0).mean(), 0.01 * sd);
    }

    @ParameterizedTest
    @CsvSource({
        "20_000_000, 20_000, 0.001",
        "20_000_000, 21_000, 0.001",
        "50_000_000, 25_000_000, 0.5",
        "11_000_000, 1_100, 0.0001"
    })
    void binomialTailsAgreeWithTheExactOnes(String requests, String failures, double rate) {
        long n = number(requests);
        long k = number(failures);
        double exact = BetaDistribution.of(k, n - k + 1.0).cumulativeProbability(rate);
        assertEquals(1, LargeCounts.binomialAtLeast(k, n, rate) / exact, 1e-4);
    }

    @Test
    void ratesThatWouldBeSeenAgree() {
        long n = 20_000_000;
        double exact = BetaDistribution.of(40_000, n - 40_000 + 1.0).inverseCumulativeProbability(0.8);
        assertEquals(exact, Power.rateReaching(40_000, n, 0.8), exact * 1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1_000_000_000", "1_000_000_000_000", "1_000_000_000_000_000"})
    void theCostDoesNotGrowWithTheCounts(String requests) {
        long n = number(requests);
        Counts canary = new Counts(n / 100 + n / 10_000, n);
        Counts stable = new Counts(n / 10, 10 * n);
        // Minutes each where probabilities are summed.
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        Verdict.PASS,
                        CountTest.of(Comparison.DEFAULT).judge(canary, stable).verdict());
                SequentialCounts sequence = SequentialCounts.start(Comparison.DEFAULT, 0.001);
                for (int tick = 0; tick < 10; tick++) {
                    sequence = sequence.plus(canary, stable);
                }
                assertTrue(sequence.judgment().estimate() > 0.9
                        && sequence.judgment().estimate() < 1.2);
            }
        });
    }

    @Test
    void harmAmongATrillionRequestsIsSeen() {
        long n = 1_000_000_000_000L;
        Judgment judgment = CountTest.of(Comparison.DEFAULT).judge(new Counts(n / 10, n), new Counts(n / 100, n));
        assertEquals(Verdict.HIGH, judgment.verdict(), judgment.explanation());
        assertEquals(11, judgment.estimate(), 0.01);
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }
}

package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TickSplitTest {

    @ParameterizedTest
    @CsvSource({
        "0, 10, 3, 40",
        "3, 40, 0, 4000",
        "40, 40, 1, 10",
        "150, 600, 1350, 5400",
        "600, 600, 5000, 5400",
        "2, 10, 38, 40",
        "5000, 6000, 4000, 90000"
    })
    void isTheDistributionWorkedOutOneByOne(long x, long n, long y, long m) {
        TickSplit split = new TickSplit(new Counts(x, n), new Counts(y, m));
        for (double logOdds = -7; logOdds <= 7; logOdds += 0.7) {
            NoncentralHypergeometric.Moments one =
                    new NoncentralHypergeometric(n, m, x + y, Math.exp(logOdds)).moments(x);
            assertEquals(
                    one.logProbability(),
                    split.moments(logOdds).logProbability(),
                    1e-9 * (1 + Math.abs(one.logProbability())));
            assertEquals(one.mean(), split.moments(logOdds).mean(), 1e-9 * (1 + one.mean()));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 0, 40", "10, 10, 40, 40", "0, 0, 3, 40", "3, 10, 0, 0"})
    void saysNothingWhereItCouldNotHaveBeenOtherwise(long x, long n, long y, long m) {
        assertTrue(new TickSplit(new Counts(x, n), new Counts(y, m)).isEmpty());
    }
}

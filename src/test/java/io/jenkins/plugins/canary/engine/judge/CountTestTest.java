package io.jenkins.plugins.canary.engine.judge;

import static io.jenkins.plugins.canary.engine.judge.Oracles.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CountTestTest {

    private static final Comparison RISE = new Comparison(Direction.INCREASE, 0.25, 0.98, Unit.RATIO);
    private static final CountTest TEST = CountTest.of(RISE);

    static Stream<Oracles> fisher() {
        return Oracles.of("fisher");
    }

    /** R's fisher.test(..., or =, alternative =), and its equations for estimate and interval solved more finely. */
    @ParameterizedTest
    @MethodSource("fisher")
    void agreesWithR(Oracles r) {
        OddsRatio odds = new OddsRatio(new Counts(r.whole(1), r.whole(2)), new Counts(r.whole(3), r.whole(4)));
        assertClose(r.number(5), odds.pAtMost(1), "p, greater");
        assertClose(r.number(6), odds.pAtLeast(1), "p, less");
        assertClose(r.number(7), odds.pAtMost(1.25), "p, greater than 1.25");
        assertClose(r.number(8), odds.pAtLeast(0.8), "p, less than 0.8");
        if (r.whole(1) + r.whole(3) > 0 && r.whole(1) + r.whole(3) < r.whole(2) + r.whole(4)) {
            assertClose(r.number(9), odds.estimate(), "odds ratio");
            Judgment.Interval interval = odds.interval(0.98);
            assertClose(r.number(10), interval.lo(), "lower end");
            assertClose(r.number(11), interval.hi(), "upper end");
        }
    }

    static Stream<Oracles> binom() {
        return Oracles.of("binom");
    }

    @ParameterizedTest
    @MethodSource("binom")
    void floorAgreesWithBinomTest(Oracles r) {
        assertClose(r.number(4), Power.reaching(r.whole(1), r.whole(2), r.number(3)), "p, greater");
    }

    static Stream<Oracles> clopper() {
        return Oracles.of("clopper");
    }

    @ParameterizedTest
    @MethodSource("clopper")
    void caughtRateAgreesWithClopperAndPearson(Oracles r) {
        assertClose(r.number(3), Power.rateReaching(r.whole(1) + 1, r.whole(2), 0.95), "upper end");
    }

    /** Fisher, The Design of Experiments (1935): the lady told 3 of 4 cups right; 17 of 70 orders are as good. */
    @Test
    void agreesWithTheTeaTasting() {
        assertEquals(17.0 / 70, new OddsRatio(new Counts(3, 4), new Counts(1, 4)).pAtMost(1), 1e-12);
    }

    @Test
    void threeErrorsInFortyAreSeenAndOneIsNot() {
        Counts stable = new Counts(0, 4000);
        Judgment three = TEST.judge(new Counts(3, 40), stable);
        assertEquals(Verdict.HIGH, three.verdict(), three.explanation());
        assertTrue(three.explanation().contains("3 of 40"), three.explanation());
        Judgment one = TEST.judge(new Counts(1, 40), stable);
        assertEquals(Verdict.PASS, one.verdict(), one.explanation());
        assertEquals(
                Verdict.PASS,
                CountTest.of(RISE.direction(Direction.EITHER))
                        .judge(new Counts(1, 40), stable)
                        .verdict());
        assertTrue(one.pValue() < 0.01, "Fisher alone would have stopped: " + one.pValue());
    }

    @ParameterizedTest
    @CsvSource({
        "0,   0,    0, 4000, NODATA", // no request on canary
        "0,  40,    0,    0, NODATA", // none on stable: nothing to compare with
        "0,   3,    0, 4000, NODATA", // three requests prove nothing good
        "3,   3,    0, 4000, HIGH", // and can prove harm
        "0,  40,    0, 4000, PASS",
        "40, 40, 4000, 4000, PASS", // all fail on both
        "10, 1000, 10, 1000, PASS",
        "12, 10000, 80, 90000, PASS", // 0.12% against 0.09%: within chance
        "400, 10000, 900, 90000, HIGH",
        "5, 1000000, 0, 1000000, PASS" // five in a million are below the floor
    })
    void judges(long x, long n, long y, long m, Verdict verdict) {
        Judgment j = TEST.judge(new Counts(x, n), new Counts(y, m));
        assertEquals(verdict, j.verdict(), j.explanation());
    }

    @Test
    void fewerFailuresMatterOnlyWhenAskedFor() {
        Counts canary = new Counts(10, 10_000);
        Counts stable = new Counts(2_000, 90_000);
        assertEquals(Verdict.PASS, TEST.judge(canary, stable).verdict());
        assertEquals(
                Verdict.LOW,
                CountTest.of(RISE.direction(Direction.EITHER))
                        .judge(canary, stable)
                        .verdict());
        Judgment low = CountTest.of(RISE.direction(Direction.DECREASE)).judge(canary, stable);
        assertEquals(Verdict.LOW, low.verdict());
        assertTrue(low.detectable() > 0 && low.detectable() < stable.rate(), "" + low.detectable());
    }

    @Test
    void toleranceIsARatioOfOdds() {
        Counts stable = new Counts(1_000, 100_000);
        assertEquals(
                Verdict.PASS, TEST.judge(new Counts(1_200, 100_000), stable).verdict());
        assertEquals(
                Verdict.HIGH,
                CountTest.of(RISE.tolerance(0))
                        .judge(new Counts(1_200, 100_000), stable)
                        .verdict());
        assertEquals(
                Verdict.HIGH, TEST.judge(new Counts(1_500, 100_000), stable).verdict());
    }

    /** The critical number of failures by counting, the rate by summing binomial probabilities. */
    @Test
    void detectableIsCaughtNineteenTimesInTwenty() {
        Counts stable = new Counts(5, 4_000);
        Judgment j = TEST.judge(new Counts(0, 200), stable);
        int fewest = 0;
        while (TEST.judge(new Counts(fewest, 200), stable).verdict() != Verdict.HIGH) {
            fewest++;
        }
        double rate = stable.rate() + j.detectable();
        double missed = 0;
        double p = Math.pow(1 - rate, 200);
        for (int x = 0; x < fewest; x++) {
            missed += p;
            p *= (200.0 - x) / (x + 1) * rate / (1 - rate);
        }
        assertEquals(0.05, missed, 1e-9);
    }

    /** Both error rates equal, tolerance and floor off: over all outcomes harm is called with at most its level. */
    @ParameterizedTest
    @CsvSource({"0.01", "0.05", "0.2", "0.5"})
    void falseAlarmsStayWithinTheLevelExactly(double rate) {
        CountTest strict = new CountTest(RISE.tolerance(0), 0, 1);
        double[] canary = binomial(30, rate);
        double[] stable = binomial(90, rate);
        double alarms = 0;
        for (int x = 0; x <= 30; x++) {
            for (int y = 0; y <= 90; y++) {
                alarms += strict.worse(new Counts(x, 30), new Counts(y, 90)) ? canary[x] * stable[y] : 0;
            }
        }
        assertTrue(alarms <= 0.01, "" + alarms);
    }

    private static double[] binomial(int n, double rate) {
        double[] p = new double[n + 1];
        p[0] = Math.pow(1 - rate, n);
        for (int x = 0; x < n; x++) {
            p[x + 1] = p[x] * (n - x) / (x + 1) * rate / (1 - rate);
        }
        return p;
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Counts(-1, 10));
        assertThrows(IllegalArgumentException.class, () -> new Counts(0, -10));
        String says = assertThrows(IllegalArgumentException.class, () -> new Counts(11, 10))
                .getMessage();
        assertTrue(says.contains("11 of 10"), says);
        assertThrows(IllegalArgumentException.class, () -> new CountTest(RISE, 1, 20));
    }

    @Test
    void aMillionRequestsAreNoObstacle() {
        long start = System.nanoTime();
        Judgment j = TEST.judge(new Counts(60_000, 1_000_000), new Counts(500_000, 10_000_000));
        assertEquals(Verdict.PASS, j.verdict(), j.explanation());
        assertEquals(
                Verdict.HIGH,
                TEST.judge(new Counts(66_000, 1_000_000), new Counts(500_000, 10_000_000))
                        .verdict());
        System.out.println("two count tests of millions: " + (System.nanoTime() - start) / 1000 + " us");
        assertEquals(1.2128, j.estimate(), 1e-3);
    }
}

package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetectabilityTest {

    private static final Weight FIVE = Weight.ofPercent(5);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final CountTest COUNTS = CountTest.of(new Comparison(Direction.INCREASE, 0.25, 0.98, Unit.RATIO));
    private static final double QBETA_95_4_297 = 0.025641393082609598;
    private static final double PBINOM_3_300 = 0.0033107438499640992;
    private static final Detectability SERVICE = new Detectability(20, 0.002);

    /** R: qbeta(0.95, 4, 297), the rate at which more than 1% of 300 requests fail with 95% probability. */
    @Test
    void saysWhatAThresholdCanSee() {
        Detectability.Finding f = SERVICE.threshold(FIVE, FIVE_MINUTES, 0.01, FIVE_MINUTES);
        assertEquals(300, f.requests());
        assertEquals(QBETA_95_4_297, f.caught(), 1e-9);
        // R: pbinom(3, 300, 0.002, lower.tail = FALSE)
        assertEquals(PBINOM_3_300, f.falseStops(), 1e-12);
        assertTrue(
                f.explanation()
                        .startsWith(
                                "5% for 5 min at 20/s: 300 requests; only a rise of the error rate above 2.56% is likely"),
                f.explanation());
    }

    @Test
    void severalWindowsStopMoreGoodReleases() {
        Detectability.Finding one = SERVICE.threshold(FIVE, FIVE_MINUTES, 0.01, FIVE_MINUTES);
        Detectability.Finding six = SERVICE.threshold(FIVE, Duration.ofMinutes(30), 0.01, FIVE_MINUTES);
        assertEquals(1 - Math.pow(1 - one.falseStops(), 6), six.falseStops(), 1e-12);
        assertTrue(six.caught() < one.caught());
    }

    @Test
    void whatTheCountTestCatchesIsCaughtInSimulation() {
        Detectability.Finding f = SERVICE.counts(FIVE, FIVE_MINUTES, COUNTS);
        Trials caught = Trials.run(1_500, seed -> {
            Random random = new Random(seed);
            return COUNTS.worse(
                    CoverageTest.binomial(random, 300, f.caught()), CoverageTest.binomial(random, 5_700, 0.002));
        });
        caught.assertAtLeast(0.945, "the rate that is caught with 95% probability was caught");
        caught.assertAtMost(0.955, "the rate that is caught with 95% probability was caught");
        Trials.run(1_500, seed -> {
                    Random random = new Random(seed);
                    return COUNTS.worse(
                            CoverageTest.binomial(random, 300, 0.002), CoverageTest.binomial(random, 5_700, 0.002));
                })
                .assertAtMost(Math.max(f.falseStops(), 1e-4), "a good release was stopped");
        assertTrue(f.falseStops() < 0.01, "" + f.falseStops());
    }

    @Test
    void proposesHoldAndWeightThatSee() {
        Duration hold = SERVICE.holdFor(FIVE, COUNTS, 0.01);
        assertTrue(SERVICE.counts(FIVE, hold, COUNTS).caught() <= 0.01, hold.toString());
        assertTrue(SERVICE.counts(FIVE, hold.minusMinutes(2), COUNTS).caught() > 0.0095, hold.toString());
        Weight weight = SERVICE.weightFor(FIVE_MINUTES, COUNTS, 0.02);
        assertTrue(
                weight.compareTo(FIVE) > 0
                        && SERVICE.counts(weight, FIVE_MINUTES, COUNTS).caught() <= 0.02,
                weight.toString());
        assertNull(
                SERVICE.weightFor(Duration.ofSeconds(10), COUNTS, 0.003),
                "200 requests cannot see three in a thousand");
    }

    @Test
    void aPhaseWithoutRequestsIsBlind() {
        Detectability idle = new Detectability(0.01, 0.002);
        Detectability.Finding f = idle.counts(FIVE, FIVE_MINUTES, COUNTS);
        assertTrue(Double.isNaN(f.caught()));
        assertTrue(f.explanation().contains("no rise of the error rate is likely to be seen"), f.explanation());
        assertTrue(Double.isNaN(
                idle.threshold(FIVE, FIVE_MINUTES, 0.01, FIVE_MINUTES).caught()));
    }

    @Test
    void largeServicesAreNoObstacle() {
        Detectability.Finding f =
                new Detectability(200_000, 0.0005).counts(Weight.ofPercent(50), Duration.ofHours(6), COUNTS);
        assertEquals(0.001, f.caught(), 1e-4, "the floor bounds what is sought");
    }

    /** Found nineteen times in twenty, in normal values, which is what the formula's efficiency is for. */
    @Test
    void latencyThatIsCaughtIsCaughtInSimulation() {
        Comparison rise = new Comparison(Direction.INCREASE, 0.1, 0.98, Unit.SECONDS);
        double caught = Detectability.latency(60, 60, 0.3, rise);
        MannWhitney test = MannWhitney.of(rise);
        Trials t = Trials.run(1_500, seed -> {
            Random random = new Random(seed);
            return test.judge(
                                    random.doubles(60)
                                            .map(u -> 1 + caught + 0.3 * random.nextGaussian())
                                            .toArray(),
                                    random.doubles(60)
                                            .map(u -> 1 + 0.3 * random.nextGaussian())
                                            .toArray())
                            .verdict()
                    == Verdict.HIGH;
        });
        t.assertAtLeast(0.93, "the latency that is caught with 95% probability was caught");
        t.assertAtMost(0.97, "the latency that is caught with 95% probability was caught");
    }

    @Test
    void ratesThatMakeNoSenseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Detectability(0, 0.01));
        assertThrows(IllegalArgumentException.class, () -> new Detectability(20, 1));
        assertThrows(IllegalArgumentException.class, () -> new Detectability(20, -0.1));
    }
}

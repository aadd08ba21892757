package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.SequentialCounts.RateSequence;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequentialTestTest {

    /** A loose promise, so that few seeds suffice to tell keeping it from breaking it. */
    private static final Comparison RISE = new Comparison(Direction.INCREASE, 0.25, 0.9, Unit.RATIO);

    private static double odds(double rate) {
        return rate / (1 - rate);
    }

    /** The rate whose odds are so many times those of another. */
    private static double times(double ratio, double rate) {
        return ratio * odds(rate) / (1 + ratio * odds(rate));
    }

    /** The error rate of both swings over a day; the canary's odds are as high as the tolerance just allows. */
    @Test
    void countsLookedAtEveryTickKeepTheirPromise() {
        Trials.run(2_000, seed -> {
                    Random random = new Random(seed);
                    SequentialCounts state = SequentialCounts.start(RISE, 0.001);
                    for (int tick = 0; tick < 200 && state.ended() == null; tick++) {
                        double rate = 0.03 + 0.025 * Math.sin(tick / 20.0);
                        state = state.plus(
                                CoverageTest.binomial(random, 30, times(1.25, rate)),
                                CoverageTest.binomial(random, 100, rate));
                    }
                    return state.ended() == Verdict.HIGH;
                })
                .assertAtMost(0.05, "harm called on counts at the edge of the tolerance");
    }

    @Test
    void countsIntervalHoldsAtAllTicksTogether() {
        Trials.run(400, seed -> {
                    Random random = new Random(seed);
                    OddsSequence odds = OddsSequence.START;
                    for (int tick = 0; tick < 150; tick++) {
                        odds = odds.plus(new TickSplit(
                                CoverageTest.binomial(random, 50, times(3, 0.02)),
                                CoverageTest.binomial(random, 150, 0.02)));
                        Judgment.Interval i = odds.interval(0.1);
                        if (i.lo() > 3 || i.hi() < 3) {
                            return true;
                        }
                    }
                    return false;
                })
                .assertAtMost(0.1, "the odds ratio was outside at some tick");
    }

    /** Given two failures, one hit among tracks of equal size: the mixture by hand over a grid. */
    @Test
    void countsMixtureIsTheLikelihoodRatio() {
        OddsSequence odds = OddsSequence.START.plus(new TickSplit(new Counts(2, 10), new Counts(0, 10)));
        double mixture = 0;
        double prior = 0;
        for (int g = -70; g <= 70; g++) {
            double psi = Math.exp(g * 0.1);
            double weight = Math.exp(-Math.abs(g * 0.1));
            prior += weight;
            // C(10,x) C(10,2-x) psi^x for x = 0, 1, 2
            mixture += weight * 45 * psi * psi / (45 + 100 * psi + 45 * psi * psi);
        }
        assertEquals((45 / 190.0) / (mixture / prior), odds.pValue(Direction.EITHER), 1e-12);
    }

    @Test
    void manyTicksAreTheSumOfTheirLikelihoods() {
        OddsSequence odds = OddsSequence.START;
        for (int i = 0; i < 400; i++) {
            odds = odds.plus(new TickSplit(new Counts(6, 100), new Counts(9, 300)));
        }
        double truth = odds(0.06) / odds(0.03);
        assertEquals(truth, odds.estimate(), 0.1);
        // Woolf's standard error of the log odds ratio; looking always costs about twice the ordinary 2.3 of them.
        double error = Math.sqrt(1 / 2400.0 + 1 / 37600.0 + 1 / 3600.0 + 1 / 116400.0);
        Judgment.Interval i = odds.interval(0.02);
        assertTrue(i.lo() < truth && truth < i.hi(), i.toString());
        assertTrue(
                Math.log(i.hi() / i.lo()) > 2 * 2.3 * error && Math.log(i.hi() / i.lo()) < 2 * 4.6 * error,
                i.toString());
    }

    @Test
    void countsEndEarlyBothWays() {
        Random random = new Random(5);
        SequentialCounts bad = SequentialCounts.start(RISE, 0.001);
        int ticks = 0;
        for (; ticks < 100 && bad.ended() == null; ticks++) {
            bad = bad.plus(CoverageTest.binomial(random, 100, 0.06), CoverageTest.binomial(random, 1900, 0.01));
        }
        assertEquals(Verdict.HIGH, bad.ended());
        assertTrue(ticks < 10, "harm sixfold was seen after " + ticks + " ticks");
        SequentialCounts good = SequentialCounts.start(RISE, 0.001);
        for (ticks = 0; ticks < 200 && good.ended() == null; ticks++) {
            good = good.plus(new Counts(0, 100), new Counts(0, 1900));
        }
        assertEquals(Verdict.PASS, good.ended());
        assertTrue(
                ticks > 20 && ticks < 100,
                "below the floor of one in a thousand after " + ticks + " ticks of 100 requests");
    }

    @Test
    void threeErrorsInFortyAreSeenAndOneIsNot() {
        Comparison usual = RISE.confidence(0.98);
        SequentialCounts start = SequentialCounts.start(usual, 0.001).plus(new Counts(0, 20), new Counts(0, 2000));
        SequentialCounts three = start.plus(new Counts(3, 20), new Counts(0, 2000));
        assertNull(three.ended(), "a fault may fail all requests of a moment");
        SequentialCounts more = three;
        for (int tick = 0; tick < 2; tick++) {
            more = more.plus(new Counts(3, 20), new Counts(0, 2000));
        }
        assertEquals(Verdict.HIGH, more.ended());
        SequentialCounts one = start.plus(new Counts(1, 20), new Counts(0, 2000));
        assertNull(one.ended());
        assertEquals(Verdict.NODATA, one.judgment().verdict(), "undecided is no pass");
        assertTrue(
                one.judgment().explanation().contains("1 of 40"), one.judgment().explanation());
        assertTrue(
                one.judgment().detectable() > 0.05 && one.judgment().detectable() < 0.3,
                "" + one.judgment().detectable());
    }

    /** Some number of failures is the first that is called harm; a rate that reaches it with 95% is detectable. */
    @ParameterizedTest
    @CsvSource({"300, 40, 5700", "3000, 0, 3000", "20000, 300, 80000"})
    void whatIsDetectableIsNearWhatIsDetected(long requests, long failures, long total) {
        Comparison usual = RISE.confidence(0.98);
        Counts stable = new Counts(failures, total);
        long first = 1;
        while (inTicks(SequentialCounts.start(usual, 0.001), new Counts(first, requests), stable)
                        .ended()
                != Verdict.HIGH) {
            first++;
        }
        double truth = Power.rateReaching(first, requests, 0.95) - stable.rate();
        double said = inTicks(SequentialCounts.start(usual, 0.001), new Counts(0, requests), stable)
                .judgment()
                .detectable();
        assertTrue(
                said > 0.8 * truth && said < 1.25 * truth,
                said + " against " + truth + " from " + first + " failures on");
    }

    /** Spread evenly over 20 ticks. */
    private static SequentialCounts inTicks(SequentialCounts start, Counts canary, Counts stable) {
        SequentialCounts state = start;
        for (int tick = 0; tick < 20; tick++) {
            state = state.plus(part(canary, tick), part(stable, tick));
        }
        return state;
    }

    private static Counts part(Counts of, int tick) {
        return new Counts(
                of.failures() * (tick + 1) / 20 - of.failures() * tick / 20,
                of.total() * (tick + 1) / 20 - of.total() * tick / 20);
    }

    /** A whole rollout's worth of requests in two ticks, and an outcome far from everything that was to be expected. */
    @Test
    void farOutcomesOfManyRequestsAreCounted() {
        SequentialCounts all = SequentialCounts.start(RISE, 0.001)
                .plus(new Counts(1_000_000, 1_000_000), new Counts(0, 10_000_000))
                .plus(new Counts(1_000_000, 1_000_000), new Counts(0, 10_000_000));
        assertEquals(Verdict.HIGH, all.ended());
        assertEquals(0, all.judgment().pValue(), 1e-300);
    }

    @Test
    void anEndIsFinal() {
        SequentialCounts ended = SequentialCounts.start(RISE, 0.001)
                .plus(new Counts(30, 40), new Counts(0, 4000))
                .plus(new Counts(30, 40), new Counts(0, 4000));
        assertEquals(Verdict.HIGH, ended.ended());
        assertEquals(
                Verdict.HIGH,
                ended.plus(new Counts(0, 100_000), new Counts(0, 4000)).ended());
    }

    @Test
    void noRequestsAreNoData() {
        SequentialCounts none = SequentialCounts.start(RISE, 0.001).plus(Counts.NONE, new Counts(3, 40));
        assertEquals(Verdict.NODATA, none.judgment().verdict());
        assertThrows(IllegalArgumentException.class, () -> SequentialCounts.start(RISE, 0));
    }

    @Test
    void rateSequenceKeepsItsPromise() {
        Trials.run(1_000, seed -> {
                    Random random = new Random(seed);
                    RateSequence rate = RateSequence.START;
                    for (int i = 0; i < 300; i++) {
                        rate = rate.plus(CoverageTest.binomial(random, 10, 0.02));
                        if (rate.above(0.02, 0.1, 1) || rate.below(0.02, 0.1, 1)) {
                            return true;
                        }
                    }
                    return false;
                })
                .assertAtMost(0.1, "the true rate was excluded at some tick");
    }

    /** Long tails as of a log ratio of Pareto values: the difference of two exponential ones. */
    private static double longTailed(Random random) {
        return 100 * (Math.log(random.nextDouble()) - Math.log(random.nextDouble()));
    }

    private static boolean everMisses(Random random, boolean longTails, boolean naive) {
        MeanSequence s = MeanSequence.START;
        for (int i = 0; i < 500; i++) {
            s = s.plus(5 + (longTails ? longTailed(random) : 100 * random.nextGaussian()));
            Judgment.Interval interval = naive && s.n() > 2
                    ? new Judgment.Interval(s.mean() - 1.96 * s.error(), s.mean() + 1.96 * s.error())
                    : s.interval(0.05);
            if (interval.lo() > 5 || interval.hi() < 5) {
                return true;
            }
        }
        return false;
    }

    @Test
    void meanIntervalHoldsAtAllTicksTogether() {
        Trials.run(4_000, seed -> everMisses(new Random(seed), false, false))
                .assertAtMost(0.05, "the mean of normal values was outside at some tick");
        Trials.run(4_000, seed -> everMisses(new Random(seed), true, false))
                .assertAtMost(0.05, "the mean of long-tailed values was outside at some tick");
        Trials.run(1_000, seed -> everMisses(new Random(seed), false, true))
                .assertAtLeast(0.3, "an ordinary 95% interval misses at some tick");
    }

    /** Wang and Ramdas (2023): the mixture by numerical integration over the effect and the scale. */
    @Test
    void meanMixtureIsTheIntegralItClaimsToBe() {
        double[] values = {0.8, 2.1, -0.4, 1.7, 1.1};
        MeanSequence s = MeanSequence.START;
        for (double v : values) {
            s = s.plus(v);
        }
        double with = 0;
        double without = 0;
        double c = 2; // the root of the prior's c^2 = 4
        for (double logSigma = -6; logSigma < 6; logSigma += 0.01) {
            double sigma = Math.exp(logSigma);
            without += density(values, 0, sigma);
            for (double effect = -4; effect <= 4; effect += 0.01) {
                with += density(values, effect * sigma, sigma)
                        * c
                        / Math.sqrt(2 * Math.PI)
                        * Math.exp(-effect * effect * c * c / 2)
                        * 0.01;
            }
        }
        assertEquals(without / with, s.pValue(Direction.EITHER), 1e-4);
        double alpha = s.pValue(Direction.EITHER);
        // At the level of the p-value the interval just ends at the hypothesis.
        assertEquals(0, s.interval(alpha).lo(), 1e-9);
    }

    private static double density(double[] values, double mean, double sigma) {
        double product = 1;
        for (double v : values) {
            double z = (v - mean) / sigma;
            product *= Math.exp(-z * z / 2) / sigma;
        }
        return product;
    }

    /** Latency that swings with the day on both tracks, with long tails; the canary is at the edge of the tolerance. */
    private static SequentialMeans atTheEdge(long seed, double factor) {
        Random random = new Random(seed);
        SequentialMeans state = SequentialMeans.start(RISE.direction(Direction.EITHER));
        for (int tick = 0; tick < 300 && state.ended() == null; tick++) {
            double load = 100 + 50 * Math.sin(tick / 40.0);
            state = state.plus(factor * load * Math.exp(random.nextGaussian()), load * Math.exp(random.nextGaussian()));
        }
        return state;
    }

    @Test
    void meansLookedAtEveryTickKeepTheirPromiseBothWays() {
        Trials.run(2_000, seed -> atTheEdge(seed, 1.25).ended() == Verdict.HIGH)
                .assertAtMost(0.05, "harm called at the edge of the tolerance");
        Trials.run(2_000, seed -> atTheEdge(seed, 1.2501).ended() == Verdict.PASS)
                .assertAtMost(0.05, "pass called at the edge of the tolerance");
        Trials.run(
                        2_000,
                        seed -> Verdict.HIGH == atTheEdge(seed, 1).ended()
                                || Verdict.LOW == atTheEdge(seed, 1).ended())
                .assertAtMost(0.1, "harm called on a safe release");
    }

    @Test
    void meansEndEarlyBothWays() {
        assertEquals(Verdict.HIGH, run(1.6, Direction.INCREASE, 60).ended());
        assertEquals(Verdict.PASS, run(1.0, Direction.INCREASE, 60).ended());
        assertEquals(Verdict.PASS, run(1.0, Direction.EITHER, 60).ended());
        assertEquals(Verdict.LOW, run(0.5, Direction.EITHER, 60).ended());
        assertNull(run(1.25, Direction.EITHER, 20).ended());
        Judgment high = run(1.6, Direction.INCREASE, 60).judgment();
        assertTrue(
                high.pValue() < 0.05
                        && high.interval().lo() > 1.25
                        && high.effect().ratio() > 1.3,
                high.toString());
    }

    private static SequentialMeans run(double factor, Direction direction, int ticks) {
        Random random = new Random(3);
        SequentialMeans state = SequentialMeans.start(RISE.direction(direction));
        for (int i = 0; i < ticks && state.ended() == null; i++) {
            state = state.plus(
                    factor * 100 * Math.exp(0.2 * random.nextGaussian()), 100 * Math.exp(0.2 * random.nextGaussian()));
        }
        return state;
    }

    @Test
    void deadOrMissingMetricsNeverPass() {
        SequentialMeans constant = SequentialMeans.start(RISE);
        SequentialMeans missing = SequentialMeans.start(RISE);
        SequentialMeans overlapping = SequentialMeans.start(RISE);
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            constant = constant.plus(1, 1);
            missing = missing.plus(Double.NaN, i % 2 == 0 ? 3 : Double.POSITIVE_INFINITY);
            double both = random.nextDouble();
            overlapping = overlapping.plus(both, both);
        }
        SequentialMeans gaps = SequentialMeans.start(RISE);
        for (int i = 0; i < 500; i++) {
            gaps = gaps.plus(i % 4 == 0 ? 0 : 1 + 0.1 * random.nextDouble(), 1 + 0.1 * random.nextDouble());
        }
        for (SequentialMeans s : new SequentialMeans[] {constant, missing, overlapping, gaps}) {
            assertNull(s.ended());
            assertEquals(Verdict.NODATA, s.judgment().verdict(), s.judgment().explanation());
        }
        assertTrue(
                missing.judgment().explanation().contains("500 ticks left out"),
                missing.judgment().explanation());
    }
}

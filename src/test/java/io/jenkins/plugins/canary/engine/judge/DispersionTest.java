package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What requests share is seen in stable's ticks, and makes them say less. */
class DispersionTest {

    private static final Comparison RISE = new Comparison(Direction.INCREASE, 0.25, 0.95, Unit.RATIO);
    private static final Counts CANARY = new Counts(0, 75);

    private static Counts clustered(Random random, int requests, double clusters, int size) {
        long failed = 0;
        for (double left = clusters - Math.log(1 / random.nextDouble()); left > 0; failed += size) {
            left += Math.log(random.nextDouble());
        }
        return new Counts(Math.min(requests, failed), requests);
    }

    /** McCullagh and Nelder (1989), 9.2: clusters of k failures have k times the variance of single ones. */
    @Test
    void clustersOfFailuresAreSeen() {
        for (int size : new int[] {1, 4, 20}) {
            Random random = new Random(size);
            Dispersion seen = Dispersion.start(Harm.FAILED);
            for (int tick = 0; tick < 2_000; tick++) {
                seen = seen.plus(CANARY, clustered(random, 5_000, 2, size));
            }
            double factor = seen.seen(75, 675);
            assertTrue(factor > 0.7 * size && factor < 1.4 * size, "clusters of " + size + " seen as " + factor);
        }
    }

    /** By hand: 2 of 100, 6 of 100 and 4 of 200, with the cautious two failures of twice the variance beside them. */
    @Test
    void differencesOfNeighboursAreWhatIsMeasured() {
        Dispersion seen = Dispersion.start(Harm.FAILED)
                .plus(CANARY, new Counts(2, 100))
                .plus(CANARY, new Counts(6, 100))
                .plus(CANARY, new Counts(4, 200));
        double first = 50 * 0.04;
        double second = 100 * 200 / 300.0 * 0.04;
        assertEquals(first * first + second * second, seen.squares(), 1e-12);
        assertEquals(
                50 * 0.04 * 0.96 * 200 / 199 + 100 * 200 / 300.0 * (10 / 300.0) * (290 / 300.0) * 300 / 299,
                seen.expected(),
                1e-12);
        assertEquals(2, seen.ticks());
    }

    /** Beta-binomial shares, as Williams (Applied Statistics 31 (1982)) has them: rho is the correlation within a tick. */
    @Test
    void shareOfSlowRequestsThatJumpsIsSeen() {
        for (double rho : new double[] {0, 0.004, 0.06}) {
            Random random = new Random(7);
            Dispersion seen = Dispersion.start(Harm.SLOW);
            for (int tick = 0; tick < 3_000; tick++) {
                double share = 0.25 + Math.sqrt(rho * 0.25 * 0.75) * random.nextGaussian();
                seen = seen.plus(CANARY, CoverageTest.binomial(random, 600, Math.max(0, Math.min(1, share))));
            }
            double factor = seen.seen(75, 675);
            double truth = 1 + 2 * rho * 67.5;
            assertTrue(
                    factor > 0.7 * truth && factor < 1.4 * truth, "rho " + rho + " seen as " + factor + " of " + truth);
        }
    }

    /** Load that moves both tracks, slowly or at once, is no clustering. */
    @Test
    void whatBothTracksShareDoesNotCount() {
        Random random = new Random(3);
        Dispersion seen = Dispersion.start(Harm.FAILED);
        for (int tick = 0; tick < 400; tick++) {
            double rate = 0.03 + 0.02 * Math.sin(tick / 40.0) + (tick % 100 > 95 ? 0.3 : 0);
            seen = seen.plus(CoverageTest.binomial(random, 400, rate), CoverageTest.binomial(random, 675, rate));
        }
        double factor = seen.seen(75, 675);
        assertTrue(factor < 2.5, "drift seen as clusters of " + factor);
    }

    /** Early ticks are not trusted for ever: what they said is worth less once clusters are seen. */
    @Test
    void clustersThatAreSeenLaterDevalueWhatWasSaidBefore() {
        SequentialCounts state = SequentialCounts.start(RISE, 0.001);
        for (int tick = 0; tick < 3; tick++) {
            state = state.plus(new Counts(3, 75), new Counts(7, 675));
        }
        double before = state.odds().worth(1).interval(0.05).lo();
        assertNotEquals(Verdict.HIGH, state.ended());
        Random random = new Random(1);
        for (int tick = 0; tick < 40; tick++) {
            state = state.plus(new Counts(0, 75), clustered(random, 675, 0.5, 20));
        }
        assertTrue(before > 0, "some evidence there was");
        assertNotEquals(Verdict.HIGH, state.ended());
        assertTrue(
                state.judgment().explanation().contains("failures come in clusters: 1,000 requests count as "),
                state.judgment().explanation());
    }

    /** Clients that send a failed request again, and fail again: two equally good versions. */
    @Test
    void retriesAreNotHarm() {
        Trials.run(300, seed -> {
                    Random random = new Random(seed);
                    SequentialCounts state = SequentialCounts.start(RISE, 0.001);
                    for (int tick = 0; tick < 120 && state.ended() != Verdict.HIGH; tick++) {
                        state = state.plus(clustered(random, 75, 0.15, 8), clustered(random, 675, 1.35, 8));
                    }
                    return state.ended() == Verdict.HIGH;
                })
                .assertAtMost(0.025, "harm called on clusters of eight failures");
    }
}

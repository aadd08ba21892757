package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.TrafficShareCheck.Finding;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrafficShareCheckTest {

    private static final Weight FIVE = Weight.ofPercent(5);

    private long canary = 1_000_000;
    private long stable = 3_000_000;
    private TrafficShareCheck check = TrafficShareCheck.begin(new Requests(canary, stable));

    private void requests(long toCanary, long toStable) {
        canary += toCanary;
        stable += toStable;
        check = check.tick(FIVE, new Requests(canary, stable));
    }

    private Finding finding() {
        return check.observed() == null ? null : check.observed().finding();
    }

    @Test
    void fewRequestsProveNothing() {
        requests(2, 40);
        assertNull(finding());
        requests(0, 8);
        assertEquals(Finding.MATCHES, finding());
    }

    @Test
    void fewRequestsContradictWhenChanceCannotExplainThem() {
        requests(20, 0);
        assertEquals(Finding.MORE, finding());
    }

    @Test
    void neitherSilenceNorFewRequestsDisproveAContradiction() {
        requests(1_000, 0);
        assertEquals(Finding.MORE, finding());
        check = check.tick(FIVE, null);
        check = check.tick(FIVE, new Requests(canary, stable));
        requests(1, 19);
        assertTrue(check.contradicts());
        requests(50, 950);
        assertEquals(Finding.MATCHES, finding());
    }

    @Test
    void countersThatBeganAnewAreANewBaseAndNoProof() {
        requests(1_000, 0);
        canary = 5;
        stable = 95;
        check = check.tick(FIVE, new Requests(canary, stable));
        assertTrue(check.contradicts(), "the first look after a restart");
        requests(100, 0);
        assertEquals(Finding.MORE, finding());
        requests(50, 950);
        assertEquals(Finding.MATCHES, finding());
    }

    @Test
    void aCounterThatIsBelowTheLastLookAndAboveTheFirstBeganAnewToo() {
        requests(500, 9_500);
        canary -= 400;
        check = check.tick(FIVE, new Requests(canary, stable));
        requests(0, 10);
        assertFalse(check.contradicts());
    }

    @Test
    void aLateChangeIsSeenAfterHoursOfTheRightShare() {
        for (int i = 0; i < 2_000; i++) {
            requests(75, 1_425);
        }
        assertEquals(Finding.MATCHES, finding());
        requests(1_500, 0);
        assertEquals(Finding.MORE, finding());
        requests(1_500, 0);
        requests(1_500, 0);
        assertTrue(check.breaches());
    }

    @Test
    void aSmallDifferenceIsSeenByManyRequests() {
        for (int i = 0; i < 200 && !check.breaches(); i++) {
            requests(8, 92);
        }
        assertEquals(Finding.MORE, finding());
        assertTrue(check.breaches(), "8% instead of 5%");
    }

    @Test
    void aDifferenceThatIsOverIsForgottenAtOnce() {
        requests(0, 3_000);
        assertEquals(Finding.LESS, finding());
        requests(150, 2_850);
        assertEquals(Finding.MATCHES, finding());
    }

    @Test
    void onlyTicksThatAgreeInARowAreABreach() {
        requests(1_000, 0);
        requests(1_000, 0);
        requests(50, 950);
        requests(1_000, 0);
        requests(1_000, 0);
        assertFalse(check.breaches());
        check = check.tick(FIVE, null);
        assertFalse(check.breaches(), "no answer agrees with nothing");
        requests(1_000, 0);
        assertTrue(check.breaches());
    }

    @Test
    void aContradictionOutlivesAMoveWithinThePhase() {
        requests(1_000, 0);
        check = check.moved(new Requests(canary, stable));
        requests(0, 10);
        assertTrue(check.contradicts());
        requests(1_000, 0);
        requests(1_000, 0);
        assertTrue(check.breaches(), "also of a weight that moves all the time");
    }

    @Test
    void theFiguresAreOfTheWindowThatContradicts() {
        requests(11_725, 0);
        assertEquals("100% observed, 5% set", check.figures(FIVE));
    }

    @Test
    void chanceIsNoBreach() {
        Random random = new Random(7);
        double[] weights = {0.1, 1, 5, 25, 50, 99};
        for (int run = 0; run < 300; run++) {
            Weight weight = Weight.ofPercent(weights[run % weights.length]);
            int perTick = 1 + random.nextInt(run % 3 == 0 ? 2_000 : 40);
            Requests counted = new Requests(0, 0);
            TrafficShareCheck fair = TrafficShareCheck.begin(counted);
            for (int tick = 0; tick < 400; tick++) {
                long toCanary = 0;
                for (int i = 0; i < perTick; i++) {
                    toCanary += random.nextDouble() < weight.share() ? 1 : 0;
                }
                counted = new Requests(counted.canary() + toCanary, counted.stable() + perTick - toCanary);
                fair = fair.tick(weight, counted);
                assertFalse(fair.breaches(), weight + ", " + perTick + " a tick, tick " + tick + ": " + fair);
            }
        }
    }
}

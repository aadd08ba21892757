package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.gate.CountEvidence.PhaseCounts;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One reading must not spoil what a phase gathers. */
class PhaseCountsTest {

    private static final long SCRAPE = 15_000;
    private static final long NO_BOUND = Long.MAX_VALUE;

    private PhaseCounts tally = PhaseCounts.NONE;

    private static CountWindow window(int seconds) {
        return new CountWindow(Duration.ofSeconds(seconds), SCRAPE, null);
    }

    private Counts read(int seconds, long failures, long total) {
        tally = tally.read(new Counts(failures, total), window(seconds), NO_BOUND);
        return tally.total();
    }

    /** Twenty requests a second, one in a hundred of which fails, as a server stretches them to the window. */
    private void usual(int from, int to) {
        for (int seconds = from; seconds <= to; seconds += 15) {
            read(seconds, seconds / 5, seconds * 20L);
        }
    }

    @Test
    void aSpikeAddsLittleAndIsTakenBack() {
        usual(30, 300);
        long before = tally.total().total();
        Counts spike = read(315, 10_000, 1_000_000);
        assertTrue(spike.total() < before + 1_000, "a million requests in a tick: " + spike);
        assertEquals(new Counts(63, 6_300), read(330, 66, 6_600), "the next reading says what there was");
    }

    @Test
    void aSpikeAtTheFirstReadingWaitsForTheSecond() {
        assertEquals(0, read(30, 5_000, 1_000_000).total());
        assertEquals(new Counts(6, 600), read(45, 9, 900));
    }

    @Test
    void muchTrafficIsBelievedAtTheSecondReading() {
        assertEquals(0, read(30, 300, 60_000).total());
        assertEquals(new Counts(300, 60_000), read(45, 450, 90_000));
    }

    @Test
    void whatAServerStretchesIsNoEvidence() {
        assertEquals(new Counts(2, 300), read(30, 4, 600), "fifteen seconds were seen, stretched to thirty");
        assertEquals(
                new Counts(0, 0),
                PhaseCounts.NONE.read(new Counts(4, 600), window(15), NO_BOUND).total());
    }

    @Test
    void trafficThatGrowsIsFollowed() {
        usual(30, 300);
        long total = 6_000;
        for (int seconds = 315; seconds <= 375; seconds += 15) {
            total += 15 * 400;
            read(seconds, total / 100, total);
        }
        assertTrue(
                tally.total().total() > 0.9 * total * 360 / 375,
                "twenty times the traffic, after five ticks: " + tally);
    }

    @Test
    void theRouterBoundsTheCount() {
        CountWindow counted = new CountWindow(Duration.ofSeconds(30), SCRAPE, new Requests(300, 5_000));
        tally = tally.read(
                new Counts(5_000, 1_000_000), counted, counted.most(io.jenkins.plugins.canary.engine.Track.CANARY));
        assertEquals(700, tally.total().total());
    }

    @Test
    void failuresDoNotGrowFasterThanRequests() {
        usual(30, 300);
        Counts all = read(315, 6_300, 6_300);
        assertTrue(all.failures() <= 57 + 300, "of 300 new requests no more than 300 failed: " + all);
        assertEquals(66, read(330, 69, 6_900).failures());
    }

    @Test
    void whatTheRouterContradictsIsNotCarriedOn() {
        for (int seconds = 30; seconds <= 60; seconds += 15) {
            read(seconds, 0, 1_000_000_000_000L);
        }
        tally = tally.anew();
        CountWindow counted = new CountWindow(Duration.ofSeconds(30), SCRAPE, new Requests(1_000, 9_000));
        tally = tally.read(new Counts(6, 600), counted, counted.most(io.jenkins.plugins.canary.engine.Track.CANARY));
        assertEquals(new Counts(3, 300), tally.total(), "a router that counted 1,000 requests knows of no million");
    }

    @Test
    void whatWasCountedIsCarriedOnWhileTrafficFalls() {
        usual(30, 3_600);
        tally = tally.anew();
        read(30, 0, 6);
        assertEquals(
                71_700 + 3,
                tally.total().total(),
                "a hundred times less for half a minute is no contradiction of so few");
        tally = tally.anew();
        assertEquals(71_703, tally.total().total());
    }
}

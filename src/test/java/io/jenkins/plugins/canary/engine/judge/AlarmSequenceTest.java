package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Harm that begins late is seen soon, one tick is not harm, and a good release is rarely called bad. */
class AlarmSequenceTest {

    private static final Comparison RISE = new Comparison(Direction.INCREASE, 0.25, 0.95, Unit.RATIO);
    private static final double ALPHA = 0.025;
    private static final Counts STABLE = new Counts(54, 5_400);
    private static final Counts AS_GOOD = new Counts(6, 600);
    private static final Counts SLOWER = new Counts(150, 600);

    private static SequentialCounts slow() {
        return SequentialCounts.start(RISE, 0.001, Harm.SLOW);
    }

    /** At the very limit of the tolerance, so that any alarm is false; looked at every tick. */
    @Test
    void keepsItsPromiseAtAllTicksTogether() {
        for (double cap : new double[] {AlarmSequence.NO_CAP, AlarmSequence.cap(ALPHA)}) {
            Trials.run(3_000, seed -> {
                        Random random = new Random(seed);
                        AlarmSequence alarm = AlarmSequence.start(Harm.FAILED);
                        double odds = 1.25 * 0.05 / 0.95;
                        for (int tick = 0; tick < 200 && !alarm.rings(ALPHA, 0); tick++) {
                            alarm = alarm.plus(
                                    new TickSplit(
                                            CoverageTest.binomial(random, 60, odds / (1 + odds)),
                                            CoverageTest.binomial(random, 300, 0.05)),
                                    1.25,
                                    cap);
                        }
                        return alarm.rings(ALPHA, 0);
                    })
                    .assertAtMost(ALPHA, "an alarm at the limit, each tick saying at most " + cap);
        }
    }

    @Test
    void oneTickOfSlownessIsNotHarmAndThreeAre() {
        SequentialCounts state = slow();
        for (int tick = 0; tick < 20; tick++) {
            state = state.plus(AS_GOOD, STABLE);
        }
        SequentialCounts paused = state.plus(SLOWER, STABLE);
        assertNotEquals(Verdict.HIGH, paused.judgment().verdict());
        SequentialCounts cleared = paused;
        for (int tick = 0; tick < 15; tick++) {
            cleared = cleared.plus(AS_GOOD, STABLE);
        }
        assertNotEquals(
                Verdict.HIGH,
                cleared.plus(SLOWER, STABLE).judgment().verdict(),
                "good ticks between two pauses clear the canary");
        assertEquals(
                Verdict.HIGH,
                paused.plus(SLOWER, STABLE).plus(SLOWER, STABLE).judgment().verdict());
        assertNotEquals(
                Verdict.HIGH,
                slow().plus(new Counts(600, 600), new Counts(0, 54_000))
                        .judgment()
                        .verdict(),
                "the very first tick neither, however bad");
    }

    /** A fault that fails all requests of a moment is no worse version; a version that fails has failures at the next ones. */
    @Test
    void failuresOfOneTickAreNotHarmAndOfThreeAre() {
        SequentialCounts state = SequentialCounts.start(RISE, 0.001);
        for (int tick = 0; tick < 20; tick++) {
            state = state.plus(AS_GOOD, STABLE);
        }
        state = state.plus(SLOWER, STABLE);
        assertNotEquals(Verdict.HIGH, state.judgment().verdict());
        state = state.plus(SLOWER, STABLE).plus(SLOWER, STABLE);
        assertEquals(Verdict.HIGH, state.judgment().verdict());
        assertTrue(
                state.judgment().explanation().contains("canary fails more"),
                state.judgment().explanation());
    }

    /** All counts of the phase together would take more than twice as long. */
    @Test
    void goodMinutesBeforeDoNotWaterHarmDown() {
        SequentialCounts state = SequentialCounts.start(RISE, 0.001);
        for (int tick = 0; tick < 200; tick++) {
            state = state.plus(AS_GOOD, STABLE);
        }
        int bad = 0;
        while (state.judgment().verdict() != Verdict.HIGH) {
            state = state.plus(new Counts(12, 600), STABLE);
            bad++;
        }
        assertTrue(bad <= 20, "seen after " + bad + " bad ticks");
        assertTrue(state.odds().interval(ALPHA).lo() < 1.25, "and the whole phase alone would not have shown it yet");
    }

    @Test
    void nothingIsSaidBeforeTheFirstTickOrByFewerFailures() {
        assertFalse(AlarmSequence.start(Harm.FAILED).rings(ALPHA, 0));
        AlarmSequence better = AlarmSequence.start(Harm.FAILED);
        for (int tick = 0; tick < 100; tick++) {
            better = better.plus(new TickSplit(new Counts(0, 600), STABLE), 1.25, AlarmSequence.NO_CAP);
        }
        assertFalse(better.rings(ALPHA, 0));
    }
}

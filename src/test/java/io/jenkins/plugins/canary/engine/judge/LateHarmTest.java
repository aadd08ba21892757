package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A release that is good until a test has said so, and then turns bad. */
class LateHarmTest {

    private static final Comparison RISE = new Comparison(Direction.INCREASE, 0.25, 0.98, Unit.RATIO);

    @Test
    void errorsThatBeginAfterThePassAreHarm() {
        SequentialCounts test = SequentialCounts.start(RISE, 0.01);
        while (test.ended() == null) {
            test = test.plus(new Counts(0, 200), new Counts(2, 1_800));
        }
        assertEquals(Verdict.PASS, test.ended());
        for (int tick = 0; tick < 40 && test.ended() == Verdict.PASS; tick++) {
            test = test.plus(new Counts(10, 200), new Counts(2, 1_800));
        }
        assertEquals(Verdict.HIGH, test.ended());
        test = test.plus(new Counts(0, 100_000), new Counts(0, 1_000));
        assertEquals(Verdict.HIGH, test.ended(), "harm that was shown stays");
        assertTrue(
                test.judgment().explanation().contains("it was shown that canary fails more"),
                test.judgment().explanation());
    }

    @Test
    void slownessThatBeginsAfterThePassIsHarm() {
        Random random = new Random(9);
        SequentialMeans test = SequentialMeans.start(RISE);
        for (int tick = 0; tick < 60; tick++) {
            test = test.plus(0.1 * Math.exp(0.05 * random.nextGaussian()), 0.1);
        }
        assertEquals(Verdict.PASS, test.ended());
        for (int tick = 0; tick < 200; tick++) {
            test = test.plus(0.2 * Math.exp(0.05 * random.nextGaussian()), 0.1);
        }
        assertEquals(Verdict.HIGH, test.ended());
    }
}

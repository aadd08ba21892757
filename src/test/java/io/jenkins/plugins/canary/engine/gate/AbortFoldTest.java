package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortFoldTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private AbortFold fold = AbortFold.of(1);
    private long at = 5_000_000;

    private void tick(CheckOutcome outcome, long millis) {
        at += millis;
        fold = fold.tick(at, List.of(new Check("c", outcome, null, null, "")), INTERVAL);
    }

    @Test
    void lastsFromTheFirstBrokenTickToTheLatest() {
        assertEquals(-1, fold.brokenFor(0));
        tick(CheckOutcome.FAIL, 10_000);
        assertEquals(0, fold.brokenFor(0));
        for (int i = 0; i < 60; i++) {
            tick(CheckOutcome.FAIL, 10_000);
        }
        assertEquals(600_000, fold.brokenFor(0));
    }

    @Test
    void onePassingTickEndsTheRow() {
        tick(CheckOutcome.FAIL, 10_000);
        tick(CheckOutcome.FAIL, 10_000);
        tick(CheckOutcome.PASS, 10_000);
        assertEquals(-1, fold.brokenFor(0));
    }

    @Test
    void aMissingTickIsBridgedAndAGapBreaksTheRow() {
        tick(CheckOutcome.FAIL, 10_000);
        tick(CheckOutcome.NO_DATA, 10_000);
        tick(CheckOutcome.FAIL, 10_000);
        assertEquals(20_000, fold.brokenFor(0), "data twice within two intervals: the row goes on");
        tick(CheckOutcome.UNAVAILABLE, 10_000);
        tick(CheckOutcome.UNAVAILABLE, 10_000);
        assertEquals(20_000, fold.brokenFor(0), "no data does not make it longer");
        tick(CheckOutcome.FAIL, 10_000);
        assertEquals(0, fold.brokenFor(0), "a gap of more than two intervals: a new row begins");
    }
}

package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.metric.Metric;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortFoldTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private AbortFold fold = AbortFold.of(1);
    private long at = 5_000_000;
    private NoDataPolicy onNoData = NoDataPolicy.HOLD;

    private void tick(CheckOutcome outcome, long millis) {
        at += millis;
        Criterion criterion = new Criterion(
                Metric.of("error-rate"), Unit.RATIO, null, 0.1, null, 0, onNoData, null, Duration.ofMinutes(1));
        fold = fold.tick(at, List.of(criterion), List.of(new Check("c", outcome, null, null, "")), INTERVAL);
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

    @Test
    void missingDataThatFailGoOnWithTheRow() {
        onNoData = NoDataPolicy.FAIL;
        tick(CheckOutcome.NO_DATA, 10_000);
        assertEquals(0, fold.brokenFor(0));
        tick(CheckOutcome.UNAVAILABLE, 10_000);
        tick(CheckOutcome.FAIL, 10_000);
        assertEquals(20_000, fold.brokenFor(0));
        tick(CheckOutcome.PASS, 10_000);
        assertEquals(-1, fold.brokenFor(0));
    }

    @Test
    void missingDataThatPassEndTheRowAndNoAnswerDoesNot() {
        onNoData = NoDataPolicy.PASS;
        tick(CheckOutcome.FAIL, 10_000);
        tick(CheckOutcome.UNAVAILABLE, 10_000);
        assertEquals(0, fold.brokenFor(0));
        tick(CheckOutcome.NO_DATA, 10_000);
        assertEquals(-1, fold.brokenFor(0));
    }

    @Test
    void theTimeWithoutDataEndsWithData() {
        assertEquals(-1, fold.blindFor(0, at));
        tick(CheckOutcome.NO_DATA, 10_000);
        tick(CheckOutcome.UNAVAILABLE, 10_000);
        tick(CheckOutcome.NO_DATA, 10_000);
        assertEquals(20_000, fold.blindFor(0, at));
        tick(CheckOutcome.FAIL, 10_000);
        assertEquals(-1, fold.blindFor(0, at));
    }
}

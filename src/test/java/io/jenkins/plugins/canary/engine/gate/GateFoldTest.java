package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateFoldTest {

    private static final long START = 1_000_000;
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private GateFold fold = GateFold.open(START, 1);
    private long at = START;

    private static Phase phase(NoDataPolicy onNoData, Duration noDataDeadline) {
        Criterion c = new Criterion(
                Metric.of("error-rate"),
                Unit.RATIO,
                null,
                0.01,
                null,
                0,
                onNoData,
                noDataDeadline,
                Duration.ofMinutes(1));
        return new Phase(
                "p",
                Weight.ofPercent(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(180),
                List.of(c),
                null,
                null,
                null);
    }

    private static final Phase HOLDING = phase(NoDataPolicy.HOLD, null);

    private void tick(Phase phase, CheckOutcome outcome, long millis) {
        at += millis;
        List<Check> checks = List.of(new Check("c", outcome, null, null, ""));
        fold = fold.tick(at, TickResult.of(phase.gate(), checks, null), phase.gate(), checks, INTERVAL);
    }

    private void ticks(Phase phase, CheckOutcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            tick(phase, outcome, 10_000);
        }
    }

    @Test
    void passesAfterHoldOfUnbrokenGreen() {
        ticks(HOLDING, CheckOutcome.PASS, 6);
        assertEquals(GateVerdict.WAIT, fold.verdict(HOLDING.terms()), "the first green tick is where the clock begins");
        ticks(HOLDING, CheckOutcome.PASS, 1);
        assertEquals(GateVerdict.PASS, fold.verdict(HOLDING.terms()));
    }

    @Test
    void aFailingCheckRestartsTheGreenClock() {
        ticks(HOLDING, CheckOutcome.PASS, 6);
        ticks(HOLDING, CheckOutcome.FAIL, 1);
        assertEquals(0, fold.greenMillis());
        ticks(HOLDING, CheckOutcome.PASS, 6);
        assertEquals(GateVerdict.WAIT, fold.verdict(HOLDING.terms()));
        ticks(HOLDING, CheckOutcome.PASS, 1);
        assertEquals(GateVerdict.PASS, fold.verdict(HOLDING.terms()));
    }

    @Test
    void noDataStopsTheClockAndNeitherPassesNorFails() {
        ticks(HOLDING, CheckOutcome.PASS, 4);
        assertEquals(30_000, fold.greenMillis());
        ticks(HOLDING, CheckOutcome.NO_DATA, 500);
        ticks(HOLDING, CheckOutcome.UNAVAILABLE, 500);
        assertEquals(30_000, fold.greenMillis());
        assertEquals(GateVerdict.WAIT, fold.verdict(HOLDING.terms()), "however long: no data decides nothing");
        ticks(HOLDING, CheckOutcome.PASS, 1);
        assertEquals(30_000, fold.greenMillis(), "the time without data is not made up for");
        ticks(HOLDING, CheckOutcome.PASS, 3);
        assertEquals(GateVerdict.PASS, fold.verdict(HOLDING.terms()));
    }

    @Test
    void aBlindTickNeverPassesEvenWhenTheHoldIsOver() {
        ticks(HOLDING, CheckOutcome.PASS, 6);
        tick(HOLDING, CheckOutcome.NO_DATA, 10_000);
        assertEquals(GateVerdict.WAIT, fold.verdict(HOLDING.terms()));
    }

    @Test
    void failsWhenTheDeadlinePassesWithoutPass() {
        for (int i = 0; i < 18; i++) {
            tick(HOLDING, i % 3 == 0 ? CheckOutcome.FAIL : CheckOutcome.PASS, 10_000);
        }
        assertEquals(GateVerdict.WAIT, fold.verdict(HOLDING.terms()));
        tick(HOLDING, CheckOutcome.FAIL, 10_000);
        assertEquals(GateVerdict.FAIL, fold.verdict(HOLDING.terms()));
        assertTrue(fold.failure(HOLDING.terms()).contains("deadline of 3 min"), fold.failure(HOLDING.terms()));
    }

    @Test
    void aGapStopsEveryClock() {
        ticks(HOLDING, CheckOutcome.PASS, 4);
        tick(HOLDING, CheckOutcome.PASS, 3_600_000);
        assertEquals(30_000, fold.greenMillis(), "nobody watched for an hour");
        assertEquals(30_000, fold.dataMillis());
        assertEquals(GateVerdict.WAIT, fold.verdict(HOLDING.terms()));
    }

    @Test
    void aFailureAfterThePassTakesThePassBack() {
        ticks(HOLDING, CheckOutcome.PASS, 7);
        fold = fold.pass(at);
        ticks(HOLDING, CheckOutcome.NO_DATA, 3);
        assertEquals(GateVerdict.PASS, fold.verdict(HOLDING.terms()), "no data is no failure");
        ticks(HOLDING, CheckOutcome.FAIL, 1);
        assertEquals(GateVerdict.WAIT, fold.verdict(HOLDING.terms()));
        assertEquals(0, fold.passedAt());
    }

    @Test
    void whileAPersonDecidesTheDeadlineStandsStill() {
        ticks(HOLDING, CheckOutcome.PASS, 7);
        fold = fold.pass(at);
        ticks(HOLDING, CheckOutcome.PASS, 1000);
        ticks(HOLDING, CheckOutcome.FAIL, 1);
        assertEquals(
                GateVerdict.WAIT, fold.verdict(HOLDING.terms()), "hours of waiting for an approval are not the gate's");
    }

    @Test
    void noDataMayCountAsFailureOrAsPass() {
        Phase failing = phase(NoDataPolicy.FAIL, null);
        ticks(failing, CheckOutcome.NO_DATA, 2);
        assertEquals(2, fold.failures());
        fold = GateFold.open(at, 1);
        Phase passing = phase(NoDataPolicy.PASS, null);
        ticks(passing, CheckOutcome.NO_DATA, 7);
        assertEquals(GateVerdict.PASS, fold.verdict(passing.terms()));
    }

    @Test
    void noAnswerIsNotNoData() {
        Phase passing = phase(NoDataPolicy.PASS, null);
        ticks(passing, CheckOutcome.UNAVAILABLE, 100);
        assertEquals(GateVerdict.WAIT, fold.verdict(passing.terms()), "an outage holds");
        Phase failing = phase(NoDataPolicy.FAIL, null);
        fold = GateFold.open(at, 1);
        ticks(failing, CheckOutcome.UNAVAILABLE, 2);
        assertEquals(2, fold.failures(), "who wants no data to fail does not want an outage to hold");
    }

    @Test
    void anOutageUsesUpTheDeadlineForDataWhereNoDataPasses() {
        Phase passing = phase(NoDataPolicy.PASS, Duration.ofSeconds(50));
        ticks(passing, CheckOutcome.NO_DATA, 6);
        assertNull(fold.failure(passing.terms()), "absent is what the plan expects");
        ticks(passing, CheckOutcome.UNAVAILABLE, 6);
        assertEquals(GateVerdict.FAIL, fold.verdict(passing.terms()));
    }

    @Test
    void noDataForTooLongFailsWhereThePlanSaysSo() {
        Phase impatient = phase(NoDataPolicy.HOLD, Duration.ofSeconds(50));
        ticks(impatient, CheckOutcome.NO_DATA, 5);
        assertNull(fold.failure(impatient.terms()));
        ticks(impatient, CheckOutcome.NO_DATA, 1);
        assertEquals(GateVerdict.FAIL, fold.verdict(impatient.terms()));
        assertTrue(
                fold.failure(impatient.terms()).startsWith("no data for error-rate"), fold.failure(impatient.terms()));
    }

    @Test
    void blindTicksNeitherCountNorEndARowOfFailures() {
        ticks(HOLDING, CheckOutcome.FAIL, 2);
        ticks(HOLDING, CheckOutcome.NO_DATA, 1);
        ticks(HOLDING, CheckOutcome.FAIL, 1);
        assertEquals(3, fold.failures());
        ticks(HOLDING, CheckOutcome.PASS, 1);
        assertEquals(0, fold.failures());
    }
}

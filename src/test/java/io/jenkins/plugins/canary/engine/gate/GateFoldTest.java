package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.Unit;
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
        Criterion c = new Criterion(Metric.of("error-rate"), Unit.RATIO, null, 0.01, null, 0, onNoData, noDataDeadline,
                Duration.ofMinutes(1));
        return new Phase("p", Weight.ofPercent(5), Duration.ofSeconds(60), Duration.ofSeconds(180), List.of(c), null);
    }

    private static final Phase HOLDING = phase(NoDataPolicy.HOLD, null);

    private void tick(Phase phase, Outcome outcome, long millis) {
        at += millis;
        fold = fold.tick(at, phase.gate(), List.of(new Check("c", outcome, null, null, "")), INTERVAL);
    }

    private void ticks(Phase phase, Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            tick(phase, outcome, 10_000);
        }
    }

    @Test
    void passesAfterHoldOfUnbrokenGreen() {
        ticks(HOLDING, Outcome.PASS, 6);
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING), "the first green tick is where the clock begins");
        ticks(HOLDING, Outcome.PASS, 1);
        assertEquals(Verdict.PASS, fold.verdict(HOLDING));
    }

    @Test
    void aFailingCheckRestartsTheGreenClock() {
        ticks(HOLDING, Outcome.PASS, 6);
        ticks(HOLDING, Outcome.FAIL, 1);
        assertEquals(0, fold.greenMillis());
        ticks(HOLDING, Outcome.PASS, 6);
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING));
        ticks(HOLDING, Outcome.PASS, 1);
        assertEquals(Verdict.PASS, fold.verdict(HOLDING));
    }

    @Test
    void noDataStopsTheClockAndNeitherPassesNorFails() {
        ticks(HOLDING, Outcome.PASS, 4);
        assertEquals(30_000, fold.greenMillis());
        ticks(HOLDING, Outcome.NO_DATA, 500);
        ticks(HOLDING, Outcome.UNAVAILABLE, 500);
        assertEquals(30_000, fold.greenMillis());
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING), "however long: no data decides nothing");
        ticks(HOLDING, Outcome.PASS, 1);
        assertEquals(30_000, fold.greenMillis(), "the time without data is not made up for");
        ticks(HOLDING, Outcome.PASS, 3);
        assertEquals(Verdict.PASS, fold.verdict(HOLDING));
    }

    @Test
    void aBlindTickNeverPassesEvenWhenTheHoldIsOver() {
        ticks(HOLDING, Outcome.PASS, 6);
        tick(HOLDING, Outcome.NO_DATA, 10_000);
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING));
    }

    @Test
    void failsWhenTheDeadlinePassesWithoutPass() {
        for (int i = 0; i < 18; i++) {
            tick(HOLDING, i % 3 == 0 ? Outcome.FAIL : Outcome.PASS, 10_000);
        }
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING));
        tick(HOLDING, Outcome.FAIL, 10_000);
        assertEquals(Verdict.FAIL, fold.verdict(HOLDING));
        assertTrue(fold.failure(HOLDING).contains("deadline of 3m"), fold.failure(HOLDING));
    }

    @Test
    void aGapStopsEveryClock() {
        ticks(HOLDING, Outcome.PASS, 4);
        tick(HOLDING, Outcome.PASS, 3_600_000);
        assertEquals(30_000, fold.greenMillis(), "nobody watched for an hour");
        assertEquals(30_000, fold.dataMillis());
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING));
    }

    @Test
    void aFailureAfterThePassTakesThePassBack() {
        ticks(HOLDING, Outcome.PASS, 7);
        fold = fold.pass(at);
        ticks(HOLDING, Outcome.NO_DATA, 3);
        assertEquals(Verdict.PASS, fold.verdict(HOLDING), "no data is no failure");
        ticks(HOLDING, Outcome.FAIL, 1);
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING));
        assertEquals(0, fold.passedAt());
    }

    @Test
    void whileAPersonDecidesTheDeadlineStandsStill() {
        ticks(HOLDING, Outcome.PASS, 7);
        fold = fold.pass(at);
        ticks(HOLDING, Outcome.PASS, 1000);
        ticks(HOLDING, Outcome.FAIL, 1);
        assertEquals(Verdict.WAIT, fold.verdict(HOLDING), "hours of waiting for an approval are not the gate's");
    }

    @Test
    void noDataMayCountAsFailureOrAsPass() {
        Phase failing = phase(NoDataPolicy.FAIL, null);
        ticks(failing, Outcome.NO_DATA, 2);
        assertEquals(2, fold.failures());
        fold = GateFold.open(at, 1);
        Phase passing = phase(NoDataPolicy.PASS, null);
        ticks(passing, Outcome.NO_DATA, 7);
        assertEquals(Verdict.PASS, fold.verdict(passing));
    }

    @Test
    void noAnswerIsNotNoData() {
        Phase passing = phase(NoDataPolicy.PASS, null);
        ticks(passing, Outcome.UNAVAILABLE, 100);
        assertEquals(Verdict.WAIT, fold.verdict(passing), "an outage holds");
        Phase failing = phase(NoDataPolicy.FAIL, null);
        fold = GateFold.open(at, 1);
        ticks(failing, Outcome.UNAVAILABLE, 2);
        assertEquals(2, fold.failures(), "who wants no data to fail does not want an outage to hold");
    }

    @Test
    void anOutageUsesUpTheDeadlineForDataWhereNoDataPasses() {
        Phase passing = phase(NoDataPolicy.PASS, Duration.ofSeconds(50));
        ticks(passing, Outcome.NO_DATA, 6);
        assertNull(fold.failure(passing), "absent is what the plan expects");
        ticks(passing, Outcome.UNAVAILABLE, 6);
        assertEquals(Verdict.FAIL, fold.verdict(passing));
    }

    @Test
    void noDataForTooLongFailsWhereThePlanSaysSo() {
        Phase impatient = phase(NoDataPolicy.HOLD, Duration.ofSeconds(50));
        ticks(impatient, Outcome.NO_DATA, 5);
        assertNull(fold.failure(impatient));
        ticks(impatient, Outcome.NO_DATA, 1);
        assertEquals(Verdict.FAIL, fold.verdict(impatient));
        assertTrue(fold.failure(impatient).startsWith("no data for error-rate"), fold.failure(impatient));
    }

    @Test
    void blindTicksNeitherCountNorEndARowOfFailures() {
        ticks(HOLDING, Outcome.FAIL, 2);
        ticks(HOLDING, Outcome.NO_DATA, 1);
        ticks(HOLDING, Outcome.FAIL, 1);
        assertEquals(3, fold.failures());
        ticks(HOLDING, Outcome.PASS, 1);
        assertEquals(0, fold.failures());
    }
}

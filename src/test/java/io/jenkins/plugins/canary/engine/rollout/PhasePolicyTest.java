package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PhasePolicyTest {

    private static CanaryPlan twoPhases(Approval approval) {
        return SamplePlans.plan(
                List.of(
                        SamplePlans.phase("Half", 50, Duration.ofSeconds(30), approval),
                        SamplePlans.phase("Full", 100, Duration.ZERO, null)),
                SamplePlans.rules(),
                null,
                OnBuildEnd.ROLLBACK);
    }

    private static Situation green(Situation it) {
        for (int i = 0; i < 3; i++) {
            it.tick(0.001);
        }
        return it;
    }

    @Test
    void aTickComesToWhatItsReadingsSay() {
        assertEquals(
                List.of(), Situation.automatic(SamplePlans.standard()).in(0).tick(0.001));
        assertEquals(
                List.of(), Situation.automatic(SamplePlans.standard()).in(0).tick(null));
        assertEquals(
                List.of("RollbackIntended"),
                Situation.automatic(SamplePlans.standard()).in(0).tick(0.5));
        // Before the first shift there is nothing to take back.
        assertEquals(List.of(), Situation.automatic(SamplePlans.standard()).tick(0.5));
    }

    @Test
    void failedTicksInARowAreARuleOfTheirOwn() {
        Situation it = Situation.automatic(SamplePlans.standard()).in(0);
        assertEquals(List.of(), it.tick(0.015));
        assertEquals(List.of(), it.tick(0.015));
        assertEquals(List.of("RollbackIntended"), it.tick(0.015));
        assertEquals("3 failed ticks in a row", it.s.intent().reason().replaceAll(".*\\((.*)\\)", "$1"));
        assertEquals(List.of(), it.tick(0.5), "what is being rolled back is not rolled back again");
    }

    private static CanaryPlan silenceFails(Duration sustained) {
        return SamplePlans.plan(
                SamplePlans.table(),
                List.of(SamplePlans.TOO_MANY_ERRORS, AbortRule.when(SamplePlans.SILENCE_FAILS, sustained)),
                null,
                OnBuildEnd.ROLLBACK);
    }

    /** What is missing may yet come: only when the tick is decided does it count. */
    @Test
    void missingReadingsEndNoTickEarly() {
        Situation it = Situation.automatic(silenceFails(Duration.ZERO)).in(0);
        assertEquals(List.of("RollbackIntended"), decided(it, Map.of()));
        assertFalse(early(it, Map.of()));
        assertTrue(early(it, it.readings(0.5)));
        assertTrue(early(it, it.readings(0.065)), "broken by what was read");
    }

    @Test
    void ticksWithoutDataLeadUpToWhatIsReadEarly() {
        Situation it = Situation.automatic(silenceFails(Duration.ofMinutes(2))).in(0);
        while (it.tick(null).isEmpty()) {
            assertTrue(it.now < 10_000_000);
        }
        assertTrue(it.s.intent().reason().contains("no data"), it.s.intent().reason());
        it = Situation.automatic(silenceFails(Duration.ofSeconds(30))).in(0);
        it.tick(null);
        it.now += Situation.TICK;
        assertTrue(early(it, it.readings(0.065)));
    }

    private static List<RolloutEvent> events(Situation it, Map<MetricQuery, Reading> readings) {
        Input.Tick tick = new Input.Tick(0, readings, null, null, null);
        return PhasePolicy.onTick(it.plan, it.s, tick, it.now + Situation.TICK).events();
    }

    private static List<String> decided(Situation it, Map<MetricQuery, Reading> readings) {
        List<RolloutEvent> events = events(it, readings);
        return Situation.kinds(events.subList(1, events.size()));
    }

    private static boolean early(Situation it, Map<MetricQuery, Reading> readings) {
        return PhasePolicy.mayStopEarly(it.plan, events(it, readings));
    }

    @Test
    void aGateThatPassedLeadsOn() {
        Situation it = Situation.automatic(twoPhases(null)).in(0);
        assertEquals(List.of(), it.next());
        green(it);
        assertEquals(List.of("ShiftIntended"), it.next());
        assertEquals(List.of("PromoteIntended"), green(it.in(1)).next());
    }

    @Test
    void aPipelineLeadsByItself() {
        Situation it = green(new Situation(twoPhases(null), AdvanceMode.STEPWISE).in(0));
        assertEquals(List.of(), it.next());
        it.after(new RolloutEvent.AdvanceAsked(it.now, 1, "ada", false, null));
        assertEquals(List.of("ShiftIntended"), it.next());
    }

    @Test
    void aPassOfLongAgoIsWaitedFor() {
        Situation it = green(Situation.automatic(twoPhases(null)).in(0));
        it.now += 10 * Situation.TICK;
        assertEquals(List.of("AdvanceDelayed"), it.next());
        assertEquals(List.of(), it.next(), "said once");
        it.tick(0.001);
        assertEquals(List.of("ShiftIntended"), it.next());
    }

    @Test
    void anApprovalIsAskedForOnceAndTimesOut() {
        Situation it = green(Situation.automatic(twoPhases(new Approval(List.of("ada"), Duration.ofMinutes(1), false)))
                .in(0));
        assertEquals(List.of("ApprovalAsked"), it.next());
        assertEquals(List.of(), it.next());
        assertEquals(List.of(), it.tick(0.001));
        it.now += 60_000;
        assertEquals(List.of("RollbackIntended"), it.tick(0.001));
    }

    @Test
    void aWeightOfSomebodyElseHolds() {
        Situation it = Situation.automatic(SamplePlans.standard()).in(0);
        assertEquals(List.of("WeightFound"), it.tick(0.001, Observation.of(Weight.ofPercent(20))));
        assertEquals(Status.ON_HOLD, it.s.status(it.plan));
        assertEquals(List.of(), it.next());
    }

    @Test
    void anEndedRolloutIsLeftAlone() {
        Situation it = Situation.automatic(SamplePlans.standard()).in(0);
        it.after(new RolloutEvent.Ended(it.now, Outcome.FAILED, "x", Weight.ZERO));
        Input.Tick tick = new Input.Tick(0, it.readings(0.5), null, null, null);
        assertEquals(List.of(), PhasePolicy.onTick(it.plan, it.s, tick, it.now).events());
        assertEquals(List.of(), it.next());
    }
}

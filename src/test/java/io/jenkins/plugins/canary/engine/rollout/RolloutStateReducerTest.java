package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolloutStateReducerTest {

    private static final Weight FIVE = Weight.ofPercent(5);

    private static Situation begun() {
        return Situation.automatic(SamplePlans.standard());
    }

    @Test
    void aShiftIsIntendedAndThenReadBack() {
        Situation it = begun();
        it.after(new RolloutEvent.ShiftIntended(it.now, 0, Weight.ZERO, FIVE));
        assertEquals(-1, it.s.phase());
        assertEquals(FIVE, it.s.intent().to());
        it.after(new RolloutEvent.RouterFailed(it.now, "refused"));
        assertEquals("refused", it.s.position().routerError());
        it.after(new RolloutEvent.ShiftApplied(it.now, 0, FIVE, null));
        assertEquals(0, it.s.phase());
        assertEquals(FIVE, it.s.weight());
        assertNull(it.s.intent());
        assertTrue(it.s.evidence().gate().isOpen());
    }

    @Test
    void whereRequestsAreCountedTheClocksWaitForThem() {
        Situation it = begun();
        it.after(
                new RolloutEvent.ShiftIntended(it.now, 0, Weight.ZERO, FIVE),
                new RolloutEvent.ShiftApplied(it.now, 0, FIVE, new Requests(0, 0)));
        assertFalse(it.s.evidence().gate().isOpen());
    }

    @Test
    void aShiftWithinThePhaseKeepsItsClocksAndItsPass() {
        Situation it = begun().in(0);
        it.after(new RolloutEvent.GatePassed(it.now, 0));
        long entered = it.now;
        it.now += 1_000;
        it.after(
                new RolloutEvent.ShiftIntended(it.now, 0, FIVE, Weight.ofPercent(3), "errors"),
                new RolloutEvent.ShiftApplied(it.now, 0, Weight.ofPercent(3), null));
        assertEquals(entered, it.s.position().appliedAt());
        assertEquals(it.now, it.s.position().changedAt());
        assertEquals(entered, it.s.evidence().gate().passedAt());
        it.in(0);
        assertEquals(it.now, it.s.position().appliedAt());
        assertEquals(0, it.s.evidence().gate().passedAt());
    }

    @Test
    void aNewPhaseForgetsWhatPeopleSaidOfTheOneBefore() {
        Situation it = begun().in(0);
        it.after(
                new RolloutEvent.GateFailed(it.now, 0, "slow"),
                new RolloutEvent.HoldSet(it.now, "ada", "lunch"),
                new RolloutEvent.AdvanceAsked(it.now, 1, "ada", true, "known"));
        assertEquals("slow", it.s.failedGate());
        it.in(1);
        assertNull(it.s.evidence().gateFailure());
        assertEquals(
                new People(0, List.of(), false, new People.Hold("ada", "lunch"), -1, false, Set.of()), it.s.people());
    }

    @Test
    void aWeightOfSomebodyElseHoldsAndEndsTheIntent() {
        Situation it = begun().in(0);
        it.after(new RolloutEvent.WeightFound(it.now, FIVE, Weight.ofPercent(20), null));
        assertEquals(Weight.ofPercent(20), it.s.weight());
        assertNull(it.s.people().held().by());
        assertEquals(FIVE, it.s.position().target());
    }

    @Test
    void aRollBackIsARollBackUntilItIsRead() {
        Situation it = begun().in(0);
        assertFalse(it.s.isRollingBack());
        it.after(new RolloutEvent.RollbackIntended(it.now, "bad", null, null));
        assertTrue(it.s.isRollingBack());
        assertEquals(Status.ROLLING_BACK, it.s.status(it.plan));
        it.after(new RolloutEvent.Ended(it.now, Outcome.ROLLED_BACK, "bad", Weight.ZERO));
        assertFalse(it.s.isRollingBack());
        assertEquals(Weight.ZERO, it.s.weight());
    }

    @Test
    void whatDecidesNothingChangesTheTimeOnly() {
        Situation it = begun().in(0);
        RolloutState before = it.s;
        it.after(new RolloutEvent.Warned(it.now + 5, "x"), new RolloutEvent.TicksRestarted(it.now + 5, 1));
        assertEquals(it.now + 5, it.s.lastEventAt());
        assertEquals(
                before,
                new RolloutState(
                        it.s.started(),
                        it.s.position(),
                        it.s.evidence(),
                        it.s.people(),
                        it.s.watch(),
                        it.s.window(),
                        before.lastEventAt(),
                        it.s.ended()));
    }

    @Test
    void whatCannotFollowIsRefused() {
        Map<String, RolloutEvent> wrong = Map.of(
                "there is no phase 9", new RolloutEvent.GatePassed(1, 9),
                "the rollout had begun",
                        new RolloutEvent.Started(1, "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "", "", Map.of()),
                "no watch had begun", new RolloutEvent.WatchRecovered(1),
                "the plan has no watch", new RolloutEvent.WatchStarted(1, 2, Weight.FULL),
                "phase 0 wants no approval", new RolloutEvent.ApprovalAsked(1, 0),
                "its time, -1, is none", new RolloutEvent.Warned(-1, "x"));
        wrong.forEach((why, event) -> assertEquals(
                why,
                assertThrows(IllegalArgumentException.class, () -> begun().after(event))
                        .getMessage()));
        Situation ended = begun();
        ended.after(new RolloutEvent.Ended(ended.now, Outcome.FAILED, "x", Weight.ZERO));
        assertThrows(IllegalArgumentException.class, () -> ended.in(0));
        ended.after(new RolloutEvent.Warned(ended.now, "told afterwards"));
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandsTest {

    private static CanaryPlan plan(OnBuildEnd onBuildEnd) {
        return SamplePlans.plan(
                List.of(
                        SamplePlans.phase(
                                "Half", 50, Duration.ofSeconds(30), new Approval(List.of("ada", "ops"), null, true)),
                        SamplePlans.phase("Full", 100, Duration.ZERO, null)),
                SamplePlans.rules(),
                null,
                onBuildEnd);
    }

    private static Situation inHalf() {
        return Situation.automatic(plan(OnBuildEnd.ROLLBACK)).in(0);
    }

    private static Situation asked() {
        Situation it = inHalf();
        return it.after(new RolloutEvent.GatePassed(it.now, 0), new RolloutEvent.ApprovalAsked(it.now, 0));
    }

    private static void refused(String why, Situation it, Input.Command command) {
        String said = it.say(command);
        assertTrue(said.contains(why), said);
    }

    @Test
    void whoMayApproveAndWhen() {
        assertEquals("Approved", asked().say(new Input.Approve(0, "ada", Set.of(), "fine")));
        assertEquals("Approved", asked().say(new Input.Approve(0, "bob", Set.of("ops"), "fine")));
        assertEquals("RollbackIntended", asked().say(new Input.Reject(0, "ada", Set.of(), "no")));
        refused(
                "bob may not approve phase Half; it may be approved by ada or ops",
                asked(),
                new Input.Approve(0, "bob", Set.of(), "fine"));
        refused(
                "wants a comment with the decision: say in the field comment why",
                asked(),
                new Input.Approve(0, "ada", Set.of(), " "));
        refused("no approval is pending", inHalf(), new Input.Approve(0, "ada", Set.of(), "fine"));
        refused("is not the one to be decided on", asked(), new Input.Approve(1, "ada", Set.of(), "fine"));
        Situation twice = asked();
        twice.after(new RolloutEvent.Approved(twice.now, 0, "ada", "fine", List.of()));
        refused("no approval is pending", twice, new Input.Approve(0, "ada", Set.of(), "fine"));
    }

    @Test
    void holdsAreSetOnceAndLiftedOnce() {
        Situation it = inHalf();
        refused("is not on hold", it, new Input.LiftHold("ada"));
        assertEquals("HoldSet", it.say(new Input.SetHold("ada", "lunch")));
        it.after(new RolloutEvent.HoldSet(it.now, "ada", "lunch"));
        refused("on hold already: lunch", it, new Input.SetHold("bob", "more"));
        assertEquals("HoldLifted", it.say(new Input.LiftHold("ada")));
    }

    @Test
    void aRollBackIsAskedForOnce() {
        Situation it = inHalf();
        assertEquals("RollbackIntended", it.say(new Input.RollBack("ada", "bad")));
        it.after(new RolloutEvent.RollbackIntended(it.now, "bad", null, "ada"));
        refused("being rolled back already: bad", it, new Input.RollBack("bob", "worse"));
        refused("cannot be given up", it, new Input.GiveUp("ada", "enough"));
        assertEquals("", it.say(new Input.OwnerGone(null, "the build ended")));
        // Before the first shift nothing has to be taken back: the rollout ends.
        assertEquals(
                "Ended", Situation.automatic(plan(OnBuildEnd.ROLLBACK)).say(new Input.RollBack("ada", "never mind")));
    }

    @Test
    void advancingNeedsAPassOrAReason() {
        Situation it = inHalf();
        refused("has not passed: run canaryGate", it, new Input.Advance(1, "ada", false, null));
        refused("wants a reason", it, new Input.Advance(1, "ada", true, " "));
        assertEquals("AdvanceAsked", it.say(new Input.Advance(1, "ada", true, "known")));
        refused("can only go on to a later phase", it, new Input.Advance(0, "ada", true, "known"));
        refused("can only go on to a later phase", it, new Input.Advance(3, "ada", true, "known"));
        assertEquals("AdvanceAsked", asked().say(new Input.Advance(2, "ada", false, null)));
    }

    @Test
    void itemsAreTickedAndWithdrawnOnce() {
        Situation it = inHalf();
        assertEquals("ItemTicked", it.say(new Input.TickItem("redis-ready", "HA", "ada")));
        assertEquals("", it.say(new Input.WithdrawItem("redis-ready", "HA", "ada")));
        it.after(new RolloutEvent.ItemTicked(it.now, "redis-ready", "HA", "ada", null));
        assertEquals("", it.say(new Input.TickItem("redis-ready", "HA", "ada")));
        assertEquals("ItemWithdrawn", it.say(new Input.WithdrawItem("redis-ready", "HA", "ada")));
        refused("no checklist other", it, new Input.TickItem("other", "HA", "ada"));
        refused("no item 'DR'", it, new Input.TickItem("redis-ready", "DR", "ada"));
    }

    @Test
    void theOwnersEndDoesWhatThePlanSays() {
        assertEquals("RollbackIntended", inHalf().say(new Input.OwnerGone(null, "gone")));
        assertEquals("Ended", Situation.automatic(plan(OnBuildEnd.HOLD)).in(0).say(new Input.OwnerGone(null, "gone")));
        assertEquals("Ended", inHalf().say(new Input.GiveUp("ada", "enough")));
        refused("is not on watch", inHalf(), new Input.KeepVersion("ada", "x"));
    }

    @Test
    void nothingIsSaidToAnEndedRollout() {
        Situation it = inHalf();
        it.after(new RolloutEvent.Ended(it.now, Outcome.FAILED, "x", Weight.ZERO));
        refused("the rollout has ended", it, new Input.RollBack("ada", "bad"));
    }
}

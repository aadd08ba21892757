package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.MINUTE;
import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.TICK;
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

/** A pass of an hour ago says nothing of now: every way out of a phase wants a green tick lately. */
class FreshPassTest {

    private static final Approval BY_ANYBODY = new Approval(List.of(), null, false);

    private static CountingRelease release(Approval approval, CanaryPlan.Cap cap, AdvanceMode mode) {
        return new CountingRelease(
                SamplePlans.plan(
                        List.of(
                                SamplePlans.phase("a", 5, Duration.ofMinutes(1), approval),
                                SamplePlans.phase("b", 50, Duration.ofMinutes(1), null)),
                        SamplePlans.rules(),
                        cap,
                        OnBuildEnd.ROLLBACK),
                mode);
    }

    /** The gate has passed, and then the source is away for an hour. */
    private static CountingRelease darkSinceThePass(CountingRelease r) {
        r.pass(5 * MINUTE);
        assertEquals(1, r.written(RolloutEvent.GatePassed.class).size());
        r.down = true;
        r.pass(60 * MINUTE);
        assertEquals(Weight.ofPercent(5), r.router.weight);
        return r;
    }

    private static void goesOnWithTheNextGreenTick(CountingRelease r) {
        r.pass(10 * MINUTE);
        assertEquals(Weight.ofPercent(5), r.router.weight, "nobody has seen how the canary fares");
        List<RolloutEvent.AdvanceDelayed> told = r.written(RolloutEvent.AdvanceDelayed.class);
        assertEquals(1, told.size());
        assertTrue(
                told.get(0).reason().startsWith("its last green tick was 1 h"),
                told.get(0).reason());
        assertTrue(
                r.answer()
                        .standing()
                        .reason()
                        .endsWith(
                                "goes on only after the next green tick: success-rate (canary): source "
                                        + "unavailable, connection refused; error-rate (canary): source unavailable, connection refused; and 1 more"),
                r.answer().standing().reason());
        r.down = false;
        r.pass(TICK + 1_000);
        assertEquals(Weight.ofPercent(50), r.router.weight);
        assertEquals(r.run.state(), RolloutState.of(r.plan, r.written));
    }

    @Test
    void anApprovalWaitsForTheNextGreenTick() throws Exception {
        CountingRelease r = darkSinceThePass(release(BY_ANYBODY, null, AdvanceMode.AUTOMATIC));
        r.run.command(new Input.Approve(0, "ada", Set.of(), null));
        goesOnWithTheNextGreenTick(r);
    }

    @Test
    void aPromoteOfThePipelineWaitsForTheNextGreenTick() throws Exception {
        CountingRelease r = darkSinceThePass(release(null, null, AdvanceMode.STEPWISE));
        r.run.command(new Input.Advance(1, "bob", false, null));
        goesOnWithTheNextGreenTick(r);
    }

    @Test
    void aHoldLiftedWaitsForTheNextGreenTick() throws Exception {
        CountingRelease r = release(null, null, AdvanceMode.AUTOMATIC);
        r.run.command(new Input.SetHold("ada", "lunch"));
        r.run.command(new Input.LiftHold("ada"));
        r.pass(1_000);
        r.run.command(new Input.SetHold("ada", "lunch"));
        darkSinceThePass(r);
        r.run.command(new Input.LiftHold("ada"));
        goesOnWithTheNextGreenTick(r);
    }

    @Test
    void aChecklistCompletedWaitsForTheNextGreenTick() throws Exception {
        CountingRelease r = darkSinceThePass(
                release(null, new CanaryPlan.Cap(Weight.ofPercent(5), "redis-ready"), AdvanceMode.AUTOMATIC));
        for (String item : r.plan.checklists().get("redis-ready").texts()) {
            r.run.command(new Input.TickItem("redis-ready", item, "ada"));
        }
        goesOnWithTheNextGreenTick(r);
    }

    @Test
    void thePromotionWaitsForTheNextGreenTick() throws Exception {
        CountingRelease r = new CountingRelease(
                SamplePlans.plan(
                        List.of(SamplePlans.phase("a", 5, Duration.ofMinutes(1), BY_ANYBODY)),
                        SamplePlans.rules(),
                        null,
                        OnBuildEnd.ROLLBACK),
                AdvanceMode.AUTOMATIC);
        darkSinceThePass(r);
        r.run.command(new Input.Approve(0, "ada", Set.of(), null));
        r.pass(10 * MINUTE);
        assertEquals(List.of(), r.written(RolloutEvent.PromoteIntended.class));
        r.down = false;
        r.pass(2 * TICK);
        assertEquals(Outcome.PROMOTED, r.run.state().ended().outcome());
    }

    @Test
    void whoOverridesWithAReasonDoesNotWait() throws Exception {
        CountingRelease r = darkSinceThePass(release(null, null, AdvanceMode.STEPWISE));
        r.run.command(new Input.Advance(1, "bob", true, "Prometheus is being moved"));
        r.pass(1_000);
        assertEquals(Weight.ofPercent(50), r.router.weight);
        assertTrue(r.written(RolloutEvent.AdvanceAsked.class).get(0).override());
    }
}

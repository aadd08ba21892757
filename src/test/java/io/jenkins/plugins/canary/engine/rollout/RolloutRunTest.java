package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Single stories in virtual time, each of which went wrong once. */
class RolloutRunTest {

    private static final long HOUR = 3_600_000;
    private static final Approval BY_ANYBODY = new Approval(List.of(), null, false);

    private final VirtualServices clock = new VirtualServices(1);
    private final List<RolloutEvent> written = new ArrayList<>();
    private double errors;
    private long sourceDelay;
    private boolean diskFull;
    private boolean dead;
    private final FakeRouter router = new FakeRouter();
    private final FakeSource source =
            new FakeSource(q -> FakeSource.service(q, errors), task -> clock.at(clock.now() + sourceDelay, task));

    private RolloutRun run(CanaryPlan plan, RolloutState state) {
        router.fault = call -> {
            if (dead) {
                throw new RouterException("connection refused");
            }
        };
        Journal journal = events -> {
            if (diskFull) {
                throw new JournalException("no space left on device");
            }
            written.addAll(events);
        };
        return new RolloutRun(plan, state, journal, router, source, clock);
    }

    private RolloutRun begin(CanaryPlan plan, AdvanceMode mode) {
        RolloutRun run = run(plan, RolloutState.empty(plan));
        run.begin(new RolloutEvent.Started(clock.now(), "r", "api", "v2", "", mode, "job #1", "ada", Map.of()));
        return run;
    }

    private static CanaryPlan plan(List<Phase> phases, CanaryPlan.Cap cap, OnBuildEnd onBuildEnd) {
        return SamplePlans.plan(phases, SamplePlans.rules(), cap, onBuildEnd);
    }

    private boolean wrote(Class<? extends RolloutEvent> kind) {
        return written.stream().anyMatch(kind::isInstance);
    }

    /** A router that has to start something in order to look. */
    @Test
    void whatTheRouterCannotSayYetIsWaitedForAndNoFailure() {
        RolloutRun run = run(SamplePlans.standard(), RolloutState.empty(SamplePlans.standard()));
        long known = clock.now() + 40_000;
        router.fault = call -> {
            if (clock.now() < known) {
                throw RouterException.pending("waiting for a run");
            }
        };
        run.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
        clock.advance(39_000);
        assertFalse(wrote(RolloutEvent.Ended.class));
        assertFalse(wrote(RolloutEvent.ShiftIntended.class));
        clock.advance(20_000);
        assertTrue(wrote(RolloutEvent.ShiftApplied.class));
        assertFalse(wrote(RolloutEvent.RouterFailed.class));
    }

    @Test
    void aRollBackUnderWayIsNotGivenUpWhenTheBuildEndsOnHold() throws Exception {
        RolloutRun run = begin(plan(SamplePlans.table(), null, OnBuildEnd.HOLD), AdvanceMode.STEPWISE);
        clock.advance(20_000);
        errors = 0.5;
        dead = true;
        clock.advance(15_000);
        run.command(new Input.OwnerGone(null, "the build ended"));
        dead = false;
        clock.advance(600_000);
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
        assertEquals(Weight.ZERO, router.weight);
    }

    @Test
    void rulesThatLookBackFireOnAFullDiskToo() {
        RolloutRun run = begin(SamplePlans.standard(), AdvanceMode.AUTOMATIC);
        clock.advance(20_000);
        diskFull = true;
        errors = 0.03;
        clock.advance(600_000);
        assertEquals(
                Weight.ZERO, router.weight, "2% for two minutes is an abort rule, whether or not it can be written");
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
        assertFalse(run.recorded().isDone());
        diskFull = false;
        clock.advance(60_000);
        assertTrue(run.recorded().isDone());
        assertTrue(wrote(RolloutEvent.RollbackIntended.class) && wrote(RolloutEvent.Ended.class));
        assertEquals(run.state(), RolloutState.of(run.plan(), written));
    }

    @Test
    void onAFullDiskNothingAdvances() {
        RolloutRun run = begin(SamplePlans.standard(), AdvanceMode.AUTOMATIC);
        clock.advance(20_000);
        diskFull = true;
        clock.advance(4 * HOUR);
        assertEquals(Weight.ofPercent(5), router.weight);
        diskFull = false;
        clock.advance(4 * HOUR);
        assertEquals(Outcome.PROMOTED, run.state().ended().outcome());
        assertEquals(run.state(), RolloutState.of(run.plan(), written));
    }

    @Test
    void nobodyJumpsOverAnApproval() throws Exception {
        List<Phase> phases = new ArrayList<>(SamplePlans.table());
        phases.set(3, SamplePlans.phase("Ramp 3", 50, Duration.ofMinutes(20), BY_ANYBODY));
        RolloutRun run = begin(plan(phases, null, OnBuildEnd.ROLLBACK), AdvanceMode.STEPWISE);
        clock.advance(20_000);
        run.command(new Input.Advance(5, "bob", true, "fixed by hand"));
        clock.advance(2 * HOUR);
        assertEquals(Weight.ofPercent(50), router.weight);
        assertEquals(Status.AWAITING_APPROVAL, run.state().status(run.plan()));
        run.command(new Input.Approve(run.state().phase(), "ada", Set.of(), null));
        clock.advance(HOUR);
        assertEquals(Outcome.PROMOTED, run.state().ended().outcome());
    }

    @Test
    void phasesOnTheWayPassTheirGatesToo() throws Exception {
        RolloutRun run = begin(SamplePlans.standard(), AdvanceMode.STEPWISE);
        clock.advance(6 * 60_000);
        run.command(new Input.Advance(3, "bob", false, null));
        clock.advance(HOUR);
        assertEquals(
                List.of(0, 1, 2, 3),
                written.stream()
                        .filter(RolloutEvent.ShiftApplied.class::isInstance)
                        .map(e -> ((RolloutEvent.ShiftApplied) e).phase())
                        .toList());
        assertEquals(
                List.of(0, 1, 2, 3),
                written.stream()
                        .filter(RolloutEvent.GatePassed.class::isInstance)
                        .map(e -> ((RolloutEvent.GatePassed) e).phase())
                        .toList());
        assertEquals(Weight.ofPercent(50), router.weight);
    }

    @Test
    void whatIsAskedForWithAPassOverridesNothing() throws Exception {
        List<Phase> phases = new ArrayList<>(SamplePlans.table());
        phases.set(0, SamplePlans.phase("Initial", 5, Duration.ofMinutes(5), BY_ANYBODY));
        RolloutRun run = begin(plan(phases, null, OnBuildEnd.ROLLBACK), AdvanceMode.STEPWISE);
        clock.advance(HOUR);
        assertEquals(Status.AWAITING_APPROVAL, run.state().status(run.plan()));
        run.command(new Input.Advance(1, "bob", true, null));
        assertEquals(
                List.of(false),
                written.stream()
                        .filter(RolloutEvent.AdvanceAsked.class::isInstance)
                        .map(e -> ((RolloutEvent.AdvanceAsked) e).override())
                        .toList());
    }

    private static CanaryPlan capped(Phase... phases) {
        return plan(List.of(phases), new CanaryPlan.Cap(Weight.ofPercent(50), "redis-ready"), OnBuildEnd.ROLLBACK);
    }

    private static void tickAll(RolloutRun run) throws Exception {
        for (String item : run.plan().checklists().get("redis-ready").texts()) {
            run.command(new Input.TickItem("redis-ready", item, "ada"));
        }
    }

    @Test
    void aPromotionWaitsForTheCapAsWell() throws Exception {
        RolloutRun run = begin(capped(SamplePlans.phase("half", 50, Duration.ZERO, null)), AdvanceMode.AUTOMATIC);
        clock.advance(HOUR);
        assertEquals(Status.CAPPED, run.state().status(run.plan()));
        assertEquals(Weight.ofPercent(50), router.weight);
        tickAll(run);
        clock.advance(60_000);
        assertEquals(Outcome.PROMOTED, run.state().ended().outcome());
    }

    @Test
    void anItemWithdrawnDuringTheShiftAboveTheCapHolds() throws Exception {
        clock.latency(3_000);
        RolloutRun run = begin(
                capped(
                        SamplePlans.phase("half", 50, Duration.ZERO, null),
                        SamplePlans.phase("full", 100, Duration.ofMinutes(10), null)),
                AdvanceMode.AUTOMATIC);
        tickAll(run);
        while (run.state().intent() == null || !run.state().intent().to().equals(Weight.FULL)) {
            clock.step();
        }
        run.command(new Input.WithdrawItem("redis-ready", "HA", "ada"));
        clock.advance(HOUR);
        assertEquals(Status.ON_HOLD, run.state().status(run.plan()));
        assertThrows(Input.CommandRefused.class, () -> run.command(new Input.LiftHold("ada")));
        tickAll(run);
        run.command(new Input.LiftHold("ada"));
        clock.advance(HOUR);
        assertEquals(Outcome.PROMOTED, run.state().ended().outcome());
    }

    @Test
    void aLookFromBeforeAShiftIsNoForeignEdit() throws Exception {
        RolloutRun run = begin(
                plan(
                        List.of(
                                SamplePlans.phase("a", 5, Duration.ZERO, BY_ANYBODY),
                                SamplePlans.phase("b", 10, Duration.ofMinutes(5), null)),
                        null,
                        OnBuildEnd.ROLLBACK),
                AdvanceMode.AUTOMATIC);
        sourceDelay = 2_000;
        while (run.state().status(run.plan()) != Status.AWAITING_APPROVAL) {
            clock.step();
        }
        clock.advance(13_500);
        run.command(new Input.Approve(run.state().phase(), "ada", Set.of(), null));
        clock.advance(5_000);
        assertNull(
                run.state().people().held(), () -> run.state().people().held().reason());
        assertEquals(Weight.ofPercent(10), run.state().weight());
    }

    @Test
    void aDeadRouterIsAskedWithPausesHoweverManyTicksPass() throws Exception {
        RolloutRun run = begin(SamplePlans.standard(), AdvanceMode.STEPWISE);
        clock.advance(20_000);
        dead = true;
        run.command(new Input.RollBack("ada", "a bad feeling"));
        clock.advance(HOUR);
        int before = router.observations;
        clock.advance(60_000);
        // Six to eight tries at pauses of ten seconds, and one look a tick.
        assertTrue(router.observations - before <= 16, (router.observations - before) + " calls in a minute");
        dead = false;
        clock.advance(15_000);
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
    }

    @Test
    void aRollBackDoesNotWaitOutThePauseOfAFailingShift() {
        RolloutRun run = begin(SamplePlans.standard(), AdvanceMode.STEPWISE);
        clock.advance(1_000);
        assertEquals(0, run.state().phase());
        dead = true;
        errors = 0.5;
        while (run.state().intent() == null) {
            clock.step();
        }
        dead = false;
        clock.advance(100);
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
    }

    @Test
    void aListenerThatFailsDoesNotEndTheWatch() {
        RolloutRun run = begin(SamplePlans.standard(), AdvanceMode.AUTOMATIC);
        boolean[] failed = {false};
        run.listen(steps -> {
            if (!failed[0] && steps.events().get(0) instanceof RolloutEvent.Ticked) {
                failed[0] = true;
                throw new IllegalStateException("a page that cannot draw");
            }
        });
        clock.advance(60_000);
        errors = 0.5;
        clock.advance(30_000);
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
        assertTrue(run.ended().isDone());
    }

    @Test
    void resumedFromAnyPrefixOfItsJournalItEnds() {
        errors = 0.015;
        CanaryPlan plan =
                SamplePlans.plan(SamplePlans.table(), List.of(SamplePlans.TOO_MANY_ERRORS), null, OnBuildEnd.ROLLBACK);
        RolloutRun first = begin(plan, AdvanceMode.AUTOMATIC);
        while (!first.state().isEnded()) {
            clock.step();
        }
        List<RolloutEvent> whole = List.copyOf(written);
        for (int cut = 1; cut < whole.size(); cut++) {
            written.clear();
            written.addAll(whole.subList(0, cut));
            RolloutState state = RolloutState.of(plan, written);
            router.weight = state.weight();
            RolloutRun again = run(plan, state);
            again.resume();
            clock.advance(24 * HOUR);
            assertTrue(
                    again.state().isEnded(),
                    "cut after " + whole.get(cut - 1) + ": " + again.state().status(plan));
            assertEquals(Weight.ZERO, router.weight, "cut after " + whole.get(cut - 1));
        }
    }
}

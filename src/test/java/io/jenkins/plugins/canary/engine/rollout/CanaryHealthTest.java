package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.MINUTE;
import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.TICK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth.State;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The canary's pods go away, come back, or are refused by the router: what the rollout does, and what it tells people. */
class CanaryHealthTest {

    private static final CanaryHealth DOWN = new CanaryHealth(State.DOWN, "0 of 2 pods ready: CrashLoopBackOff");
    private static final CanaryHealth DEGRADED = new CanaryHealth(State.DEGRADED, "1 of 2 pods ready: OOMKilled");
    private static final CanaryHealth REFUSED = new CanaryHealth(State.REFUSED, "ResolvedRefs=False (BackendNotFound)");

    private static CountingRelease begin() {
        CountingRelease r = new CountingRelease(SamplePlans.standard(), AdvanceMode.AUTOMATIC);
        r.router.health = CanaryHealth.READY;
        return r;
    }

    private static CountingRelease after(int unavailableTicks) {
        CanaryPlan p = SamplePlans.standard();
        CountingRelease r = new CountingRelease(
                new CanaryPlan(
                        p.name(),
                        p.environment(),
                        p.analysis(),
                        p.stages(),
                        new CanaryPlan.Timing(
                                p.timing().shiftTimeout(),
                                p.timing().progressDeadline(),
                                unavailableTicks,
                                p.timing().onBuildEnd(),
                                p.windows()),
                        p.watch(),
                        p.text()),
                AdvanceMode.AUTOMATIC);
        r.router.health = CanaryHealth.READY;
        return r;
    }

    private static List<String> warnings(CountingRelease r) {
        return r.written(RolloutEvent.Warned.class).stream()
                .map(RolloutEvent.Warned::message)
                .toList();
    }

    private static void assertRolledBack(CountingRelease r, String reason) {
        assertEquals(Outcome.ROLLED_BACK, r.run.state().ended().outcome());
        assertEquals(Weight.ZERO, r.router.weight);
        assertTrue(
                r.run.state().ended().reason().contains(reason),
                r.run.state().ended().reason());
        assertEquals(r.run.state(), RolloutState.of(r.plan, r.written));
    }

    @Test
    void noReadyPodForTwoTicksIsRolledBack() {
        CountingRelease r = begin();
        r.pass(3 * MINUTE);
        r.router.health = DOWN;
        r.pass(2 * TICK + 1_000);
        assertRolledBack(r, "the canary has had no ready pod for 2 ticks: 0 of 2 pods ready: CrashLoopBackOff");
        assertEquals(List.of("The canary has no ready pod: " + DOWN.detail()), warnings(r));
    }

    /** An API server that takes longer for its answers than a tick waits is slow, and no reason not to look. */
    @ParameterizedTest
    @ValueSource(ints = {500, 3_000, 10_000})
    void aSlowLookCountsAtTheNextTick(int millis) {
        CountingRelease r = begin();
        r.pass(3 * MINUTE);
        r.router.health = DOWN;
        r.clock.slow(millis);
        r.pass(6 * TICK);
        assertRolledBack(r, "the canary has had no ready pod for 2 ticks: 0 of 2 pods ready: CrashLoopBackOff");
    }

    /** A restart of a single pod is no disaster; but what passed before it says nothing of the pod after it. */
    @Test
    void oneTickWithoutAReadyPodBeginsThePhaseAnew() {
        CountingRelease r = begin();
        r.pass(4 * MINUTE);
        r.router.health = DOWN;
        r.pass(TICK);
        assertTrue(r.view.headline().says().contains("Watching phase Initial"));
        assertEquals(
                "The canary has no ready pod: " + DOWN.detail(),
                r.view.headline().reason());
        r.router.health = CanaryHealth.READY;
        r.pass(4 * MINUTE);
        assertEquals(0, r.run.state().phase(), "five minutes of green since the pod came back are not over");
        assertEquals(
                List.of(
                        "The canary has no ready pod: " + DOWN.detail(),
                        "Every pod of the canary is ready again; the phase's clock begins anew"),
                warnings(r));
        r.pass(2 * MINUTE);
        assertEquals(1, r.run.state().phase());
    }

    /** The ticks of a shift within the phase are not the phase's; that a pod came back at one of them is not forgotten. */
    @Test
    void aPodThatComesBackDuringAShiftWithinThePhaseBeginsItAnew() {
        Situation it = Situation.automatic(SamplePlans.standard()).in(0);
        Weight weight = it.s.weight();
        Weight less = Weight.ofPercent(4);
        for (int i = 0; i < 4; i++) {
            it.tick(0.001, Observation.of(weight).withHealth(CanaryHealth.READY));
        }
        assertTrue(it.s.evidence().gate().greenMillis() > 0);
        it.tick(0.001, Observation.of(weight).withHealth(DOWN));
        it.after(new RolloutEvent.ShiftIntended(it.now, 0, weight, less, "dynamic weight"));
        it.tick(0.001, Observation.of(less).withHealth(CanaryHealth.READY));
        it.after(new RolloutEvent.ShiftApplied(it.now, 0, less, null));
        it.tick(0.001, Observation.of(less).withHealth(CanaryHealth.READY));
        assertEquals(it.now, it.s.evidence().gate().openedAt());
        it.tick(0.001, Observation.of(less).withHealth(CanaryHealth.READY));
        assertEquals(it.now - Situation.TICK, it.s.evidence().gate().openedAt(), "and only once");
    }

    @Test
    void nothingAdvancesWhileNoPodIsReady() {
        CountingRelease r = after(0);
        r.pass(2 * MINUTE);
        r.router.health = DOWN;
        r.pass(60 * MINUTE);
        assertFalse(r.run.state().isEnded(), "the plan wants no roll back for it");
        assertEquals(0, r.run.state().phase());
        assertEquals(List.of(), r.written(RolloutEvent.GatePassed.class));
    }

    @Test
    void thePlanSaysAfterHowManyTicks() {
        CountingRelease r = after(5);
        r.pass(2 * MINUTE);
        r.router.health = DOWN;
        r.pass(4 * TICK);
        assertFalse(r.run.state().isEnded());
        r.pass(TICK + 1_000);
        assertRolledBack(r, "no ready pod for 5 ticks");
    }

    @Test
    void somePodsThatFailAreToldAndNoMore() {
        CountingRelease r = begin();
        r.pass(MINUTE);
        r.router.health = DEGRADED;
        r.pass(MINUTE);
        r.router.health = CanaryHealth.READY;
        r.pass(4 * MINUTE);
        assertEquals(
                List.of("Pods of the canary fail: " + DEGRADED.detail(), "Every pod of the canary is ready again"),
                warnings(r));
        assertEquals(1, r.run.state().phase(), "the phase's clock ran on");
    }

    /** Requests fail until somebody changes it: nothing is waited for, also while the shift is not verified. */
    @Test
    void aRefusalOfTheRoutersControllerIsRolledBackAtOnce() {
        CountingRelease r = begin();
        r.pass(MINUTE);
        r.router.health = REFUSED;
        r.pass(TICK + 1_000);
        assertRolledBack(r, "the router refuses the canary as a destination: ResolvedRefs=False (BackendNotFound)");
    }

    @Test
    void theHeadlineNamesTheWeightInForce() {
        CountingRelease r = new CountingRelease(SamplePlans.standard(), AdvanceMode.AUTOMATIC);
        r.router.beforeShift = (weight, extra) -> r.router.neverSettles = true;
        r.router.health = CanaryHealth.READY;
        r.pass(TICK);
        assertEquals(Status.SHIFTING, r.status());
        r.router.health = REFUSED;
        r.router.deaf = true;
        r.pass(TICK + 1_000);
        assertEquals(Status.ROLLING_BACK, r.status(), r.written.toString());
        assertEquals("Rolling back from 5%", r.view.headline().says());
    }

    @Test
    void aRestartForgetsNothing() {
        CountingRelease r = begin();
        r.pass(3 * MINUTE);
        r.router.health = DOWN;
        r.pass(TICK);
        r.restart(1_000);
        r.pass(TICK + 1_000);
        assertRolledBack(r, "no ready pod for 2 ticks");
    }

    @Test
    void whileAPersonDecidesThePodsAreWatched() throws Exception {
        CountingRelease r = begin();
        r.pass(MINUTE);
        r.run.command(new Input.SetHold("ada", "lunch"));
        r.router.health = DOWN;
        r.pass(2 * TICK + 1_000);
        assertRolledBack(r, "no ready pod");
    }

    /** After the promotion the watch judges the new version; its pods are the Deployment's business. */
    @Test
    void aPromotedVersionHasNoCanary() {
        CountingRelease r = new CountingRelease(
                SamplePlans.with(
                        SamplePlans.standard(),
                        Map.of(),
                        SamplePlans.watch(Duration.ofHours(2), Watch.OnBreach.ROLLBACK)),
                AdvanceMode.AUTOMATIC);
        r.router.health = CanaryHealth.READY;
        r.pass(90 * MINUTE);
        assertEquals(Status.ON_WATCH, r.status());
        r.router.health = DOWN;
        r.pass(10 * MINUTE);
        assertEquals(Status.ON_WATCH, r.status());
        assertEquals(List.of(), warnings(r));
    }

    /** Somebody took the canary out of traffic: that its pods are not looked at any more does not make them ready. */
    @Test
    void atWeightZeroNothingIsSaidOfThePods() {
        CountingRelease r = begin();
        r.pass(3 * MINUTE);
        r.router.health = DOWN;
        r.pass(TICK);
        r.router.weight = Weight.ZERO;
        r.pass(2 * TICK);
        assertEquals(List.of("The canary has no ready pod: " + DOWN.detail()), warnings(r));
    }
}

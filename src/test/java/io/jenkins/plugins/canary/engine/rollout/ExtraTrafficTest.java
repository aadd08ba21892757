package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.VirtualRelease.MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Phases in which the canary gets a cohort's requests, or copies, instead of a weight. */
class ExtraTrafficTest {

    private static final ExtraTraffic COPIES = SimPlans.STAFF.mirroring(Weight.ofPercent(10));
    private static final Duration FIVE = Duration.ofMinutes(5);

    private static final List<Phase> PHASES = List.of(
            SamplePlans.beside(SamplePlans.phase("Staff", 0, FIVE, null), SimPlans.STAFF),
            SamplePlans.beside(SamplePlans.phase("Copies", 0, FIVE, null), COPIES),
            SamplePlans.beside(SamplePlans.phase("Initial", 5, FIVE, null), SimPlans.STAFF),
            SamplePlans.beside(SamplePlans.phase("Full", 100, Duration.ZERO, null), SimPlans.STAFF));

    private static VirtualRelease begin() {
        return new VirtualRelease(SamplePlans.plan(PHASES, SamplePlans.rules(), null, OnBuildEnd.HOLD));
    }

    @Test
    void theCohortComesFirstAndStaysWhileWeightsRise() {
        VirtualRelease r = begin().pass(MINUTE);
        assertEquals(SimPlans.STAFF, r.router.extra);
        assertEquals(Weight.ZERO, r.router.weight);
        r.pass(5 * MINUTE);
        assertEquals(COPIES, r.router.extra);
        assertEquals(Weight.ZERO, r.router.weight);
        r.pass(5 * MINUTE);
        assertEquals(SimPlans.STAFF, r.router.extra, "copies end with their phase");
        assertEquals(Weight.ofPercent(5), r.router.weight);
        r.pass(10 * MINUTE);
        assertEquals(Outcome.PROMOTED, r.run.state().ended().outcome());
        assertEquals(ExtraTraffic.NONE, r.router.extra);
    }

    @Test
    void abortRulesAndRollBackTakeTheCohortAway() {
        VirtualRelease r = begin().pass(MINUTE);
        r.errors = 0.2;
        r.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, r.run.state().ended().outcome());
        assertEquals(ExtraTraffic.NONE, r.router.extra);
    }

    @Test
    void aMirrorThatSomebodyElseRemovedHolds() {
        VirtualRelease r = begin().pass(6 * MINUTE);
        r.router.extra = SimPlans.STAFF;
        r.pass(MINUTE);
        assertEquals(Status.ON_HOLD, r.status());
        assertEquals(
                "the canary gets requests with header X-Canary=always instead of requests with header X-Canary=always"
                        + " and copies of 10% of the requests: somebody else changed it",
                r.run.state().people().held().reason());
        assertEquals(r.run.state(), RolloutState.of(r.run.plan(), r.written));
    }

    @Test
    void liftingTheHoldSetsItAgain() throws Exception {
        VirtualRelease r = begin().pass(6 * MINUTE);
        r.router.extra = ExtraTraffic.NONE;
        r.pass(MINUTE);
        r.run.command(new Input.LiftHold("ada"));
        r.pass(MINUTE);
        assertEquals(COPIES, r.router.extra);
        assertEquals(1, r.run.state().phase());
    }

    @Test
    void whatIsLeftBesideWeightZeroKeepsANewRolloutFromBeginning() {
        VirtualRelease r = begin();
        r.router.extra = SimPlans.STAFF;
        r.pass(MINUTE);
        assertEquals(Outcome.FAILED, r.run.state().ended().outcome());
        assertTrue(
                r.run.state()
                        .ended()
                        .reason()
                        .startsWith("the canary gets requests with header X-Canary=always already"),
                r.run.state().ended().reason());
    }

    @Test
    void podsAreWatchedWhileOnlyTheCohortGetsThem() {
        CountingRelease r = new CountingRelease(
                SamplePlans.plan(PHASES, SamplePlans.rules(), null, OnBuildEnd.ROLLBACK), AdvanceMode.AUTOMATIC);
        r.router.health = CanaryHealth.READY;
        r.pass(MINUTE);
        assertNull(r.run.state().ended());
        r.router.health = new CanaryHealth(CanaryHealth.State.DOWN, "0 of 2 pods ready");
        r.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, r.run.state().ended().outcome());
        assertEquals(
                "the canary has had no ready pod for 2 ticks: 0 of 2 pods ready",
                r.run.state().ended().reason());
    }

    /** The cohort's requests are no share of the others. */
    @Test
    void countsAreNotComparedWithTheWeight() {
        CountingRelease r = new CountingRelease(
                SamplePlans.plan(PHASES, SamplePlans.rules(), null, OnBuildEnd.ROLLBACK), AdvanceMode.AUTOMATIC);
        r.pass(40 * MINUTE);
        assertEquals(Outcome.PROMOTED, r.run.state().ended().outcome());
        assertEquals(List.of(), r.written(RolloutEvent.TrafficShareDiffers.class));
    }

    @Test
    void aCrashBetweenIntentAndRouterGoesOn() {
        VirtualRelease r = begin().pass(6 * MINUTE);
        int applied =
                r.written.indexOf(r.written(RolloutEvent.ShiftApplied.class).get(1));
        r.written.subList(applied, r.written.size()).clear();
        r.router.extra = SimPlans.STAFF;
        RolloutState cut = RolloutState.of(r.run.plan(), r.written);
        assertEquals(COPIES, cut.intent().extra());
        assertEquals(SimPlans.STAFF, cut.position().extra());
        r.crashed(1_000).pass(MINUTE);
        assertEquals(COPIES, r.router.extra);
        assertEquals(COPIES, r.run.state().position().extra());
        assertEquals(1, r.run.state().phase());
        r.pass(20 * MINUTE);
        assertEquals(Outcome.PROMOTED, r.run.state().ended().outcome());
    }

    @Test
    void whatIsHeldIsLeftBehind() throws Exception {
        VirtualRelease r = begin().pass(MINUTE);
        r.run.command(new Input.OwnerGone(null, "the build ended"));
        assertEquals(Outcome.HELD, r.run.state().ended().outcome());
        assertEquals(
                "the build ended; the canary still gets requests with header X-Canary=always",
                r.run.state().ended().reason());
    }
}

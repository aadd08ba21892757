package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.MINUTE;
import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.TICK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.notify.Notice;
import io.jenkins.plugins.canary.engine.notify.Notifier;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A router that counts other traffic than its weight says: what the rollout does, and what it tells people. */
class ObservedTrafficTest {

    private static CountingRelease begin() {
        return new CountingRelease(SamplePlans.standard(), AdvanceMode.AUTOMATIC);
    }

    private static CountingRelease awaitingApproval() {
        CountingRelease r = new CountingRelease(
                SamplePlans.plan(
                        List.of(
                                SamplePlans.phase("a", 5, Duration.ofMinutes(1), new Approval(List.of(), null, false)),
                                SamplePlans.phase("b", 50, Duration.ofMinutes(1), null)),
                        SamplePlans.rules(),
                        null,
                        OnBuildEnd.ROLLBACK),
                AdvanceMode.AUTOMATIC);
        r.pass(5 * MINUTE);
        assertEquals(Status.AWAITING_APPROVAL, r.status());
        return r;
    }

    private static void assertTakenBack(CountingRelease r, String figures) {
        assertEquals(Outcome.ROLLED_BACK, r.run.state().ended().outcome());
        assertEquals(Weight.ZERO, r.router.weight);
        assertTrue(
                r.run.state().ended().reason().contains(figures),
                r.run.state().ended().reason());
        RolloutEvent.TrafficShareDiffers told =
                r.written(RolloutEvent.TrafficShareDiffers.class).get(0);
        assertTrue(told.more());
        assertEquals(r.run.state(), RolloutState.of(r.plan, r.written));
    }

    @Test
    void moreTrafficThanAskedForIsTakenBackAfterThreeTicks() {
        CountingRelease r = begin();
        r.router.routes = 1.0;
        r.pass(3 * TICK + 1_000);
        assertTakenBack(r, "100% observed, 5% set");
        assertEquals(1, r.written(RolloutEvent.ShiftApplied.class).size());
    }

    @Test
    void anAnswerThatIsMissingVerifiesNothing() {
        CountingRelease r = begin();
        r.router.routes = 1.0;
        r.pass(2 * TICK + 1_000);
        r.router.silent = true;
        r.pass(10 * MINUTE);
        assertFalse(r.run.state().isEnded() && r.run.state().ended().outcome() == Outcome.PROMOTED);
        assertEquals(
                List.of(), r.written(RolloutEvent.GatePassed.class), "no gate passes on what was seen to be wrong");
    }

    @Test
    void ticksWithoutRequestsVerifyNothing() {
        CountingRelease r = begin();
        r.router.routes = 1.0;
        r.pass(TICK + 1_000);
        r.clock.crash();
        assertTrue(r.run.state().evidence().share().contradicts());
        RolloutEvent.Ticked good = r.written(RolloutEvent.Ticked.class).get(0);
        RolloutState s = r.run.state();
        for (int i = 0; i < 20; i++) {
            s = s.apply(
                    r.plan,
                    new RolloutEvent.Ticked(
                            s.lastEventAt() + TICK,
                            0,
                            good.readings(),
                            good.gate(),
                            good.abort(),
                            s.weight(),
                            s.evidence().share().last(),
                            null,
                            null));
        }
        assertFalse(s.evidence().gate().isOpen());
    }

    @Test
    void aLateChangeIsTakenBackToo() {
        CountingRelease r = begin();
        r.pass(4 * MINUTE);
        assertTrue(r.run.state().evidence().gate().isOpen());
        r.router.routes = 1.0;
        r.pass(4 * TICK + 1_000);
        assertTakenBack(r, "100% observed, 5% set");
    }

    @Test
    void whileAPersonDecidesTheTrafficIsWatched() {
        CountingRelease r = awaitingApproval();
        r.pass(5 * 60 * MINUTE);
        r.router.routes = 0.4;
        r.pass(4 * TICK + 1_000);
        assertTakenBack(r, "observed, 5% set");
    }

    @Test
    void onHoldTheTrafficIsWatched() throws Exception {
        CountingRelease r = begin();
        r.pass(MINUTE);
        r.run.command(new Input.SetHold("ada", "lunch"));
        r.router.routes = 1.0;
        r.pass(4 * TICK + 1_000);
        assertTakenBack(r, "100% observed, 5% set");
    }

    @Test
    void afterARestartTheContradictionStands() {
        CountingRelease r = begin();
        r.router.routes = 1.0;
        r.pass(2 * TICK + 1_000);
        r.restart(MINUTE);
        r.pass(2 * TICK);
        assertTakenBack(r, "100% observed, 5% set");
    }

    @Test
    void aRouterThatCountsAnewIsNoProof() {
        CountingRelease r = begin();
        r.router.routes = 1.0;
        r.pass(2 * TICK + 1_000);
        r.router.restart();
        r.pass(TICK);
        assertTrue(r.run.state().evidence().share().contradicts());
        r.pass(2 * TICK);
        assertTakenBack(r, "100% observed, 5% set");
    }

    @Test
    void lessTrafficWaitsAndSaysSoUntilTheShiftTimesOut() {
        CountingRelease r = begin();
        r.router.routes = 0.0;
        r.pass(2 * MINUTE);
        RolloutStatusResponse answer = r.answer();
        assertEquals(
                "Waiting for observed traffic to match 5% (now 0%)",
                answer.standing().reason());
        assertEquals(1, r.written(RolloutEvent.TrafficShareDiffers.class).size(), "told once");
        assertFalse(r.run.state().evidence().gate().isOpen());
        r.pass(4 * MINUTE);
        assertEquals(Outcome.ROLLED_BACK, r.run.state().ended().outcome());
        assertEquals(
                "the observed traffic did not match 5% within 5 min: 0% observed, 5% set",
                r.run.state().ended().reason().replaceFirst(" \\(.*", ""));
    }

    @Test
    void lessTrafficLaterStopsTheClockAndItsEndGoesOn() {
        CountingRelease r = begin();
        r.pass(2 * MINUTE);
        long green = r.run.state().evidence().gate().greenMillis();
        assertTrue(green > 0);
        r.router.routes = 0.0;
        r.pass(2 * TICK);
        long then = r.run.state().evidence().gate().greenMillis();
        r.pass(60 * MINUTE);
        assertEquals(then, r.run.state().evidence().gate().greenMillis(), "the clock stands still");
        assertEquals(
                "Waiting for observed traffic to match 5% (now 0%)",
                r.answer().standing().reason());
        assertEquals(RolloutStatusResponse.Health.WAITING, r.answer().standing().health());
        assertFalse(r.written(RolloutEvent.TrafficShareDiffers.class).get(0).more());
        r.router.routes = null;
        r.pass(2 * TICK);
        assertEquals(1, r.written(RolloutEvent.TrafficShareMatches.class).size());
        r.pass(120 * MINUTE);
        assertEquals(Outcome.PROMOTED, r.run.state().ended().outcome());
    }

    @Test
    void anApprovalDoesNotLeadOnWhileTheTrafficIsWrong() throws Exception {
        CountingRelease r = awaitingApproval();
        r.router.routes = 0.0;
        r.pass(10 * MINUTE);
        assertTrue(
                r.answer().standing().reason().startsWith("Waiting for observed traffic to match 5% (now 0%); "),
                r.answer().standing().reason());
        r.run.command(new Input.Approve(0, "ada", Set.of(), null));
        r.pass(10 * MINUTE);
        assertEquals(Weight.ofPercent(5), r.router.weight);
        assertEquals(1, r.written(RolloutEvent.AdvanceDelayed.class).size());
        r.router.routes = null;
        r.pass(3 * TICK);
        assertEquals(Weight.ofPercent(50), r.router.weight);
    }

    @Test
    void aWeightThatMovesWithinItsPhaseIsComparedFromTheMoveOn() {
        CanaryPlan plan = SamplePlans.dynamic(
                SamplePlans.plan(
                        List.of(
                                SamplePlans.phase("a", 5, Duration.ofMinutes(1), null),
                                SamplePlans.phase("b", 40, Duration.ofHours(5), null)),
                        SamplePlans.rules(),
                        null,
                        OnBuildEnd.ROLLBACK),
                new WeightPolicy(
                        new DynamicWeight(Weight.ofPercent(40), 1, 0.05),
                        0.9,
                        Weight.ofPercent(1),
                        Weight.ofPercent(10),
                        Duration.ofMinutes(1),
                        SamplePlans.WINDOW));
        CountingRelease r = new CountingRelease(plan, AdvanceMode.AUTOMATIC);
        r.pass(10 * MINUTE);
        assertEquals(Weight.ofPercent(40), r.router.weight);
        assertTrue(r.written(RolloutEvent.ShiftApplied.class).size() >= 3, "the weight rose step by step");
        assertEquals(List.of(), r.written(RolloutEvent.TrafficShareDiffers.class));
        r.router.routes = 0.9;
        r.pass(4 * TICK + 1_000);
        assertTakenBack(r, "observed, 40% set");
    }

    @Test
    void thePageHasBothFiguresBeforeTheRollBack() {
        CountingRelease r = begin();
        r.router.routes = 1.0;
        r.pass(TICK + 1_000);
        assertEquals(RolloutStatusResponse.Health.BAD, r.answer().standing().health());
        assertEquals(
                "The canary gets more traffic than its weight: 100% observed, 5% set; rolls back when 3 ticks in a row"
                        + " agree",
                r.answer().standing().reason());
        r.pass(2 * TICK);
        List<String> told = r.answer().history().events().stream()
                .filter(e -> e.kind().equals("trafficShareDiffers"))
                .map(RolloutStatusResponse.EventRow::text)
                .toList();
        assertEquals(1, told.size());
        assertTrue(
                told.get(0).startsWith("The canary gets more traffic than its weight: 100% observed, 5% set ("),
                told.get(0));
    }

    @Test
    void peopleAreNotifiedOfBothFigures() {
        CountingRelease r = begin();
        List<Notice> notices = new ArrayList<>();
        new Notifier(r.plan, null).also(notices::add).follow(r.run);
        r.pass(MINUTE);
        assertTrue(notices.stream().noneMatch(n -> n.topic() == Topic.TRAFFIC));
        r.router.routes = 1.0;
        r.pass(4 * TICK);
        Notice notice = notices.stream()
                .filter(n -> n.topic() == Topic.TRAFFIC)
                .findFirst()
                .orElseThrow();
        assertEquals(RolloutStatusResponse.Tone.BAD, notice.tone());
        assertTrue(
                notice.text().startsWith("The canary gets more traffic than its weight: 100% observed, 5% set ("),
                notice.text());
        assertTrue(Topic.USUAL.contains(Topic.TRAFFIC));
    }
}

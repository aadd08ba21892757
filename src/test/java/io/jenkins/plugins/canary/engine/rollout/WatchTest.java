package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.VirtualRelease.HOUR;
import static io.jenkins.plugins.canary.engine.rollout.VirtualRelease.MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What happens in the two days after a promotion, in virtual time. */
class WatchTest {

    private static CanaryPlan plan(Watch watch) {
        CanaryPlan short1 = SamplePlans.plan(
                List.of(SamplePlans.phase("all", 100, Duration.ofMinutes(1), null)),
                SamplePlans.rules(),
                null,
                OnBuildEnd.ROLLBACK);
        return SamplePlans.with(short1, Map.of(), watch);
    }

    private static VirtualRelease promoted(Watch.OnBreach onBreach) {
        VirtualRelease release =
                new VirtualRelease(plan(SamplePlans.watch(Duration.ofHours(48), onBreach))).pass(5 * MINUTE);
        assertEquals(Status.ON_WATCH, release.status());
        assertTrue(release.run.state().isPromoted());
        assertFalse(release.run.state().isEnded());
        return release;
    }

    @Test
    void endsPromotedWhenItsTimeIsOver() {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK);
        release.pass(47 * HOUR);
        assertFalse(release.run.state().isEnded());
        release.pass(2 * HOUR);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
        assertEquals("watched for 2 d", release.run.state().ended().reason());
        assertEquals(Weight.FULL, release.router.weight);
    }

    @Test
    void aBreachTakesThePromotionBack() {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK).pass(30 * HOUR);
        release.errors = 0.2;
        release.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
        assertEquals(Weight.ZERO, release.router.weight);
        assertFalse(release.router.promoted);
        assertTrue(
                release.run.state().ended().reason().startsWith("after the promotion, error-rate is 20%"),
                release.run.state().ended().reason());
    }

    @Test
    void aFailingCriterionIsABreachOnlySeveralTimesInARow() {
        VirtualRelease release = promoted(Watch.OnBreach.ALERT);
        release.errors = 0.03;
        release.pass(30_000);
        assertNull(release.run.state().watch().breach());
        release.errors = null;
        release.pass(HOUR);
        assertNull(release.run.state().watch().breach(), "no data is no failure");
        release.errors = 0.03;
        release.pass(MINUTE);
        assertNotNull(release.run.state().watch().breach());
    }

    @Test
    void anAlertIsGivenOnceAndAgainAfterRecovery() {
        VirtualRelease release = promoted(Watch.OnBreach.ALERT);
        for (int i = 0; i < 2; i++) {
            release.errors = 0.2;
            release.pass(HOUR);
            assertEquals(
                    i + 1, release.written(RolloutEvent.WatchBreached.class).size());
            release.errors = 0.001;
            release.pass(MINUTE);
            assertEquals(
                    i + 1, release.written(RolloutEvent.WatchRecovered.class).size());
        }
        release.pass(48 * HOUR);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
        assertEquals(Weight.FULL, release.router.weight);
    }

    @Test
    void whoIsAskedMayKeepTheVersionOrTakeItBack() throws Exception {
        VirtualRelease release = promoted(Watch.OnBreach.ASK);
        assertThrows(Input.CommandRefused.class, () -> release.run.command(new Input.KeepVersion("ada", null)));
        release.errors = 0.2;
        release.pass(60 * HOUR);
        assertTrue(release.run.state().watch().asks(), "the watch does not end before somebody has said what is to be");
        release.run.command(new Input.KeepVersion("ada", "known, harmless"));
        release.pass(MINUTE);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());

        VirtualRelease other = promoted(Watch.OnBreach.ASK);
        other.errors = 0.2;
        other.pass(MINUTE);
        other.run.command(new Input.RollBack("bob", "not harmless"));
        other.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, other.run.state().ended().outcome());
        assertEquals(Weight.ZERO, other.router.weight);
    }

    @Test
    void theEndOfTheBuildAndARestartDoNotEndIt() throws Exception {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK);
        release.run.command(new Input.OwnerGone(null, "the build ended"));
        release.restarted(10 * HOUR).pass(HOUR);
        assertEquals(Status.ON_WATCH, release.status());
        release.errors = 0.2;
        release.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
        assertEquals(release.run.state(), RolloutState.of(release.run.plan(), release.written));
    }

    @Test
    void itsTimeGoesOnWhileNobodyWatches() {
        VirtualRelease release =
                promoted(Watch.OnBreach.ROLLBACK).restarted(50 * HOUR).pass(MINUTE);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
    }

    /** Nobody is told that a version was watched while nobody could see it. */
    @Test
    void theTimeThatNobodySawIsTold() {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK)
                .pass(HOUR)
                .restarted(50 * HOUR)
                .pass(MINUTE);
        String reason = release.run.state().ended().reason();
        assertTrue(reason.matches("watched for 2 d, without data for (2 d 2 h|50 h).* of the time until now"), reason);

        VirtualRelease dark = promoted(Watch.OnBreach.ROLLBACK);
        dark.errors = null;
        dark.pass(10 * HOUR);
        dark.errors = 0.001;
        dark.pass(39 * HOUR);
        reason = dark.run.state().ended().reason();
        assertTrue(reason.matches("watched for 2 d, without data for 10 h.* of the time until now"), reason);
    }

    /** A version that is down answers nothing, and so has no error rate: where the plan says so, that is a failure. */
    @Test
    void noDataIsABreachWhereThePlanSaysSo() {
        Watch usual = SamplePlans.watch(Duration.ofHours(48), Watch.OnBreach.ALERT);
        VirtualRelease release = new VirtualRelease(plan(new Watch(
                        usual.length(),
                        Track.CANARY,
                        List.of(new io.jenkins.plugins.canary.engine.gate.Criterion(
                                io.jenkins.plugins.canary.engine.metric.Metric.of("error-rate"),
                                io.jenkins.plugins.canary.engine.Unit.RATIO,
                                null,
                                0.02,
                                null,
                                0,
                                io.jenkins.plugins.canary.engine.gate.NoDataPolicy.FAIL,
                                null,
                                SamplePlans.WINDOW)),
                        usual.abort(),
                        usual.onBreach())))
                .pass(5 * MINUTE);
        release.errors = null;
        release.pass(MINUTE);
        assertEquals(
                "error-rate (canary): no data, empty vector (3 failed ticks in a row)",
                release.run.state().watch().breach().reason());
    }

    /** The failures that led to a breach are no part of the next one. */
    @Test
    void aBreachThatIsOverDoesNotComeBackOfItself() {
        Watch usual = SamplePlans.watch(Duration.ofHours(48), Watch.OnBreach.ALERT);
        List<io.jenkins.plugins.canary.engine.gate.AbortRule> rules = List.of(
                io.jenkins.plugins.canary.engine.gate.AbortRule.when(
                        SamplePlans.ratio("success-rate", 0.5, null), Duration.ZERO),
                io.jenkins.plugins.canary.engine.gate.AbortRule.afterFailures(3));
        VirtualRelease release = new VirtualRelease(
                        plan(new Watch(usual.length(), Track.CANARY, usual.criteria(), rules, usual.onBreach())))
                .pass(5 * MINUTE);
        release.errors = 0.03;
        release.pass(MINUTE);
        assertEquals(1, release.written(RolloutEvent.WatchBreached.class).size());
        release.blind = "error-rate";
        release.pass(HOUR);
        assertEquals(1, release.written(RolloutEvent.WatchBreached.class).size(), "nothing has failed since");
        assertEquals(
                List.of(), release.written(RolloutEvent.WatchRecovered.class), "what cannot be seen has not recovered");
        release.blind = null;
        release.errors = 0.001;
        release.pass(MINUTE);
        assertEquals(1, release.written(RolloutEvent.WatchRecovered.class).size());
        release.pass(HOUR);
        assertEquals(
                1,
                release.written(RolloutEvent.WatchBreached.class).size(),
                "the old failures are no part of a new one");
    }

    @Test
    void whatSomebodyElseReleasedIsNeverTakenBack() {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK).pass(HOUR);
        release.router.weight = Weight.ofPercent(5);
        release.router.promoted = false;
        release.errors = 0.5;
        release.pass(MINUTE);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
        assertTrue(release.run.state().ended().reason().startsWith("somebody else changed the router"));
        assertEquals(Weight.ofPercent(5), release.router.weight);
    }

    @Test
    void aSuccessorEndsItBeforeAnythingOfItIsSeenInTheTraffic() {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK).pass(HOUR);
        release.router.successor = "the rollout r2 of job #2";
        release.errors = 0.5;
        release.pass(MINUTE);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
        assertEquals(
                "the rollout r2 of job #2 has had the target since the promotion: nothing is taken back any more",
                release.run.state().ended().reason());
        assertEquals(List.of(), release.written(RolloutEvent.RollbackIntended.class));
        assertEquals(Weight.FULL, release.router.weight);
    }

    @Test
    void aRollBackThatWasDecidedWithoutALookEndsAtASuccessorToo() {
        for (Weight now : List.of(Weight.FULL, Weight.ofPercent(5), Weight.ZERO)) {
            VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK).pass(HOUR);
            release.unseen = true;
            release.router.successor = "the rollout r2";
            release.router.weight = now;
            release.router.promoted = false;
            release.errors = 0.5;
            release.pass(MINUTE);
            assertEquals(1, release.written(RolloutEvent.RollbackIntended.class).size());
            assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome(), "nothing was rolled back");
            assertEquals(now, release.router.weight);
            assertEquals(release.run.state(), RolloutState.of(release.run.plan(), release.written));
        }
    }

    @Test
    void whoTookThePromotionBackLetsGoOfTheTargetAgain() {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK).pass(HOUR);
        release.router.claimed = true;
        release.errors = 0.5;
        release.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
        assertFalse(release.router.claimed);
    }

    @Test
    void whatCannotBePutBackIsTriedAgainAndTheTargetLetGoOnce() {
        VirtualRelease release =
                new VirtualRelease(plan(SamplePlans.watch(Duration.ofHours(48), Watch.OnBreach.ROLLBACK)));
        release.stuck = true;
        release.pass(5 * MINUTE);
        assertEquals(5, release.putBacks);
        assertEquals(1, release.router.releases, "by then it may be somebody else's, or claimed anew");
    }

    @Test
    void aFullDiskKeepsNoPromotionThatMustGo() {
        VirtualRelease release = promoted(Watch.OnBreach.ROLLBACK);
        release.diskFull = true;
        release.errors = 0.2;
        release.pass(MINUTE);
        assertEquals(Weight.ZERO, release.router.weight);
        release.diskFull = false;
        release.pass(MINUTE);
        assertEquals(release.run.state(), RolloutState.of(release.run.plan(), release.written));
    }

    @Test
    void readsTheTrackThatThePromotedVersionHas() {
        Watch watch = SamplePlans.watch(Duration.ofHours(1), Watch.OnBreach.ROLLBACK);
        VirtualRelease release = new VirtualRelease(plan(
                        new Watch(watch.length(), Track.STABLE, watch.criteria(), watch.abort(), watch.onBreach())))
                .pass(5 * MINUTE);
        release.source.asked.clear();
        release.pass(MINUTE);
        assertEquals(
                Set.of(Track.STABLE),
                Set.copyOf(release.source.asked.stream().map(q -> q.track()).toList()));
        release.errors = 0.2;
        release.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
    }

    @Test
    void onlyWhatFitsAPromotedVersionCanBeSaid() throws Exception {
        VirtualRelease release = promoted(Watch.OnBreach.ALERT);
        for (Input.Command c : List.of(
                new Input.SetHold("ada", "why not"),
                new Input.Advance(1, "ada", true, "because"),
                new Input.Approve(1, "ada", Set.of(), "yes"))) {
            assertThrows(Input.CommandRefused.class, () -> release.run.command(c), c.toString());
        }
        release.run.command(new Input.EndWatch("ada", "seen enough"));
        release.pass(MINUTE);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
        assertEquals("seen enough", release.run.state().ended().reason());
    }
}

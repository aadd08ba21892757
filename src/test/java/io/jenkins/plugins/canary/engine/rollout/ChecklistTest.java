package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.VirtualRelease.HOUR;
import static io.jenkins.plugins.canary.engine.rollout.VirtualRelease.MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Checklist.Item;
import io.jenkins.plugins.canary.engine.plan.Checklist.When;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What checklists hold back, and who ticks them, in virtual time. */
class ChecklistTest {

    private static final Item CALM = new Item("Errors stay below 1%", SamplePlans.ratio("error-rate", null, 0.01));

    private static VirtualRelease release(CanaryPlan.Cap cap, Map<String, Checklist> lists) {
        return new VirtualRelease(SamplePlans.with(
                SamplePlans.plan(
                        List.of(
                                SamplePlans.phase("half", 50, Duration.ofMinutes(1), null),
                                SamplePlans.phase("full", 100, Duration.ofMinutes(1), null)),
                        SamplePlans.rules(),
                        cap,
                        OnBuildEnd.ROLLBACK),
                lists,
                null));
    }

    private static Checklist list(When when, String... items) {
        return new Checklist(
                when, java.util.Arrays.stream(items).map(i -> new Item(i, null)).toList());
    }

    @Test
    void nothingMovesBeforeTheListsThatComeFirst() throws Exception {
        VirtualRelease release = release(null, Map.of("pre", list(When.BEFORE, "On-call notified", "Rollback tested")));
        release.pass(HOUR);
        assertEquals(Weight.ZERO, release.router.weight);
        assertEquals(Status.AWAITING_CHECKLIST, release.status());
        release.run.command(new Input.TickItem("pre", "On-call notified", "ada"));
        assertEquals(
                "checklist pre: 1 of 2 open",
                release.run.state().waitsFor(release.run.plan()).says());
        release.run.command(new Input.TickItem("pre", "Rollback tested", "ada"));
        release.pass(20_000);
        assertEquals(Weight.ofPercent(50), release.router.weight);
    }

    @Test
    void anItemWithdrawnLaterStopsTheRiseAndTakesNothingBack() throws Exception {
        VirtualRelease release = release(null, Map.of("pre", list(When.BEFORE, "On-call notified")));
        release.run.command(new Input.TickItem("pre", "On-call notified", "ada"));
        release.pass(20_000);
        release.run.command(new Input.WithdrawItem("pre", "On-call notified", "ada"));
        release.pass(HOUR);
        assertEquals(Weight.ofPercent(50), release.router.weight);
        assertEquals(Status.AWAITING_CHECKLIST, release.status());
        release.run.command(new Input.TickItem("pre", "On-call notified", "bob"));
        release.pass(HOUR);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
    }

    @Test
    void thePromotionWaitsForWhatIsDoneMeanwhile() throws Exception {
        VirtualRelease release = release(null, Map.of("during", list(When.DURING, "Error logs checked")));
        release.pass(HOUR);
        assertEquals(Weight.FULL, release.router.weight);
        assertFalse(release.router.promoted);
        assertEquals(Status.AWAITING_CHECKLIST, release.status());
        release.run.command(new Input.TickItem("during", "Error logs checked", "ada"));
        release.pass(MINUTE);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
    }

    @Test
    void theRolloutStaysOpenForWhatFollowsThePromotionButNotForEver() throws Exception {
        VirtualRelease release = release(null, Map.of("post", list(When.POST, "Docs updated")));
        release.pass(HOUR);
        assertEquals(Status.ON_WATCH, release.status());
        release.run.command(new Input.TickItem("post", "Docs updated", "ada"));
        release.pass(MINUTE);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());

        VirtualRelease forgotten = release(null, Map.of("post", list(When.POST, "Docs updated")));
        forgotten.pass(8 * 24 * HOUR);
        assertEquals(
                "the checklist post: 1 of 1 open after 7 d",
                forgotten.run.state().ended().reason());
        assertEquals(Outcome.PROMOTED, forgotten.run.state().ended().outcome());
        assertTrue(forgotten.written.size() < 12_000, "lines for nothing: " + forgotten.written.size());
    }

    @Test
    void aCriterionTicksWhileItHoldsAndPeopleCannot() throws Exception {
        VirtualRelease release = release(
                new CanaryPlan.Cap(Weight.ofPercent(50), "ready"),
                Map.of("ready", new Checklist(When.NAMED, List.of(CALM))));
        release.errors = 0.015;
        release.pass(20_000);
        assertEquals(
                "'Errors stay below 1%' is not ticked by hand: it is proven by error-rate <= 1%",
                assertThrows(
                                Input.CommandRefused.class,
                                () -> release.run.command(new Input.TickItem("ready", CALM.text(), "ada")))
                        .getMessage());
        release.errors = null;
        release.pass(20_000);
        assertFalse(release.run.state().isTicked("ready", CALM.text()), "what nobody saw proves nothing");
        release.errors = 0.001;
        release.pass(20_000);
        RolloutEvent.ItemTicked tick =
                release.written(RolloutEvent.ItemTicked.class).get(0);
        assertEquals("error-rate is 0.1%", tick.proof());
        assertEquals(null, tick.by());
    }

    @Test
    void aProofLostAboveTheCapHoldsAndDoesNotFall() {
        VirtualRelease release = release(
                new CanaryPlan.Cap(Weight.ofPercent(50), "ready"),
                Map.of("ready", new Checklist(When.NAMED, List.of(CALM))));
        while (!release.router.weight.equals(Weight.FULL)) {
            release.pass(5_000);
        }
        release.errors = 0.015;
        release.pass(16_000);
        assertEquals(Status.ON_HOLD, release.status());
        assertTrue(
                release.run.state().people().held().reason().contains("the weight stays and does not rise"),
                release.run.state().people().held().reason());
        assertEquals(Weight.FULL, release.router.weight);
    }

    /** The gate is green all the time, and what proved the item is not seen any more when the step is due. */
    @Test
    void aProofOfLongAgoDoesNotRaiseTheWeight() throws Exception {
        Item flows = new Item("Traffic flows", SamplePlans.ratio("throughput-share", null, 0.5));
        VirtualRelease release = release(
                new CanaryPlan.Cap(Weight.ofPercent(50), "ready"),
                Map.of("ready", new Checklist(When.NAMED, List.of(flows, new Item("HA", null)))));
        release.pass(5 * MINUTE);
        assertTrue(release.run.state().isTicked("ready", flows.text()));
        release.blind = "throughput-share";
        release.pass(10 * MINUTE);
        release.run.command(new Input.TickItem("ready", "HA", "ada"));
        release.pass(10 * MINUTE);
        assertTrue(release.run.state().isTicked("ready", flows.text()), "what nobody sees withdraws nothing");
        assertEquals(Weight.ofPercent(50), release.router.weight);
        List<RolloutEvent.AdvanceDelayed> told = release.written(RolloutEvent.AdvanceDelayed.class);
        assertEquals(
                List.of("'Traffic flows' was not seen to hold for two intervals"),
                told.stream().map(RolloutEvent.AdvanceDelayed::reason).toList());
        release.blind = null;
        release.pass(2 * SamplePlans.INTERVAL.toMillis());
        assertEquals(Weight.FULL, release.router.weight);
    }

    @Test
    void aProofOfLongAgoDoesNotPromote() throws Exception {
        Item flows = new Item("Traffic flows", SamplePlans.ratio("throughput-share", null, 0.5));
        VirtualRelease release =
                release(null, Map.of("ready", new Checklist(When.DURING, List.of(flows, new Item("HA", null)))));
        release.pass(5 * MINUTE);
        release.blind = "throughput-share";
        release.pass(5 * MINUTE);
        release.run.command(new Input.TickItem("ready", "HA", "ada"));
        release.pass(5 * MINUTE);
        assertFalse(release.router.promoted);
        release.blind = null;
        release.pass(2 * SamplePlans.INTERVAL.toMillis());
        assertTrue(release.router.promoted);
    }

    /** Somebody else lowered the weight; meanwhile the list is open again. Lifting the hold does not raise it past the cap. */
    @Test
    void liftingAHoldDoesNotPassTheCap() throws Exception {
        VirtualRelease release = release(
                new CanaryPlan.Cap(Weight.ofPercent(50), "ready"), Map.of("ready", list(When.NAMED, "Redis is up")));
        release.run.command(new Input.TickItem("ready", "Redis is up", "ada"));
        goneAstray(release);
        release.run.command(new Input.WithdrawItem("ready", "Redis is up", "ada"));
        release.run.command(new Input.LiftHold("ada"));
        release.pass(MINUTE);
        assertEquals(Weight.ofPercent(20), release.router.weight);
        assertEquals(Status.CAPPED, release.status());
        assertEquals(
                "checklist ready: 1 of 1 open",
                release.run.state().waitsFor(release.run.plan()).says());
        release.run.command(new Input.TickItem("ready", "Redis is up", "bob"));
        release.pass(15_000);
        assertEquals(Weight.FULL, release.router.weight);
    }

    @Test
    void liftingAHoldDoesNotPassAListThatComesFirst() throws Exception {
        VirtualRelease release = release(null, Map.of("pre", list(When.BEFORE, "On-call notified")));
        release.run.command(new Input.TickItem("pre", "On-call notified", "ada"));
        goneAstray(release);
        release.run.command(new Input.WithdrawItem("pre", "On-call notified", "ada"));
        release.run.command(new Input.LiftHold("ada"));
        release.pass(MINUTE);
        assertEquals(Weight.ofPercent(20), release.router.weight);
        assertEquals(Status.AWAITING_CHECKLIST, release.status());
        release = release.restarted(MINUTE);
        assertEquals(Weight.ZERO, release.pass(MINUTE).router.weight, "its owner was gone: it is taken back, not up");
    }

    private static void goneAstray(VirtualRelease release) {
        while (!release.router.weight.equals(Weight.FULL)) {
            release.pass(5_000);
        }
        release.router.weight = Weight.ofPercent(20);
        release.pass(30_000);
        assertEquals(Status.ON_HOLD, release.status());
    }

    /** By then the labels of the canary may be nobody's. */
    @Test
    void anItemOfAfterwardsIsProvenByThePromotedVersion() {
        Watch watch = SamplePlans.watch(Duration.ofHours(1), Watch.OnBreach.ALERT);
        VirtualRelease release = new VirtualRelease(SamplePlans.with(
                release(null, Map.of()).run.plan(),
                Map.of("post", new Checklist(When.POST, List.of(CALM))),
                new Watch(watch.length(), Track.STABLE, watch.criteria(), watch.abort(), watch.onBreach())));
        while (!release.router.promoted) {
            release.pass(5_000);
        }
        release.written.clear();
        release.without = Track.CANARY;
        release.errors = 0.015;
        release.pass(MINUTE);
        assertEquals(
                "error-rate is 1.5%, above the maximum of 1%",
                release.written(RolloutEvent.ItemWithdrawn.class).get(0).proof());
        release.errors = 0.001;
        release.pass(MINUTE);
        assertEquals(
                "error-rate is 0.1%",
                release.written(RolloutEvent.ItemTicked.class).get(0).proof());
    }

    @Test
    void whatDoesNotExistIsNamedTogetherWithWhatDoes() {
        VirtualRelease release = release(null, Map.of("during", list(When.DURING, "a", "b")));
        assertEquals(
                "the plan has no checklist pre; it has during",
                assertThrows(Input.Unknown.class, () -> release.run.command(new Input.TickItem("pre", "a", "ada")))
                        .getMessage());
        assertEquals(
                "checklist during has no item 'c'; it has 'a', 'b'",
                assertThrows(
                                Input.Unknown.class,
                                () -> release.run.command(new Input.WithdrawItem("during", "c", "ada")))
                        .getMessage());
    }
}

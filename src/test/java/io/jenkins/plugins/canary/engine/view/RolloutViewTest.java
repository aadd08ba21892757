package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.EventNames;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PhaseState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RolloutViewTest {

    private static final Person BOB = new Person("bob", Set.of("release-managers"), true, true, true);

    @Test
    void showsAHealthyReleaseOnItsWay() {
        RolloutStatusResponse a = FakeRelease.seed().pass(9, 0).answer();
        assertEquals(Status.WATCHING, a.standing().status());
        assertEquals(Health.GOOD, a.standing().health());
        assertEquals("Watching phase Ramp 1 at 10%", a.standing().says());
        assertTrue(
                a.standing().reason().startsWith("Every criterion passes, green for 3 min"),
                a.standing().reason());
        assertEquals(
                List.of(PhaseState.PASSED, PhaseState.WATCHING, PhaseState.AHEAD, PhaseState.AHEAD, PhaseState.AHEAD),
                a.progress().phases().stream()
                        .map(RolloutStatusResponse.PhaseRow::state)
                        .toList());
        assertEquals(300_000, a.progress().phases().get(0).greenMillis());
        assertNotNull(a.progress().phases().get(0).passedAt());
        assertNull(a.progress().phases().get(2).enteredAt());
        RolloutStatusResponse.CriterionRow p99 = a.progress().criteria().get(2);
        assertEquals("latency p99", p99.metric());
        assertEquals(0.5, p99.max());
        assertEquals(0.3, p99.maxIncrease());
        assertEquals(CheckOutcome.PASS, p99.outcome());
        assertTrue(p99.query().contains("v2.4.0"), p99.query());
        assertTrue(p99.stable() > 0.2 && p99.stable() < 0.4, "stable " + p99.stable());
        assertEquals(0.1, a.progress().traffic().share(), 0.005);
        assertNull(a.progress().traffic().observed());
        assertTrue(
                a.progress().traffic().canary() > 1_500,
                "requests to the canary: " + a.progress().traffic().canary());
        assertEquals(
                List.of("Initial", "Ramp 1"),
                a.history().series().marks().stream()
                        .map(RolloutStatusResponse.MarkRow::label)
                        .toList());
    }

    /** A weight of 0 is not what a phase is about in which the canary gets something else. */
    @Test
    void namesTheCohortOrTheMirrorInPlaceOfAWeight() {
        CanaryPlan seed = ReleasePlans.seed();
        ExtraTraffic staff = new ExtraTraffic(
                List.of(new RequestMatch(RequestMatch.Kind.HEADER, "X-Canary", "always")), Weight.ZERO);
        List<Phase> phases = new ArrayList<>();
        phases.add(beside(seed.phases().get(0), "Staff", staff));
        phases.add(beside(seed.phases().get(0), "Copies", staff.mirroring(Weight.ofPercent(10))));
        phases.addAll(seed.phases());
        CanaryPlan plan = seed.with(
                seed.analysis(),
                new CanaryPlan.Stages(phases, seed.weights(), seed.cap(), seed.checklists()),
                seed.watch());
        RolloutView view = new RolloutView(plan);
        for (RolloutEvent e : List.of(
                new RolloutEvent.Started(1, "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()),
                new RolloutEvent.ShiftIntended(2, 0, Weight.ZERO, Weight.ZERO))) {
            view.apply(e);
        }
        assertEquals(
                "Shifting to header X-Canary=always for phase Staff",
                view.headline().says());
        view.apply(new RolloutEvent.ShiftApplied(4, 0, Weight.ZERO, null));
        assertEquals(
                "Watching phase Staff for header X-Canary=always",
                view.headline().says());
        assertEquals(
                Arrays.asList("header X-Canary=always", "mirror 10%", null),
                view.phases().subList(0, 3).stream()
                        .map(RolloutStatusResponse.PhaseRow::traffic)
                        .toList());
    }

    private static Phase beside(Phase p, String name, ExtraTraffic extra) {
        return new Phase(name, Weight.ZERO, p.hold(), p.deadline(), p.gate(), p.approval(), p.load(), p.score(), extra);
    }

    @Test
    void saysWhyARolloutWasTakenBack() {
        RolloutStatusResponse a =
                FakeRelease.seed().pass(7, 0).becomes("ERRORS").pass(1, 0).answer();
        assertEquals(Status.ROLLED_BACK, a.standing().status());
        assertEquals(Health.BAD, a.standing().health());
        assertEquals(
                "success-rate is 91.4%, below the minimum of 95%", a.standing().reason());
        assertEquals(PhaseState.ROLLED_BACK, a.progress().phases().get(1).state());
        assertEquals(
                List.of(true, false, false, false, false),
                a.progress().abort().stream()
                        .map(RolloutStatusResponse.AbortRow::fired)
                        .toList());
        assertEquals(1.0, a.progress().abort().get(0).nearness());
        assertEquals(List.of(), a.pending().actions());
        assertEquals(0, a.standing().weight().tenths());
        RolloutStatusResponse.EventRow last =
                a.history().events().get(a.history().events().size() - 1);
        assertEquals(
                "Rolled back, router verified at 0%: success-rate is 91.4%, below the minimum of 95%", last.text());
    }

    @Test
    void measuresHowNearAnAbortRuleIs() {
        FakeRelease release = FakeRelease.seed().pass(3, 0);
        RolloutStatusResponse.AbortRow calm =
                release.answer().progress().abort().get(3);
        assertEquals(0.7, calm.nearness(), 0.1);
        assertNull(calm.brokenMillis());
        RolloutStatusResponse.AbortRow slow =
                release.becomes("SLOW").pass(0, 15).answer().progress().abort().get(3);
        assertEquals(1.0, slow.nearness());
        assertEquals(600_000, slow.sustainedMillis());
        RolloutStatusResponse.AbortRow failures =
                release.answer().progress().abort().get(4);
        assertEquals(1.0 / 3, failures.nearness(), 1e-9);
        assertEquals(
                15_000, release.pass(0, 15).answer().progress().abort().get(3).brokenMillis());
    }

    @Test
    void tellsMissingDataFromFailure() {
        FakeRelease release = FakeRelease.seed().pass(3, 0).becomes("SILENT").pass(1, 0);
        RolloutStatusResponse silent = release.answer();
        assertEquals(Health.WAITING, silent.standing().health());
        assertEquals(CheckOutcome.NO_DATA, silent.progress().criteria().get(0).outcome());
        assertNull(silent.progress().criteria().get(0).value());
        assertTrue(
                silent.standing().reason().endsWith("nothing advances until there is data"),
                silent.standing().reason());
        RolloutStatusResponse down = release.becomes("DOWN").pass(1, 0).answer();
        assertEquals(CheckOutcome.UNAVAILABLE, down.progress().criteria().get(0).outcome());
        long heals = release.becomes("HEALTHY")
                .pass(0, 15)
                .answer()
                .progress()
                .criteria()
                .get(0)
                .since();
        assertEquals(
                heals, release.pass(1, 0).answer().progress().criteria().get(0).since());
    }

    @Test
    void offersWhatFitsAndNothingElse() throws Exception {
        FakeRelease release = FakeRelease.seed().pass(2, 0);
        assertEquals(
                List.of("promote", "hold", "rollback", "tick", "withdraw"),
                release.answer(0, 0, BOB).pending().actions());
        assertTrue(release.answer().pending().next().override());
        assertEquals(
                List.of(), release.answer(0, 0, Person.reader("eve")).pending().actions());
        release.pass(51, 0);
        RolloutStatusResponse asked = release.answer(0, 0, BOB);
        assertEquals(Status.AWAITING_APPROVAL, asked.standing().status());
        assertEquals(
                List.of("approve", "reject", "hold", "rollback", "tick", "withdraw"),
                asked.pending().actions());
        assertTrue(asked.pending().approval().terms().requireComment());
        assertEquals(
                List.of("hold", "rollback", "tick", "withdraw"),
                release.answer(0, 0, Person.allowedAll("not-a-manager"))
                        .pending()
                        .actions());
        release.run()
                .command(new Input.Approve(
                        release.run().state().phase(), "bob", Set.of("release-managers"), "looks fine"));
        assertEquals(Status.CAPPED, release.pass(0, 15).answer().standing().status());
        release.run().command(new Input.TickItem("redis-ready", "Failover drill done", "carol"));
        RolloutStatusResponse.ItemRow drill =
                release.answer().progress().checklists().get(0).items().get(1);
        assertEquals("carol", drill.by());
        release.run().command(new Input.TickItem("redis-ready", "Managed Redis with HA, TLS and AUTH", "carol"));
        RolloutStatusResponse end = release.pass(3, 0).answer();
        assertEquals(Status.PROMOTED, end.standing().status());
        assertEquals("v2.4.0 is promoted", end.standing().says());
        assertTrue(
                end.progress().phases().stream().allMatch(p -> p.state() == PhaseState.PASSED),
                end.progress().phases().toString());
    }

    @Test
    void namesPhasesThatWereSkippedOrLeftEarly() throws Exception {
        FakeRelease release = FakeRelease.seed().pass(2, 0);
        release.run().command(new Input.Advance(2, "bob", true, "fixed by hand"));
        assertEquals(
                List.of(PhaseState.OVERRIDDEN, PhaseState.SKIPPED, PhaseState.WATCHING),
                release.pass(1, 0).answer().progress().phases().stream()
                        .limit(3)
                        .map(RolloutStatusResponse.PhaseRow::state)
                        .toList());
    }

    @Test
    void answersOnlyWhatIsNew() {
        FakeRelease release = FakeRelease.seed().pass(3, 0);
        RolloutStatusResponse first = release.answer();
        RolloutStatusResponse nothing =
                release.answer(first.seq(), first.history().series().generation(), BOB);
        assertEquals(List.of(), nothing.history().events());
        assertEquals(List.of(), nothing.history().series().points().times());
        RolloutStatusResponse later =
                release.pass(3, 0).answer(first.seq(), first.history().series().generation(), BOB);
        assertEquals(12, later.history().series().points().times().size());
        assertEquals(
                List.of("gatePassed", "shiftIntended", "shiftApplied"),
                later.history().events().stream()
                        .map(RolloutStatusResponse.EventRow::kind)
                        .toList());
        RolloutStatusResponse otherGeneration = release.answer(first.seq(), 99, BOB);
        assertEquals(24, otherGeneration.history().series().points().times().size());
        RolloutStatusResponse otherRollout =
                release.answer(10_000, first.history().series().generation(), BOB);
        assertEquals(24, otherRollout.history().series().points().times().size());
        assertEquals(release.answer().history().events(), otherRollout.history().events());
    }

    @Test
    void everyEventButATickIsTold() {
        for (JsonSubTypes.Type type :
                EventNames.class.getAnnotation(JsonSubTypes.class).value()) {
            Class<?> kind = type.value();
            if (kind != RolloutEvent.Ticked.class) {
                RolloutStatusResponse.EventRow row = Sentences.of(ReleasePlans.seed(), 1, Samples.of(kind));
                assertNotNull(row, kind.getSimpleName());
                assertTrue(row.text().length() > 3 && row.kind() != null, row.toString());
            }
        }
    }

    @Test
    void aProbeIsShownAsItCameOutLastAndThoseNotRunByName() {
        RolloutView view = new RolloutView(ReleasePlans.probed());
        for (CheckOutcome outcome : List.of(CheckOutcome.FAIL, CheckOutcome.PASS)) {
            view.apply(new RolloutEvent.Probed(
                    5,
                    0,
                    new ProbeResult(
                            "origins",
                            Track.CANARY,
                            outcome,
                            "11 of 12 let through",
                            List.of(),
                            12,
                            new TreeMap<>(Map.of(200, 11, 429, 1)),
                            Map.of("p95", 0.2),
                            1,
                            2)));
        }
        RolloutStatusResponse a = view.answer(0, 0, 10, new Person("bob", Set.of(), true, true, true), true, null);
        assertEquals(
                List.of("limit-of-recommendations", "origins", "replay", "counts"),
                a.probes().stream().map(RolloutStatusResponse.ProbeRow::probe).toList());
        assertEquals(
                new RolloutStatusResponse.ProbeRow(
                        "origins",
                        "canary",
                        CheckOutcome.PASS,
                        "11 of 12 let through",
                        12,
                        "11 x 200, 1 x 429",
                        0.2,
                        5L),
                a.probes().get(1));
        assertNull(a.probes().get(0).outcome());
    }

    @Test
    void aScoredGateTellsItsScoreAndGoesByIt() {
        FakeRelease release = FakeRelease.inMemory(ReleasePlans.probed(), AdvanceMode.AUTOMATIC)
                .pass(4, 0);
        RolloutStatusResponse a = release.answer();
        assertEquals(75.0, a.progress().score().score());
        assertEquals(Score.Mark.PASS, a.progress().score().mark());
        assertEquals(RolloutStatusResponse.Health.GOOD, a.standing().health());
        assertTrue(
                a.standing().reason().startsWith("The score passes, green for "),
                a.standing().reason());
        RolloutStatusResponse slow = release.becomes("SLOW").pass(0, 15).answer();
        assertEquals(75.0, slow.progress().score().score());
        assertNull(FakeRelease.seed().pass(4, 0).answer().progress().score());
    }

    @Test
    void staysSmallHoweverLongTheRollout() throws Exception {
        FakeRelease release = FakeRelease.inMemory(ReleasePlans.endless(), AdvanceMode.AUTOMATIC);
        release.pass(60, 0);
        for (int i = 0; i < 300; i++) {
            release.run().command(new Input.SetHold("bob", "because " + i));
            release.run().command(new Input.LiftHold("bob"));
        }
        RolloutStatusResponse a = release.pass(60 * 10, 0).answer();
        assertEquals(ViewSnapshot.MOST_EVENTS, a.history().events().size());
        assertTrue(a.history().earlierEvents() > 400, "earlier " + a.history().earlierEvents());
        assertTrue(a.history().series().points().times().size() <= Series.LONGEST);
        assertTrue(a.history().series().generation() > 0 && a.history().series().ticksPerPoint() > 1);
    }

    @Test
    void aHoldBeforeTheFirstPhaseIsSaidToBeOne() throws Exception {
        RolloutView view = new RolloutView(ReleasePlans.seed());
        view.apply(new RolloutEvent.Started(
                1, "r", "api-gateway", "v2", "", AdvanceMode.AUTOMATIC, "o", "alice", Map.of()));
        view.apply(new RolloutEvent.HoldSet(2, "bob", "wait for the database"));
        RolloutStatusResponse a = view.answer(0, -1, 3, BOB, true, null);
        assertEquals(Status.STARTING, a.standing().status());
        assertEquals("On hold: wait for the database", a.standing().reason());
        assertTrue(
                a.pending().actions().contains("release"), a.pending().actions().toString());
    }

    @Test
    void saysThatTheRouterDoesNotAnswerWhileRollingBack() throws Exception {
        FakeRelease release = FakeRelease.seed().pass(7, 0).routerFails("haproxy at 127.0.0.1:9999 refused");
        release.run().command(new Input.RollBack("bob", "it looks odd"));
        RolloutStatusResponse a = release.pass(1, 0).answer();
        assertEquals(Status.ROLLING_BACK, a.standing().status());
        assertTrue(
                a.standing().reason().contains("it looks odd")
                        && a.standing().reason().contains("haproxy at 127.0.0.1:9999 refused"),
                a.standing().reason());
        assertEquals("haproxy at 127.0.0.1:9999 refused", a.pending().intent().error());
        assertEquals(List.of("tick", "withdraw"), a.pending().actions());
    }
}

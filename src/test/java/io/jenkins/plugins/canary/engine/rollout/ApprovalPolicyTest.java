package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several people, whose yes counts and whose does not, and when they are asked. */
class ApprovalPolicyTest {

    private static final Set<Exclusion> BOTH = Set.of(Exclusion.STARTER, Exclusion.COMMITTERS);
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Approval two(Set<Exclusion> notBy) {
        return new Approval(2, List.of("ops"), notBy, null, null, Duration.ofHours(8), false);
    }

    private static CanaryPlan plan(Approval approval) {
        return SamplePlans.plan(
                List.of(
                        SamplePlans.phase("Half", 50, Duration.ofSeconds(30), approval),
                        SamplePlans.phase("Full", 100, Duration.ZERO, null)),
                SamplePlans.rules(),
                null,
                OnBuildEnd.ROLLBACK);
    }

    /** Ada has started it, bob and cy have committed. */
    private static Situation begun(Approval approval, Map<Exclusion, List<String>> involved) {
        return new Situation(plan(approval), AdvanceMode.AUTOMATIC, involved);
    }

    private static Situation passed(Approval approval) {
        Situation it =
                begun(approval, Map.of(Exclusion.STARTER, List.of("ada"), Exclusion.COMMITTERS, List.of("bob", "cy")));
        return it.in(0).after(new RolloutEvent.GatePassed(it.now, 0));
    }

    private static Situation asked(Approval approval) {
        Situation it = passed(approval);
        return it.after(new RolloutEvent.ApprovalAsked(it.now, 0));
    }

    private static Input.Approve yes(String who) {
        return new Input.Approve(0, who, Set.of("ops"), "fine");
    }

    private static void refused(String why, Situation it, Input.Command command) {
        String said = it.say(command);
        assertTrue(said.contains(why), said);
    }

    @Test
    void twoDifferentPeopleMustAgree() {
        Situation it = asked(two(Set.of()));
        assertEquals("Approved", it.said(yes("dee")));
        assertTrue(it.s.isApprovalPending(it.plan));
        assertEquals(List.of(), it.next());
        refused("dee has agreed to phase Half already: 1 of 2 people have", it, yes("dee"));
        assertEquals(Status.AWAITING_APPROVAL, it.s.status(it.plan));
        it.tick(0.0);
        assertEquals("Approved", it.said(yes("eve")));
        assertFalse(it.s.isApprovalPending(it.plan));
        assertEquals(List.of("ShiftIntended"), it.next());
        assertEquals(
                List.of("dee", "eve"),
                it.s.people().agreements().stream().map(People.Agreement::by).toList());
    }

    @Test
    void anAgreementIsWithdrawnUntilEnoughHaveAgreed() {
        Situation it = asked(two(Set.of()));
        refused(
                "dee has not agreed to phase Half: there is nothing to withdraw",
                it,
                new Input.WithdrawApproval(0, "dee"));
        it.said(yes("dee"));
        assertEquals("ApprovalWithdrawn", it.said(new Input.WithdrawApproval(0, "dee")));
        it.said(yes("eve"));
        assertTrue(it.s.isApprovalPending(it.plan), "one of two");
        it.said(yes("dee"));
        refused("no approval is pending", it, new Input.WithdrawApproval(0, "dee"));
    }

    @Test
    void oneNoIsEnough() {
        Situation it = asked(two(Set.of()));
        it.said(yes("dee"));
        assertEquals("RollbackIntended", it.said(new Input.Reject(0, "dee", Set.of("ops"), "changed my mind")));
    }

    @Test
    void theYesOfWhoStartedItOrCommittedDoesNotCount() {
        Situation it = asked(two(BOTH));
        refused(
                "ada may not approve phase Half, having started this rollout; it may be approved by ops",
                it,
                yes("ada"));
        refused("cy may not approve phase Half, having committed to this version", it, yes("cy"));
        refused(
                "zoe may not approve phase Half; it may be approved by ops",
                it,
                new Input.Approve(0, "zoe", Set.of(), "x"));
        assertEquals("Approved", it.say(yes("dee")));
        assertEquals("RollbackIntended", it.say(new Input.Reject(0, "ada", Set.of("ops"), "no")), "their no does");
        assertEquals("Approved", asked(two(Set.of(Exclusion.COMMITTERS))).say(yes("ada")));
    }

    @Test
    void whoIsNotKnownCannotBeExcluded() {
        Situation it = begun(two(BOTH), Map.of(Exclusion.STARTER, List.of()));
        it.in(0).after(new RolloutEvent.GatePassed(it.now, 0), new RolloutEvent.ApprovalAsked(it.now, 0));
        refused("it is not known who they are; roll back", it, yes("dee"));
        Situation timer = begun(two(Set.of(Exclusion.STARTER)), Map.of(Exclusion.STARTER, List.of()));
        timer.in(0).after(new RolloutEvent.GatePassed(timer.now, 0), new RolloutEvent.ApprovalAsked(timer.now, 0));
        assertEquals("Approved", timer.say(yes("dee")), "a timer is nobody");
    }

    @Test
    void aRefusalKnowsItsReason() {
        Situation it = asked(two(BOTH));
        it.said(yes("dee"));
        assertEquals(Optional.of(ApprovalPolicy.Ineligible.AGREED), ineligible(it, "dee"));
        assertEquals(Optional.of(ApprovalPolicy.Ineligible.STARTER), ineligible(it, "ada"));
        assertEquals(Optional.of(ApprovalPolicy.Ineligible.COMMITTER), ineligible(it, "bob"));
        assertEquals(Optional.empty(), ineligible(it, "eve"));
        assertEquals(
                Optional.of(ApprovalPolicy.Ineligible.NOT_NAMED),
                ApprovalPolicy.ineligible(it.plan, it.s, "zoe", Set.of()));
    }

    private static Optional<ApprovalPolicy.Ineligible> ineligible(Situation it, String user) {
        return ApprovalPolicy.ineligible(it.plan, it.s, user, Set.of("ops"));
    }

    /** Winter and summer time, and the hour that there is not. */
    @ParameterizedTest
    @CsvSource({
        "2026-01-15T07:59:00Z, false",
        "2026-01-15T08:00:00Z, true",
        "2026-01-15T22:59:00Z, true",
        "2026-01-15T23:00:00Z, false",
        "2026-07-15T06:59:00Z, false",
        "2026-07-15T07:00:00Z, true"
    })
    void peopleAreAskedFromATimeOfDayOn(Instant at, boolean asks) {
        Approval nine = new Approval(1, List.of(), Set.of(), LocalTime.of(9, 0), BERLIN, null, false);
        assertEquals(asks, nine.asksAt(at.toEpochMilli()));
        Approval skipped = new Approval(1, List.of(), Set.of(), LocalTime.of(2, 30), BERLIN, null, false);
        assertTrue(skipped.asksAt(Instant.parse("2026-03-29T01:00:00Z").toEpochMilli()), "02:30 does not exist");
    }

    @Test
    void theTimeoutBeginsWhenPeopleAreAsked() {
        Situation it = begun(
                new Approval(1, List.of("ops"), Set.of(), LocalTime.of(9, 0), BERLIN, Duration.ofHours(1), false),
                Map.of());
        it.now = Instant.parse("2026-01-15T05:00:00Z").toEpochMilli();
        it.in(0).after(new RolloutEvent.GatePassed(it.now, 0));
        assertEquals(List.of(), it.next(), "at six in the morning");
        assertEquals(Status.AWAITING_APPROVAL, it.s.status(it.plan));
        assertEquals("Approved", it.say(yes("dee")), "who is awake may");
        it.now = Instant.parse("2026-01-15T07:59:00Z").toEpochMilli();
        it.tick(0.0);
        assertEquals(List.of(), it.next());
        it.now = Instant.parse("2026-01-15T08:00:00Z").toEpochMilli();
        assertEquals(List.of("ApprovalAsked"), it.next());
        it.now += Duration.ofMinutes(59).toMillis();
        assertEquals(List.of(), it.tick(0.0));
        it.now += Duration.ofMinutes(1).toMillis();
        assertEquals(List.of("RollbackIntended"), it.tick(0.0));
        assertEquals("nobody approved phase Half within 1 h", it.s.intent().reason());
    }

    @Test
    void aTimeoutSaysHowManyHadAgreed() {
        Situation it = asked(two(Set.of()));
        it.said(yes("dee"));
        it.now += Duration.ofHours(8).toMillis();
        assertEquals(List.of("RollbackIntended"), it.tick(0.0));
        assertEquals(
                "1 of 2 people approved phase Half within 8 h", it.s.intent().reason());
    }
}

package io.jenkins.plugins.canary.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.checks.api.ChecksConclusion;
import io.jenkins.plugins.checks.api.ChecksDetails;
import io.jenkins.plugins.checks.api.ChecksOutput;
import io.jenkins.plugins.checks.api.ChecksStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a commit's checks say after each event. */
class RolloutCheckTest {

    private static final long T = 1_800_000_000_000L;
    private static final String PLAN = """
            name: shop
            traffic: { local: { control: "http://127.0.0.1:9" } }
            metrics:
              prometheus: { url: "http://prometheus.example" }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: Initial, weight: 20, hold: 1m }
              - { name: "Full | <b>", weight: 100, hold: 1m, approval: {} }
            gate: [ { metric: error-rate, max: 1% } ]
            abort: [ { metric: error-rate, max: 5% } ]
            watch: { for: 1h, criteria: [ { metric: error-rate, max: 1% } ] }
            """;

    private CanaryPlan plan;
    private RolloutView view;

    @BeforeEach
    void begin() throws Exception {
        plan = PlanReader.read(PLAN);
        view = new RolloutView(plan);
        after(new RolloutEvent.Started(T, "r1", "shop", "v2", PLAN, AdvanceMode.AUTOMATIC, "job#1", "alice", Map.of()));
    }

    private void after(RolloutEvent... events) {
        for (RolloutEvent event : events) {
            view.apply(event);
        }
    }

    private void in(int phase) {
        Weight weight = plan.phases().get(phase).weight();
        after(
                new RolloutEvent.ShiftIntended(T + 1, phase, view.state().weight(), weight),
                new RolloutEvent.ShiftApplied(T + 2, phase, weight, null));
    }

    private void tick(int phase, CheckOutcome outcome, double value, String says) {
        Check check = new Check("error-rate <= 1%", outcome, value, null, says);
        Check abort = new Check("error-rate <= 5%", CheckOutcome.PASS, value, null, "fine");
        after(new RolloutEvent.Ticked(
                T + 10,
                phase,
                List.of(),
                List.of(check),
                List.of(abort),
                view.state().weight(),
                null,
                null,
                null));
    }

    private List<ChecksDetails> checks() {
        return new RolloutCheck("Canary / shop", view, "https://ci.example/job/shop/1/canary/r1/").details();
    }

    private ChecksDetails only() {
        assertEquals(1, checks().size());
        return checks().get(0);
    }

    private static String title(ChecksDetails check) {
        return check.getOutput().flatMap(ChecksOutput::getTitle).orElseThrow();
    }

    private static String text(ChecksDetails check) {
        return check.getOutput().flatMap(o -> o.getText(65_535)).orElseThrow();
    }

    private static void is(ChecksDetails check, ChecksStatus status, ChecksConclusion conclusion, String title) {
        assertEquals(status, check.getStatus());
        assertEquals(conclusion, check.getConclusion());
        assertEquals(title, title(check));
        assertEquals(conclusion != ChecksConclusion.NONE, check.getCompletedAt().isPresent());
    }

    @Test
    void queuedUntilTheFirstShift() {
        is(only(), ChecksStatus.QUEUED, ChecksConclusion.NONE, "Starting");
        assertEquals("Canary / shop", only().getName().orElseThrow());
        assertEquals(
                "https://ci.example/job/shop/1/canary/r1/",
                only().getDetailsURL().orElseThrow());
        assertEquals("2027-01-15T08:00", only().getStartedAt().orElseThrow().toString());
    }

    @Test
    void tellsPhasesAndCriteriaAsTables() {
        in(0);
        tick(0, CheckOutcome.FAIL, 0.02, "error-rate is 2%, limit 1% | @here");
        is(only(), ChecksStatus.IN_PROGRESS, ChecksConclusion.NONE, "Watching phase Initial at 20%");
        assertEquals(
                "Watching phase Initial at 20%: error-rate is 2%, limit 1% \\| @\u200bhere",
                only().getOutput().flatMap(o -> o.getSummary(65_535)).orElseThrow());
        assertEquals("""
                ### Phases

                | Phase | Traffic | State | Green for |
                | --- | --- | --- | --- |
                | Initial | 20% | watching | 0 s of 1 min |
                | Full \\| \\<b> | 100% | ahead | 0 s of 1 min |

                ### Criteria

                | Criterion | Canary | Stable | Result |
                | --- | --- | --- | --- |
                | error-rate \\<= 1% | 2% |  | fail: error-rate is 2%, limit 1% \\| @\u200bhere |
                """, text(only()));
    }

    /** A check that was completed stays as it is on GitHub, so nothing but an end completes it. */
    @Test
    void anApprovalIsWaitedForInProgress() {
        in(0);
        in(1);
        tick(1, CheckOutcome.PASS, 0.001, "fine");
        after(new RolloutEvent.GatePassed(T + 20, 1), new RolloutEvent.ApprovalAsked(T + 20, 1));
        is(only(), ChecksStatus.IN_PROGRESS, ChecksConclusion.NONE, "Phase Full | <b> waits for approval at 100%");
    }

    @ParameterizedTest
    @CsvSource({
        "PROMOTED, SUCCESS, v2 is promoted",
        "ROLLED_BACK, FAILURE, v2 was rolled back",
        "HELD, ACTION_REQUIRED, Ended on hold at 20%",
        "FAILED, FAILURE, The rollout could not begin",
    })
    void theEndIsTheConclusion(Outcome outcome, ChecksConclusion conclusion, String title) {
        in(0);
        after(new RolloutEvent.Ended(T + 30, outcome, "because", view.state().weight()));
        is(only(), ChecksStatus.COMPLETED, conclusion, title);
    }

    @Test
    void aBuildThatWasStoppedSaysNothingOfTheVersion() {
        in(0);
        after(
                new RolloutEvent.RollbackIntended(T + 30, "the build was aborted", null, null, true),
                new RolloutEvent.Ended(T + 31, Outcome.ROLLED_BACK, "the build was aborted", Weight.ZERO));
        is(only(), ChecksStatus.COMPLETED, ChecksConclusion.CANCELED, "v2 was rolled back");
    }

    private void promoted() {
        in(0);
        in(1);
        after(
                new RolloutEvent.PromoteIntended(T + 40),
                new RolloutEvent.WatchStarted(T + 41, T + 3_600_041, Weight.FULL));
    }

    @Test
    void theWatchIsACheckOfItsOwn() {
        promoted();
        List<ChecksDetails> checks = checks();
        assertEquals(2, checks.size());
        is(checks.get(0), ChecksStatus.COMPLETED, ChecksConclusion.SUCCESS, "v2 is promoted");
        assertEquals("Canary / shop (watch)", checks.get(1).getName().orElseThrow());
        is(checks.get(1), ChecksStatus.IN_PROGRESS, ChecksConclusion.NONE, "v2 is promoted and on watch");

        after(new RolloutEvent.Ended(T + 50, Outcome.PROMOTED, "the watch is over", Weight.FULL));
        is(checks().get(1), ChecksStatus.COMPLETED, ChecksConclusion.SUCCESS, "v2 is promoted");
    }

    @Test
    void aVersionThatTheWatchTakesBackFailsItsCheckOnly() {
        promoted();
        after(
                new RolloutEvent.WatchBreached(T + 45, "error-rate is 9%", null, Watch.OnBreach.ROLLBACK),
                new RolloutEvent.RollbackIntended(T + 46, "error-rate is 9%", null, null),
                new RolloutEvent.Ended(T + 50, Outcome.ROLLED_BACK, "error-rate is 9%", Weight.ZERO));
        is(checks().get(0), ChecksStatus.COMPLETED, ChecksConclusion.SUCCESS, "v2 is promoted");
        is(checks().get(1), ChecksStatus.COMPLETED, ChecksConclusion.FAILURE, "v2 was rolled back");
    }

    @Test
    void aBreachThatNobodyAcceptedFailsTheWatch() {
        promoted();
        after(
                new RolloutEvent.WatchBreached(T + 45, "error-rate is 9%", null, Watch.OnBreach.ALERT),
                new RolloutEvent.Ended(T + 50, Outcome.PROMOTED, "the watch is over", Weight.FULL));
        assertEquals(ChecksConclusion.FAILURE, checks().get(1).getConclusion());
    }

    @Test
    void aThousandPhasesFitIntoTheApi() throws Exception {
        StringBuilder phases = new StringBuilder();
        for (int i = 1; i <= 999; i++) {
            phases.append("  - { name: P")
                    .append(i)
                    .append(", weight: ")
                    .append(i / 10.0)
                    .append(", hold: 1m }\n");
        }
        plan = PlanReader.read(PLAN.replaceAll("(?s)  - \\{ name: Initial.*approval: \\{\\} \\}\n", phases.toString()));
        view = new RolloutView(plan);
        after(new RolloutEvent.Started(T, "r1", "shop", "v2", PLAN, AdvanceMode.AUTOMATIC, "job#1", "alice", Map.of()));
        String text = text(only());
        assertTrue(text.contains("949 more are on the gate page."), text);
        assertFalse(text.contains("| P51 |"), text);
        String least = only().getOutput().flatMap(o -> o.getText(300)).orElseThrow();
        assertTrue(least.endsWith("|\nOutput truncated."), "cut between rows: " + least);
    }
}

package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.rollouts.CanaryFailure;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.io.File;
import java.util.List;
import jenkins.model.InterruptedBuildAction;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The steps in pipelines as people write them, against the demo's services. */
@WithJenkins
class PipelineTest {

    private static final String PER_PHASE = """
            pipeline {
              agent none
              stages {
                stage('Canary 20%%') { steps { canaryStart yaml: '''%s''', version: 'v2'; canaryGate() } }
                stage('Canary 50%%') { steps { canaryPromote(); canaryGate() } }
                stage('Full')        { steps { canaryPromote(to: 100) } }
              }
              post { failure { canaryRollback reason: 'pipeline failed' } }
            }
            """;

    private static JenkinsRule j;
    private CanaryWorld world;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void declarativePipelinePromotesAHealthyRelease() throws Exception {
        WorkflowRun build = Builds.start(j, "healthy", PER_PHASE.formatted(world.plan("healthy")));

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
        assertEquals("PROMOTED", Builds.record(build).getOutcome());
        assertEquals(
                List.of(0, 1, 2),
                Builds.journal(build, RolloutEvent.ShiftIntended.class).stream()
                        .map(RolloutEvent.ShiftIntended::phase)
                        .toList());
        assertEquals(3, Builds.journal(build, RolloutEvent.GatePassed.class).size());
        j.assertLogContains("The gate of phase Half passed", build);
        j.assertLogContains("[canary healthy] gate page", build);
        assertTrue(new File(build.getRootDir(), "build.xml").length() < 16 << 10, "build.xml stays small");
        assertTrue(RolloutManager.get().open().isEmpty());
    }

    @Test
    void badReleaseIsTakenBackAndTheLogNamesTheCheck() throws Exception {
        world.breakCanary();
        WorkflowRun build = Builds.start(j, "bad", PER_PHASE.formatted(world.plan("bad")));

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        assertEquals("ROLLED_BACK", Builds.record(build).getOutcome());
        j.assertLogContains("Canary bad was rolled back: error-rate is ", build);
        j.assertLogContains("above the maximum of 30%", build);
        j.assertLogContains("Nothing to roll back: the rollout has ended, rolled back: error-rate is ", build);
    }

    /** Whoever catches the failure says what it makes of the build, as with every other step. */
    @Test
    void catchErrorAroundABadReleaseDecidesTheResult() throws Exception {
        world.breakCanary();
        WorkflowRun build = Builds.start(
                j,
                "caught",
                "catchError(buildResult: 'UNSTABLE', stageResult: 'FAILURE') { canaryRollout version: 'v2', yaml: \"\"\""
                        + world.plan("caught") + "\"\"\" }\necho 'it goes on'");

        j.assertBuildStatus(Result.UNSTABLE, j.waitForCompletion(build));
        assertEquals("ROLLED_BACK", Builds.record(build).getOutcome());
        j.assertLogContains("ERROR: Canary caught was rolled back: error-rate is ", build);
        j.assertLogContains("it goes on", build);
    }

    @Test
    void oneStepWalksTheWholeTable() throws Exception {
        WorkflowRun build = Builds.start(j, "whole", """
                def end = canaryRollout yaml: '''%s'''
                echo "it ended ${end.outcome} at ${end.weight} in ${end.phase}: ${end.status}"
                """.formatted(world.plan("whole")));

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
        j.assertLogContains("it ended PROMOTED at 100.0 in Full: PROMOTED", build);
        j.assertLogContains("Rollout of whole started, advances automatically", build);
    }

    @Test
    void oneStepTakesThePlanAsTextInDeclarativePipelinesToo() throws Exception {
        WorkflowRun build = Builds.start(
                j,
                "text",
                "pipeline { agent none; stages { stage('Release') { steps { canaryRollout version: 'v2', plan: '''"
                        + world.plan("text") + "''' } } } }");

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
    }

    @Test
    void failedGateTakesTheCanaryBackBeforeTheBuildFails() throws Exception {
        String plan = world.plan(
                        "gate",
                        "[ { name: Initial, weight: 20, hold: 1s, deadline: 2s }, { name: Full, weight: 100 } ]",
                        "")
                .replace("max: 30%", "max: 100%");
        world.breakCanary();
        WorkflowRun build =
                Builds.start(j, "gate", "canaryStart yaml: '''" + plan + "''', version: 'v2'\ncanaryGate()");

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        j.assertLogContains("The gate of phase Initial failed", build);
        j.assertLogContains("success-rate", build);
    }

    @Test
    void failedGateMarksTheBuildUnstableWhenAskedTo() throws Exception {
        String plan = world.plan(
                        "unstable",
                        "[ { name: Initial, weight: 20, hold: 1s, deadline: 2s }, { name: Full, weight: 100 } ]",
                        "")
                .replace("max: 30%", "max: 100%");
        world.breakCanary();
        WorkflowRun build = Builds.start(
                j,
                "unstable",
                "canaryStart yaml: '''" + plan
                        + "''', version: 'v2'\ndef r = canaryGate(onFail: 'UNSTABLE')\necho \"went on with ${r.outcome}\"");

        j.assertBuildStatus(Result.UNSTABLE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        j.assertLogContains("went on with ROLLED_BACK", build);
        WarningAction warning = new DepthFirstScanner()
                .allNodes(build.getExecution()).stream()
                        .map(n -> n.getPersistentAction(WarningAction.class))
                        .filter(a -> a != null)
                        .findFirst()
                        .orElseThrow();
        assertTrue(warning.getMessage().contains("success-rate"), warning.getMessage());
    }

    @Test
    void whoGoesOnWithoutTheGateIsOnRecordWithTheReason() throws Exception {
        String plan = world.plan(
                "early",
                "[ { name: Initial, weight: 20, hold: 10m }, { name: Half, weight: 50, hold: 10m },"
                        + " { name: Full, weight: 100 } ]",
                "");
        WorkflowRun build = Builds.start(
                j,
                "early",
                "canaryStart yaml: '''" + plan + "''', version: 'v2'\n"
                        + "canaryPromote override: true, reason: 'decided in the call'\necho 'went on'\ncanaryRollback()");

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        RolloutEvent.AdvanceAsked asked =
                Builds.journal(build, RolloutEvent.AdvanceAsked.class).get(0);
        assertEquals("decided in the call", asked.reason());
        assertEquals("early#1", asked.by());
        j.assertLogContains("Phase Half requested without waiting for the gate: decided in the call (early#1)", build);
        j.assertLogContains("went on", build);
    }

    @Test
    void twoStepsThatSeeTheSameGateFailEndTogether() throws Exception {
        String plan = world.plan(
                        "twice",
                        "[ { name: Initial, weight: 20, hold: 1s, deadline: 2s }, { name: Full, weight: 100 } ]",
                        "")
                .replace("max: 30%", "max: 100%");
        world.breakCanary();
        WorkflowRun build = Builds.start(j, "twice", "canaryStart yaml: '''" + plan + """
                ''', version: 'v2'
                parallel(
                  one: { canaryGate(onFail: 'UNSTABLE') },
                  two: { canaryGate(onFail: 'UNSTABLE') },
                  three: { canaryGate(onFail: 'UNSTABLE') })
                echo 'went on'
                """);

        j.assertBuildStatus(Result.UNSTABLE, j.waitForCompletion(build));
        j.assertLogContains("went on", build);
        assertEquals(Weight.ZERO, world.weight());
        assertEquals(
                1, Builds.journal(build, RolloutEvent.RollbackIntended.class).size());
    }

    @Test
    void abortRuleIsWatchedWhileThePipelineSleeps() throws Exception {
        WorkflowRun build = Builds.start(
                j,
                "sleeps",
                "canaryStart yaml: '''" + world.plan("sleeps")
                        + "''', version: 'v2'\ncanaryGate()\nsleep 300\necho 'never here'");
        j.waitForMessage("Sleeping for", build);
        world.breakCanary();

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        j.assertLogContains("Abort rule fired, rolling back: error-rate is ", build);
        j.assertLogContains("Canary sleeps was rolled back: error-rate is ", build);
        CanaryFailure cause = build.getActions(InterruptedBuildAction.class).stream()
                .flatMap(a -> a.getCauses().stream())
                .filter(CanaryFailure.class::isInstance)
                .map(CanaryFailure.class::cast)
                .findFirst()
                .orElseThrow();
        assertEquals("error-rate <= 30%", cause.getCriterion());
        assertTrue(cause.getValue().endsWith("%"), cause.getValue());
        j.assertLogNotContains("never here", build);
    }

    @Test
    void abortRuleIsWatchedWhileAPersonDecides() throws Exception {
        WorkflowRun build = Builds.start(j, "decides", """
                node { canaryStart yaml: '''%s''', version: 'v2' }
                canaryGate()
                input 'Go on?'
                """.formatted(world.plan("decides")));
        j.waitForMessage("Go on?", build);
        world.breakCanary();

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        j.assertLogContains("Canary decides was rolled back: error-rate is ", build);
    }

    @Test
    void abortedBuildTakesItsCanaryBack() throws Exception {
        WorkflowRun build = Builds.start(
                j, "aborted", "canaryStart yaml: '''" + world.plan("aborted") + "''', version: 'v2'\nsleep 300");
        j.waitForMessage("Sleeping for", build);
        build.doStop();

        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
        Builds.until("weight 0", () -> world.weight().isZero());
        Builds.untilStatus(build, "ROLLED_BACK");
        j.assertLogContains("The build ends with the rollout open: rolling back", build);
    }

    @Test
    void stoppedRolloutStepDoesNotGoOnBehindThePipelinesBack() throws Exception {
        String plan =
                world.plan("stopped", "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]", "");
        WorkflowRun build = Builds.start(
                j,
                "stopped",
                "try { timeout(time: 3, unit: 'SECONDS') { canaryRollout yaml: '''" + plan
                        + "''', version: 'v2' } } catch (e) { echo 'caught'; sleep 300 }");
        j.waitForMessage("caught", build);

        Builds.until("weight 0", () -> world.weight().isZero());
        Builds.untilStatus(build, "ROLLED_BACK");
        assertTrue(build.isBuilding(), "the pipeline itself goes on");
        build.doStop();
        j.waitForCompletion(build);
    }

    @Test
    void greenBuildThatLeavesItsRolloutOpenIsNotGreen() throws Exception {
        WorkflowRun build =
                Builds.start(j, "left", "canaryStart yaml: '''" + world.plan("left") + "''', version: 'v2'");

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        Builds.until("weight 0", () -> world.weight().isZero());
    }

    @Test
    void planMayLeaveTheCanaryWhereItIs() throws Exception {
        String plan = world.plan(
                "held", "[ { name: Initial, weight: 20, hold: 1s }, { name: Full, weight: 100 } ]", "onBuildEnd: hold");
        WorkflowRun build = Builds.start(j, "held", "canaryStart yaml: '''" + plan + "''', version: 'v2'");

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        Builds.untilStatus(build, "HELD");
        assertEquals(Weight.ofPercent(20), world.weight());
    }

    @Test
    void deletedJobTakesItsCanaryBackFirst() throws Exception {
        WorkflowRun build = Builds.start(
                j, "deleted", "canaryStart yaml: '''" + world.plan("deleted") + "''', version: 'v2'\nsleep 300");
        j.waitForMessage("Sleeping for", build);
        build.getParent().delete();

        Builds.until("weight 0", () -> world.weight().isZero());
        Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
    }

    @Test
    void servicesAreReleasedSideBySide() throws Exception {
        try (CanaryWorld other = new CanaryWorld()) {
            WorkflowRun build = Builds.start(j, "parallel", """
                    parallel(
                      basket: { canaryStart yaml: '''%s''', version: 'v2'; canaryGate(rollout: 'basket') },
                      search: { canaryStart yaml: '''%s''', version: 'v2'; canaryGate(rollout: 'search') })
                    echo 'both passed'
                    parallel(
                      basket: { canaryPromote(rollout: 'basket', to: 100) },
                      search: { canaryPromote(rollout: 'search', to: 100) })
                    """.formatted(world.plan("basket"), other.plan("search")));

            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertTrue(world.promoted());
            assertTrue(other.promoted());
            assertFalse(build.getLog().contains("[canary basket] Rolling back"));
        }
    }
}

package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.pipeline.modeldefinition.actions.RestartDeclarativePipelineAction;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a build that was made of another one, and a second start in a build, mean for the rollout. */
@WithJenkins
class AnotherRunTest {

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
    void aRestartFromAStageSaysThatARolloutBelongsToItsBuild() throws Exception {
        WorkflowRun build = Builds.start(j, "restarted", """
                pipeline {
                  agent none
                  stages {
                    stage('Begin') { steps { canaryStart yaml: '''%s''', version: 'v2'; canaryGate() } }
                    stage('Go on') { steps { canaryPromote(to: 100) } }
                  }
                }
                """.formatted(world.plan("restarted")));
        j.assertBuildStatusSuccess(j.waitForCompletion(build));

        WorkflowRun goesOn = restart(build, "Go on", 2);
        j.assertBuildStatus(Result.FAILURE, goesOn);
        j.assertLogContains("this build has no rollout: run canaryStart before canaryPromote", goesOn);
        j.assertLogContains(
                ": it does not go on with that build's rollout; restart from the stage"
                        + " that runs canaryStart or canaryRollout",
                goesOn);

        // It ends at once: the proxy of these tests still gives everything to the version that was promoted.
        WorkflowRun anew = restart(build, "Begin", 3);
        j.assertLogContains(": this is a new rollout, which begins with the first phase", anew);
    }

    @Test
    void aReplayBeginsANewRolloutAndLeavesTheOldOneAsItEnded() throws Exception {
        world.breakCanary();
        String script = "canaryRollout version: 'v2', yaml: '''" + world.plan("again") + "'''";
        WorkflowRun build = Builds.start(j, "again", script);
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        String ended = Builds.record(build).data().toString();

        WorkflowRun replay = replay(build, script);
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(replay));
        j.assertLogContains("Replayed #1: this is a new rollout, which begins with the first phase", replay);
        assertNotEquals(Builds.record(build).getId(), Builds.record(replay).getId());
        assertEquals("ROLLED_BACK", Builds.record(replay).getOutcome());
        assertEquals(ended, Builds.record(build).data().toString());
    }

    @Test
    void aReplayOfABuildWhoseRolloutIsOpenIsRefusedAndChangesNothing() throws Exception {
        String phases = "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]";
        String script = "canaryRollout version: 'v2', yaml: '''" + world.plan("open", phases, "") + "'''";
        WorkflowRun build = Builds.start(j, "open", script);
        Builds.untilStatus(build, "WATCHING");

        WorkflowRun replay = replay(build, script);
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(replay));
        j.assertLogContains("the target of open is taken: the rollout open of open #1", replay);
        assertEquals(Weight.ofPercent(20), world.weight());
        assertEquals("WATCHING", Builds.record(build).getStatus());
        build.doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
    }

    @Test
    void aSecondStartWhileTheFirstRolloutIsOpenIsRefusedAndTheBuildsEndRollsBack() throws Exception {
        String start = "canaryStart version: 'v2', yaml: '''" + world.plan("twice") + "'''";
        WorkflowRun build = Builds.start(j, "twice", start + "\n" + start);
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("the rollout twice is under way in this build already: go on with canaryGate", build);
        Builds.untilStatus(build, "ROLLED_BACK");
        assertEquals(1, RolloutsAction.rolloutsOf(build).size());
    }

    @Test
    void aSecondStartAfterTheFirstRolloutHasEndedBeginsAnew() throws Exception {
        world.breakCanary();
        WorkflowRun build = Builds.start(
                j,
                "retried",
                "retry(2) { canaryStart version: 'v2', yaml: '''" + world.plan("retried") + "'''\ncanaryGate() }");
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains(
                "This build's rollout before has ended, rolled back: this is a new rollout, which begins with the"
                        + " first phase",
                build);
        assertEquals(
                List.of("ROLLED_BACK", "ROLLED_BACK"),
                RolloutsAction.rolloutsOf(build).stream()
                        .map(RolloutRecord::getOutcome)
                        .toList());
    }

    private static WorkflowRun replay(WorkflowRun build, String script) throws Exception {
        return (WorkflowRun)
                build.getAction(ReplayAction.class).run(script, Map.of()).waitForStart();
    }

    private static WorkflowRun restart(WorkflowRun build, String stage, int number) throws Exception {
        build.getAction(RestartDeclarativePipelineAction.class).run(stage);
        Builds.until("the build was restarted", () -> build.getParent().getBuildByNumber(number) != null);
        return j.waitForCompletion(build.getParent().getBuildByNumber(number));
    }
}

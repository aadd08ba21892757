package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.SlowControl;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.Input;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The router takes its time with weight 0, and the pipeline does not wait for it. */
@WithJenkins
class SlowRouterTest {

    private static JenkinsRule j;
    private CanaryWorld world;
    private SlowControl control;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
        control = new SlowControl(world.control());
    }

    @AfterEach
    void close() throws Exception {
        control.close();
        world.close();
    }

    private String start(String name) {
        return "canaryStart yaml: '''" + plan(name) + "''', version: 'v2'\n";
    }

    private String plan(String name) {
        return world.plan(name, "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]", "")
                .replace(world.control().toString(), control.url().toString());
    }

    private WorkflowRun waiting(String name, String more) throws Exception {
        WorkflowRun build = Builds.start(j, name, start(name) + more);
        Builds.until(
                "the input waits",
                () -> build.getAction(InputAction.class) != null
                        && !build.getAction(InputAction.class).getExecutions().isEmpty());
        return build;
    }

    private static void proceed(WorkflowRun build) throws Exception {
        build.getAction(InputAction.class).getExecutions().get(0).proceed(null);
    }

    private void rollBack(WorkflowRun build) throws Exception {
        control.hold();
        Builds.live(build).command(new Input.RollBack("ann", "a person said so"));
        Builds.untilStatus(build, "ROLLING_BACK");
    }

    @Test
    void buildThatEndsWhileItsCanaryIsTakenBackIsNotGreen() throws Exception {
        WorkflowRun build = waiting("ends", "input 'Go on?'");
        rollBack(build);
        proceed(build);

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("The build ends while the canary is being rolled back", build);
        assertEquals(Weight.ofPercent(20), world.weight(), "the router has not done it yet");
        control.letGo();
        Builds.untilStatus(build, "ROLLED_BACK");
        assertEquals(Weight.ZERO, world.weight());
    }

    @Test
    void gateAndPromotionWaitForTheEndOfARollbackByAPerson() throws Exception {
        WorkflowRun build = waiting("gates", """
                input 'Go on?'
                def caught = 0
                parallel(
                  one: { try { canaryGate() } catch (e) { caught++ } },
                  two: { try { canaryGate() } catch (e) { caught++ } },
                  three: { try { canaryPromote() } catch (e) { caught++ } })
                echo "caught ${caught}"
                """);
        rollBack(build);
        proceed(build);
        Builds.until("three steps wait", () -> Builds.live(build).watchers().size() == 3);
        control.letGo();

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        j.assertLogContains("caught 3", build);
        assertEquals(Weight.ZERO, world.weight());
    }
}

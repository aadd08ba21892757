package io.jenkins.plugins.canary.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.ParametersAction;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The controller goes away while a run moves the traffic, and the same run is waited for. */
class JobRouterRestartTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private CanaryWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void theRunOfBeforeIsFoundAndNoSecondOneIsStarted() throws Throwable {
        String phases = "[ { name: Initial, weight: 20, hold: 1s }, { name: Full, weight: 100, hold: 1s } ]";
        sessions.then(j -> {
            WorkflowJob job = ShiftJob.create(j, world);
            ShiftJob.script(job, "if (params.WEIGHT == '20') { sleep 8 }\n" + ShiftJob.script(world));
            WorkflowRun build = Builds.start(
                    j,
                    "release",
                    "canaryRollout yaml: '''" + ShiftJob.plan(world, "again", phases, "") + "''', version: 'v2'");
            Builds.until(
                    "the run for the shift sleeps",
                    () -> job.getLastBuild() != null
                            && job.getLastBuild().getNumber() == 2
                            && job.getLastBuild().getLog().contains("Sleeping for"));
            assertTrue(build.isBuilding());
        });
        sessions.then(j -> {
            WorkflowRun build =
                    j.jenkins.getItemByFullName("release", WorkflowJob.class).getBuildByNumber(1);
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertTrue(world.promoted());
            assertEquals(1, Builds.journal(build, RolloutEvent.Resumed.class).size());
            WorkflowJob job = j.jenkins.getItemByFullName(ShiftJob.NAME, WorkflowJob.class);
            List<String> weights = job.getBuilds().stream()
                    .map(b -> b.getAction(ParametersAction.class)
                                    .getParameter("ACTION")
                                    .getValue() + " "
                            + b.getAction(ParametersAction.class)
                                    .getParameter("WEIGHT")
                                    .getValue())
                    .sorted()
                    .toList();
            assertEquals(List.of("observe 0", "promote 100", "shift 100", "shift 20"), weights);
        });
    }
}

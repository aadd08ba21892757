package io.jenkins.plugins.canary.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.ParametersAction;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver.JobSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The contract, with a job in a real Jenkins whose script moves the weight of a real proxy. */
@WithJenkins
class JobRouterContractTest extends RouterContract {

    private static JenkinsRule j;
    private static int jobs;

    private CanaryWorld world;
    private WorkflowJob job;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @Override
    protected RouterSettings settings() throws Exception {
        if (world == null) {
            world = CanaryWorld.quiet();
            job = ShiftJob.create(j, "shift-" + ++jobs, ShiftJob.script(world));
            byHand("observe", Weight.ZERO);
        }
        SettingsText read = SettingsText.read(
                new JobDriver(), "{ name: " + job.getName() + ", parameters: { SERVICE: payment }, timeout: 2m }");
        assertEquals(List.of(), read.problems());
        JobSettings settings = (JobSettings) read.settings();
        return new RouterSettings() {
            @Override
            public String driver() {
                return settings.driver();
            }

            @Override
            public TrafficRouter open(RouterContext context) {
                return new JobRouter(settings, context, new RolloutRights(() -> "the-rollouts-job", () -> null));
            }
        };
    }

    @AfterEach
    void stop() throws Exception {
        j.waitUntilNoActivity();
        world.close();
    }

    private void byHand(String action, Weight weight) throws Exception {
        j.assertBuildStatusSuccess(job.scheduleBuild2(
                0,
                new ParametersAction(
                        new StringParameterValue("ACTION", action),
                        new StringParameterValue("WEIGHT", String.valueOf(weight.percent())),
                        new StringParameterValue("VERSION", "v2"),
                        new StringParameterValue("SERVICE", "payment"))));
    }

    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        byHand("shift", weight);
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        Builds.until("no run is under way", () -> !job.isInQueue() && !job.isBuilding());
        j.waitUntilNoActivity();
    }

    /** Each is a run. */
    @Override
    protected int[] weights() {
        return new int[] {0, 1, 50, 125, 333, 1000};
    }
}

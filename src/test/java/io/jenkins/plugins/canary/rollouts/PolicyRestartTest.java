package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A rollout goes on with the policy that it began with. */
class PolicyRestartTest {

    private static final String PHASES = "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void aChangeOfThePolicyMeanwhileChangesNothing() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan("kept", PHASES, "").replaceAll("abort:.*", "");
            sessions.then(j -> {
                CanaryConfiguration.get().setPolicy("abort: [ { metric: error-rate, max: 25% } ]");
                WorkflowRun build = Builds.start(j, "job", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
                j.waitForMessage("in phase Initial", build);
                CanaryConfiguration.get().setPolicy("maxStep: 1");
            });
            world.breakCanary();
            sessions.then(j -> {
                WorkflowRun build =
                        j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
                j.waitForCompletion(build);
                RolloutRecord record = Builds.record(build);
                assertEquals("ROLLED_BACK", record.getOutcome());
                assertTrue(record.getReason().contains("error-rate"), record.getReason());
            });
        }
    }
}

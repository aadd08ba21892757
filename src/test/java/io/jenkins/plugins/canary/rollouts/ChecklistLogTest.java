package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.rollout.Input;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A pipeline that waits for a checklist says which one, and goes on when it is complete. */
@WithJenkins
class ChecklistLogTest {

    @Test
    void theLogNamesTheListAndHowMuchOfItIsOpen(JenkinsRule j) throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan(
                    "listed",
                    "[ { name: Full, weight: 100, hold: 1s } ]",
                    "checklists: { pre: { when: before, items: [ On-call notified, Rollback tested ] } }");
            WorkflowRun build = Builds.start(j, "listed", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
            j.waitForMessage("[canary listed] Waits for checklist pre: 2 of 2 open", build);
            Builds.live(build).command(new Input.TickItem("pre", "On-call notified", "ada"));
            j.waitForMessage("[canary listed] Waits for checklist pre: 1 of 2 open", build);
            j.assertLogContains("Ticked in pre: On-call notified (ada)", build);
            Builds.live(build).command(new Input.TickItem("pre", "Rollback tested", "ada"));
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
        }
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A rollout is its own build's and nobody else's, whatever ids are alike. */
@WithJenkins
class OwnerTest {

    @Test
    void anIdOfAnotherBuildLeadsToNothing(JenkinsRule j) throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            WorkflowRun mine = Builds.start(
                    j, "mine", "canaryStart yaml: '''" + world.plan("shop") + "''', version: 'v2'\nsleep 600");
            j.waitForMessage("Sleeping for", mine);
            LiveRollout live = Builds.live(mine);
            assertTrue(live.id().matches("shop-[0-9a-f]{64}-\\d+"), live.id());

            WorkflowRun theirs = j.buildAndAssertSuccess(Builds.job(j, "theirs", "echo 'nothing'"));
            RolloutsAction.on(theirs).add(live.id(), "shop", "v2");
            assertEquals(List.of(), RolloutManager.get().openOf(theirs));
            assertFalse(RolloutManager.get().find(theirs, live.id()).isPresent());
            assertEquals(live, RolloutManager.get().find(mine, live.id()).orElseThrow());
            assertFalse(new RolloutPage(RolloutsAction.of(theirs).orElseThrow(), Builds.record(theirs)).isReversible());

            mine.doStop();
            j.waitForCompletion(mine);
        }
    }
}

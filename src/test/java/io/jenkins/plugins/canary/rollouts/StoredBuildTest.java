package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.jvnet.hudson.test.recipes.LocalData;

/** A build that version 1.0 left on the disk, with what the plugin keeps in it. */
@WithJenkins
class StoredBuildTest {

    @Test
    @LocalData
    void buildOfThisVersionIsReadAndShown(JenkinsRule j) throws Exception {
        WorkflowRun build =
                j.jenkins.getItemByFullName("bad", WorkflowJob.class).getBuildByNumber(1);
        RolloutRecord record = Builds.record(build);
        assertEquals("ROLLED_BACK", record.getOutcome());
        assertEquals("2.4.0", record.getVersion());
        assertTrue(record.getReason().startsWith("success-rate is "), record.getReason());

        assertEquals("Ramp 2", record.getPhase());
        assertEquals(
                1, Builds.journal(build, RolloutEvent.RollbackIntended.class).size());
        JSONObject shown = j.getJSON(build.getUrl() + "canary/rollout").getJSONObject();
        assertEquals("ROLLED_BACK", shown.getString("outcome"));
        assertEquals(5, shown.getJSONArray("phases").size());
        GateVerdicts verdicts = new DepthFirstScanner()
                .allNodes(build.getExecution()).stream()
                        .map(n -> n.getAction(GateVerdicts.class))
                        .filter(v -> v != null)
                        .findFirst()
                        .orElseThrow();
        assertEquals("ROLLED_BACK", verdicts.status);
        assertEquals("FAIL", verdicts.getChecks().get(0).outcome);
        assertTrue(j.createWebClient().getPage(build).asNormalizedText().contains("Canary bad 2.4.0"));
    }
}

package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.LoopbackAllowed;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A real controller without the JUnit plugin, with class loaders that could not find it. */
class ReportWithoutJunitTest {

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension().omitPlugins("junit");

    private static void report(JenkinsRule j, String plan) throws Exception {
        LoopbackAllowed.list();
        WorkflowRun build = Builds.start(
                j,
                "job",
                "node {\ncanaryRollout yaml: '''" + plan + "''', version: 'v2'\n"
                        + "canaryReport dir: 'canary'\narchiveArtifacts 'canary/*'\n}");
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(build));
        j.assertLogContains("[canary] No test results: the JUnit plugin, which shows them, is not installed", build);
        assertEquals(3, build.getArtifacts().size());
    }

    @Test
    void filesAreWrittenAndTheRestIsSaid() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan("shop");
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                report(j, plan);
            });
        }
    }
}

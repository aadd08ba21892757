package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** The report step with the class loaders of a real controller, which may not have the JUnit plugin. */
class ReportPackagedTest {

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    private static WorkflowRun report(JenkinsRule j, String plan) throws Exception {
        WorkflowRun build = Builds.start(j, "job", "node {\ncanaryRollout yaml: '''" + plan + "''', version: 'v2'\n"
                + "canaryReport dir: 'canary'\narchiveArtifacts 'canary/*'\n}");
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(build));
        assertEquals(3, build.getArtifacts().size());
        j.assertLogNotContains("NoClassDefFoundError", build);
        return build;
    }

    @Test
    void withTheJunitPlugin() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan("shop");
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                j.assertLogContains("[canary] 9 test results: 9 passed, 0 failed, 0 skipped", report(j, plan));
            });
        }
    }

    @Test
    void withoutTheJunitPlugin() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan("shop");
            jenkins.omitPlugins("junit").startJenkins();
            jenkins.runRemotely(j -> {
                WorkflowRun build = report(j, plan);
                j.assertLogContains("[canary] No test results: the JUnit plugin, which shows them, is not installed", build);
            });
        }
    }
}

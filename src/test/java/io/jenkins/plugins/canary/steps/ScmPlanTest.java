package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import java.nio.charset.StandardCharsets;
import jenkins.branch.BranchSource;
import jenkins.scm.impl.mock.MockSCM;
import jenkins.scm.impl.mock.MockSCMController;
import jenkins.scm.impl.mock.MockSCMDiscoverBranches;
import jenkins.scm.impl.mock.MockSCMHead;
import jenkins.scm.impl.mock.MockSCMSource;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Plans are read from the repository without an agent and without a checkout. */
@WithJenkins
class ScmPlanTest {

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    private static final String ROLL_OUT = "canaryRollout plan: 'deploy/canary.yaml', version: 'v2'";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void fromTheJobsOwnRepository() throws Exception {
        try (CanaryWorld world = new CanaryWorld();
                MockSCMController scm = MockSCMController.create()) {
            scm.createRepository("shop");
            scm.addFile("shop", "master", "jenkinsfile", "Jenkinsfile", bytes(ROLL_OUT));
            WorkflowJob job = j.createProject(WorkflowJob.class, "single");
            job.setDefinition(
                    new CpsScmFlowDefinition(new MockSCM(scm, "shop", new MockSCMHead("master"), null), "Jenkinsfile"));

            WorkflowRun missing = j.buildAndAssertStatus(Result.FAILURE, job);
            j.assertLogContains("there is no plan deploy/canary.yaml in the SCM of single", missing);

            scm.addFile("shop", "master", "plan", "deploy/canary.yaml", bytes(world.plan("shop")));
            j.assertBuildStatusSuccess(job.scheduleBuild2(0));
            assertTrue(world.promoted());
        }
    }

    @Test
    void fromTheRevisionThatABranchBuilds() throws Exception {
        try (CanaryWorld world = new CanaryWorld();
                MockSCMController scm = MockSCMController.create()) {
            scm.createRepository("shop");
            scm.addFile("shop", "master", "plan", "deploy/canary.yaml", bytes(world.plan("shop")));
            scm.addFile("shop", "master", "jenkinsfile", "Jenkinsfile", bytes("input 'Go?'\n" + ROLL_OUT));
            WorkflowMultiBranchProject project = j.createProject(WorkflowMultiBranchProject.class, "branches");
            project.getSourcesList()
                    .add(new BranchSource(new MockSCMSource(scm, "shop", new MockSCMDiscoverBranches())));
            project.scheduleBuild2(0).getFuture().get();
            Builds.until(
                    "a build",
                    () -> project.getItem("master") != null
                            && project.getItem("master").getLastBuild() != null);
            WorkflowRun build = project.getItem("master").getLastBuild();
            j.waitForMessage("Go?", build);

            scm.addFile("shop", "master", "broken since", "deploy/canary.yaml", bytes("no plan at all"));
            build.getAction(InputAction.class).getExecutions().get(0).proceed(null);

            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertEquals("PROMOTED", Builds.record(build).getOutcome());
        }
    }
}

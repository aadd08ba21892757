package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import java.nio.charset.StandardCharsets;
import jenkins.branch.BranchSource;
import jenkins.scm.api.mixin.ChangeRequestCheckoutStrategy;
import jenkins.scm.impl.mock.MockChangeRequestFlags;
import jenkins.scm.impl.mock.MockRepositoryFlags;
import jenkins.scm.impl.mock.MockSCMController;
import jenkins.scm.impl.mock.MockSCMDiscoverChangeRequests;
import jenkins.scm.impl.mock.MockSCMSource;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A pull request of somebody who may not write to the repository brings no plan of its own, wherever the step runs. */
@WithJenkins
class UntrustedPlanTest {

    private static JenkinsRule j;

    private static final String PLAN = "deploy/canary.yaml";

    private CanaryWorld world;
    private MockSCMController scm;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
        scm = MockSCMController.create();
        scm.createRepository("shop", MockRepositoryFlags.TRUST_AWARE, MockRepositoryFlags.FORKABLE);
        file("master", PLAN, world.plan("shop"));
    }

    @AfterEach
    void close() throws Exception {
        scm.close();
        world.close();
    }

    private void file(String in, String path, String text) throws Exception {
        scm.addFile("shop", in, "change " + path, path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param plan of the request; null for that of the branch it asks to change */
    private WorkflowRun built(String script, String plan, MockChangeRequestFlags... flags) throws Exception {
        file("master", "Jenkinsfile", script);
        Integer number = scm.openChangeRequest("shop", "master", flags);
        file("change-request/" + number, "README", "what it is about");
        if (plan != null) {
            file("change-request/" + number, PLAN, plan);
        }
        return ofRequest(number);
    }

    private WorkflowRun ofRequest(Integer number) throws Exception {
        WorkflowMultiBranchProject project = j.createProject(WorkflowMultiBranchProject.class);
        project.getSourcesList()
                .add(new BranchSource(new MockSCMSource(
                        scm, "shop", new MockSCMDiscoverChangeRequests(ChangeRequestCheckoutStrategy.HEAD))));
        project.scheduleBuild2(0).getFuture().get();
        String name = "CR-" + number;
        Builds.until(
                "a build",
                () -> project.getItem(name) != null && project.getItem(name).getLastBuild() != null);
        return j.waitForCompletion(project.getItem(name).getLastBuild());
    }

    private String changed() {
        return world.plan("stolen");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canaryRollout plan: 'deploy/canary.yaml', version: 'v2'",
                "canaryStart plan: 'deploy/canary.yaml', version: 'v2'",
                "canaryProbe plan: 'deploy/canary.yaml', version: 'v2'",
                "canaryBacktest plan: 'deploy/canary.yaml', rollouts: 1",
            })
    void aChangedPlanIsRefusedInAWorkspaceAndWithout(String step) throws Exception {
        WorkflowRun build = built(
                "int refused = 0\n"
                        + "node { checkout scm; try { " + step + " } catch (e) { echo e.message; refused++ } }\n"
                        + "try { " + step + " } catch (e) { echo e.message; refused++ }\n"
                        + "echo \"refused $refused times\"",
                changed(),
                MockChangeRequestFlags.FORK,
                MockChangeRequestFlags.UNTRUSTED);
        j.assertLogContains("the plan deploy/canary.yaml is not used", build);
        j.assertLogContains("is not the same as in the trusted revision", build);
        j.assertLogContains("refused 2 times", build);
        assertNull(Builds.record(build), "nothing began");
        assertEquals(Weight.ZERO, world.weight());
    }

    @Test
    void aChangedBaseIsRefused() throws Exception {
        file("master", PLAN, "name: shop\nextends: base.yaml\n");
        file("master", "deploy/base.yaml", world.plan("base"));
        file("master", "Jenkinsfile", "node { checkout scm; canaryRollout plan: 'deploy/canary.yaml', version: 'v2' }");
        Integer number =
                scm.openChangeRequest("shop", "master", MockChangeRequestFlags.FORK, MockChangeRequestFlags.UNTRUSTED);
        file("change-request/" + number, "deploy/base.yaml", changed());
        WorkflowRun build = ofRequest(number);
        j.assertLogContains("2:10 error extends: the plan 'base.yaml' cannot be read", build);
        j.assertLogContains("the plan deploy/base.yaml is not used", build);
        assertNull(Builds.record(build), "nothing began");
    }

    /** What the request did not change is the trusted revision's. */
    @Test
    void anUnchangedPlanIsUsed() throws Exception {
        WorkflowRun build = built(
                "node { checkout scm; canaryRollout plan: 'deploy/canary.yaml', version: 'v2' }",
                null,
                MockChangeRequestFlags.FORK,
                MockChangeRequestFlags.UNTRUSTED);
        j.assertBuildStatusSuccess(build);
        assertTrue(world.promoted());
    }

    @Test
    void aPlanOfItsOwnIsNoPlan() throws Exception {
        file("master", "other.txt", "x");
        WorkflowRun build = built(
                "node { checkout scm; writeFile file: 'own.yaml', text: readFile('deploy/canary.yaml')\n"
                        + "canaryRollout plan: 'own.yaml', version: 'v2' }",
                changed(),
                MockChangeRequestFlags.FORK,
                MockChangeRequestFlags.UNTRUSTED);
        j.assertLogContains("the plan own.yaml is not used", build);
        j.assertLogContains("is not in the trusted revision", build);
        assertEquals(Weight.ZERO, world.weight());
    }

    /** Whoever may write to the repository may change its plan. */
    @Test
    void aTrustedRequestBringsItsPlan() throws Exception {
        WorkflowRun build =
                built("node { checkout scm; canaryRollout plan: 'deploy/canary.yaml', version: 'v2' }", changed());
        j.assertBuildStatusSuccess(build);
        assertEquals("stolen", Builds.record(build).getName());
    }
}

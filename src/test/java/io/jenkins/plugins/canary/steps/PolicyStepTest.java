package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AccessDeniedException3;
import hudson.security.AuthorizationStrategy;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.CanaryFolderProperty;
import io.jenkins.plugins.canary.config.NamedPlan;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.scm.impl.mock.MockSCMController;
import jenkins.scm.impl.mock.MockSCMDiscoverBranches;
import jenkins.scm.impl.mock.MockSCMSource;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.libs.GlobalLibraries;
import org.jenkinsci.plugins.workflow.libs.LibraryConfiguration;
import org.jenkinsci.plugins.workflow.libs.SCMSourceRetriever;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Policies of the controller and of folders, and plans that others extend. */
@WithJenkins
class PolicyStepTest {

    private static JenkinsRule j;

    private CanaryWorld world;
    private Folder folder;
    private CanaryFolderProperty property;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
        folder = j.createProject(Folder.class);
        property = new CanaryFolderProperty();
        folder.addProperty(property);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
        CanaryConfiguration.get().setPolicy(null);
        CanaryConfiguration.get().setPlans(null);
    }

    private WorkflowRun build(String plan, Result result) throws Exception {
        WorkflowJob job = folder.createProject(
                WorkflowJob.class, "release" + folder.getItems().size());
        job.setDefinition(new CpsFlowDefinition("canaryRollout yaml: '''" + plan + "''', version: 'v2'", true));
        return j.buildAndAssertStatus(result, job);
    }

    @Test
    void whatAPolicyAddsIsToldAndKept() throws Exception {
        CanaryConfiguration.get().setPolicy("abort: [ { metric: success-rate, min: 50% } ]");
        property.setPolicy("gate: [ { metric: error-rate, max: 20% } ]");
        List<String> added = List.of(
                "added by the policy of the controller: abort rule: not (success-rate >= 50%)",
                "added by the policy of folder " + folder.getFullName() + ": gate: error-rate <= 20%");
        WorkflowRun build = build(world.plan("shop"), Result.SUCCESS);
        j.assertLogContains(added.get(0), build);
        j.assertLogContains(added.get(1), build);
        RolloutEvent.Started started =
                Builds.journal(build, RolloutEvent.Started.class).get(0);
        assertEquals(
                added, started.policies().stream().map(PolicyAddition::words).toList());
        assertTrue(started.plan().contains("metric: success-rate, min: 50%"), started.plan());
        String api = j.createWebClient()
                .goTo(build.getUrl() + "canary/rollout", "application/json")
                .getWebResponse()
                .getContentAsString();
        assertTrue(api.contains("{\"policy\":\"policy of the controller\",\"added\":\"abort rule: not ("), api);
        String report = j.createWebClient()
                .goTo(build.getUrl() + "canary/" + Builds.record(build).getId() + "/report")
                .getWebResponse()
                .getContentAsString();
        assertTrue(report.contains("Added by policies"), report);
    }

    @Test
    void aPlanThatFallsShortDoesNotBegin() throws Exception {
        property.setPolicy("maxStep: 25");
        WorkflowRun build = build(world.plan("shop"), Result.FAILURE);
        j.assertLogContains(
                "error phases[1].weight: the step from 20% to 50% is longer than the 25 percentage points that the policy"
                        + " of folder " + folder.getFullName() + " allows; add a phase of 45% or less in between",
                build);
        assertNull(Builds.record(build), "nothing began");
        assertEquals(Weight.ZERO, world.weight());
    }

    @Test
    void aFolderTakesNothingAway() throws Exception {
        CanaryConfiguration.get().setPolicy("minHold: 5m");
        property.setPolicy("minHold: 1s\nmaxStep: 100");
        WorkflowRun build = build(world.plan("shop"), Result.FAILURE);
        j.assertLogContains(
                "error phases[0].hold: the hold of 1s is shorter than 5m, the shortest that the policy of the controller"
                        + " allows",
                build);
        assertNull(Builds.record(build));
    }

    @Test
    void aPolicyWithAnErrorLetsNothingBegin() throws Exception {
        CanaryConfiguration.get().setPolicy("maxStp: 5");
        WorkflowRun build = build(world.plan("shop"), Result.FAILURE);
        j.assertLogContains("policy of the controller:1:1 error maxStp: unknown key", build);
        assertNull(Builds.record(build));
    }

    /** Who may configure a job alone reaches neither the folder's policy nor the controller's. */
    @Test
    void aJobsOwnerReachesNoPolicy() throws Exception {
        WorkflowJob job = folder.createProject(WorkflowJob.class, "own");
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("owner")
                .grant(Item.READ, Item.CONFIGURE)
                .onItems(job)
                .to("owner"));
        CanaryConfiguration all = CanaryConfiguration.get();
        CanaryFolderProperty.DescriptorImpl form =
                j.jenkins.getDescriptorByType(CanaryFolderProperty.DescriptorImpl.class);
        try (ACLContext owner = ACL.as(User.getById("owner", true))) {
            assertTrue(job.hasPermission(Item.CONFIGURE));
            assertThrows(AccessDeniedException3.class, () -> all.doCheckPolicy("a: b"));
            assertThrows(AccessDeniedException3.class, () -> form.doCheckPolicy(folder, "a: b"));
        } finally {
            j.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
        }
    }

    @Test
    void aConfiguredPlanOfTheNearestFolderIsExtended() throws Exception {
        CanaryConfiguration.get().setPlans(List.of(new NamedPlan("standard", "name: [ not, this, one ]")));
        property.setPlans(List.of(new NamedPlan("standard", world.plan("'{{params.service}}'"))));
        WorkflowRun build = build("extends: jenkins:standard\nparams: { service: api }", Result.SUCCESS);
        assertEquals("api", Builds.record(build).getName());
        WorkflowRun missing = build("name: api\nextends: jenkins:other", Result.FAILURE);
        j.assertLogContains("no plan of this name is configured in Jenkins for", missing);
    }

    @Test
    void aResourceOfASharedLibraryIsExtended() throws Exception {
        try (MockSCMController scm = MockSCMController.create()) {
            scm.createRepository("library");
            file(scm, "vars/hello.groovy", "def call() {}");
            file(scm, "resources/canary/base.yaml", world.plan("base"));
            LibraryConfiguration shared = new LibraryConfiguration(
                    "shared", new SCMSourceRetriever(new MockSCMSource(scm, "library", new MockSCMDiscoverBranches())));
            shared.setDefaultVersion("master");
            shared.setImplicit(true);
            GlobalLibraries.get().setLibraries(List.of(shared));
            WorkflowRun build = build("name: api\nextends: library:canary/base.yaml", Result.SUCCESS);
            assertEquals("api", Builds.record(build).getName());
            WorkflowRun outside = build("name: api\nextends: library:../vars/hello.groovy", Result.FAILURE);
            j.assertLogContains("no shared library that the pipeline has loaded has it", outside);
        } finally {
            GlobalLibraries.get().setLibraries(List.of());
        }
    }

    private static void file(MockSCMController scm, String path, String text) throws Exception {
        scm.addFile("library", "master", "add " + path, path, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFileBesideThePlanIsExtended() throws Exception {
        WorkflowJob job = folder.createProject(WorkflowJob.class, "files");
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'common/base.yaml', text: '''" + world.plan("base") + "'''\n"
                        + "writeFile file: 'deploy/canary.yaml', text: 'name: api\\nextends: ../common/base.yaml'\n"
                        + "canaryRollout plan: 'deploy/canary.yaml', version: 'v2'\n"
                        + "writeFile file: 'deploy/out.yaml', text: 'name: api\\nextends: ../../base.yaml'\n"
                        + "canaryRollout plan: 'deploy/out.yaml', version: 'v2' }",
                true));
        WorkflowRun build = j.buildAndAssertStatus(Result.FAILURE, job);
        assertEquals("PROMOTED", Builds.record(build).getOutcome());
        j.assertLogContains("the plan ../base.yaml is outside of the workspace", build);
    }
}

package io.jenkins.plugins.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Every file of examples/pipelines runs as it stands, from a repository, against the demo's services. */
@WithJenkins
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples/pipelines");
    private static final Set<String> RUN = new HashSet<>();

    private static JenkinsRule j;
    private CanaryWorld world;
    private MockSCMController scm;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @AfterAll
    static void noneWasLeftOut() throws IOException {
        try (Stream<Path> all = Files.list(EXAMPLES)) {
            assertEquals(
                    all.map(p -> p.getFileName().toString())
                            .filter(n -> n.endsWith(".Jenkinsfile"))
                            .sorted()
                            .toList(),
                    RUN.stream().sorted().toList());
        }
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
        scm = MockSCMController.create();
        scm.createRepository("shop");
    }

    @AfterEach
    void close() throws Exception {
        scm.close();
        world.close();
    }

    private void add(String file, String text) throws IOException {
        scm.addFile("shop", "master", file, file, text.getBytes(StandardCharsets.UTF_8));
    }

    private String example(String name) throws IOException {
        RUN.add(name + ".Jenkinsfile");
        return Files.readString(EXAMPLES.resolve(name + ".Jenkinsfile"));
    }

    private WorkflowRun start(String name) throws Exception {
        add("Jenkinsfile", example(name));
        WorkflowJob job = j.createProject(WorkflowJob.class, name + System.nanoTime());
        job.setDefinition(
                new CpsScmFlowDefinition(new MockSCM(scm, "shop", new MockSCMHead("master"), null), "Jenkinsfile"));
        return job.scheduleBuild2(0).waitForStart();
    }

    /** The pipelines of the three release plans; the plans themselves are walked by the engine's tests. */
    private WorkflowRun release(String name, String phases, String more) throws Exception {
        add("deploy/canary.yaml", world.plan(name, phases, more));
        add("Jenkinsfile", Files.readString(Path.of("examples", name, "Jenkinsfile")));
        WorkflowJob job = j.createProject(WorkflowJob.class, name + System.nanoTime());
        job.setDefinition(
                new CpsScmFlowDefinition(new MockSCM(scm, "shop", new MockSCMHead("master"), null), "Jenkinsfile"));
        return job.scheduleBuild2(0).waitForStart();
    }

    @Test
    void releasePlans() throws Exception {
        String two = "[ { name: Half, weight: 50, hold: 1s }, { name: Full, weight: 100, hold: 1s } ]";
        j.assertBuildStatusSuccess(j.waitForCompletion(release("scholarship-api", two, "")));
        assertTrue(world.promoted());
    }

    @Test
    void releasePlanWithAStageForEachPhase() throws Exception {
        j.assertBuildStatusSuccess(j.waitForCompletion(release(
                "api-gateway",
                "[ { name: Initial, weight: 5, hold: 1s },"
                        + " { name: Ramp 1, weight: 10, hold: 1s }, { name: Ramp 2, weight: 25, hold: 1s },"
                        + " { name: Ramp 3, weight: 50, hold: 1s }, { name: Full, weight: 100, hold: 1s } ]",
                "")));
        assertTrue(world.promoted());
    }

    @Test
    void releasePlanWithAWeightThatFollows() throws Exception {
        WorkflowRun build = j.assertBuildStatusSuccess(j.waitForCompletion(release(
                "payment-api",
                "[ { name: Probe, weight: 10, hold: 1s }, { name: Follow, weight: 50, hold: 3s },"
                        + " { name: Full, weight: 100, hold: 1s } ]",
                "weights: { dynamic: { max: 50, latencyThreshold: 500%, errorThreshold: 50%, every: 1s } }")));
        assertTrue(world.promoted());
        assertTrue(Builds.journal(build, RolloutEvent.ShiftApplied.class).size() > 2, "phases only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scholarship-api", "api-gateway", "payment-api"})
    void badReleaseIsTakenBack(String name) throws Exception {
        WorkflowRun build =
                release(name, "[ { name: Initial, weight: 20, hold: 1h }, { name: Full, weight: 100 } ]", "");
        j.waitForMessage("in phase Initial", build);
        world.breakCanary();
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("Canary " + name + " was rolled back: error-rate is ", build);
        assertEquals(Weight.ZERO, world.weight());
    }

    @Test
    void phases() throws Exception {
        add("deploy/canary.yaml", world.plan("shop"));
        j.assertBuildStatusSuccess(j.waitForCompletion(start("phases")));
        assertTrue(world.promoted());
    }

    @Test
    void oneStep() throws Exception {
        add("deploy/canary.yaml", world.plan("shop"));
        j.assertBuildStatusSuccess(j.waitForCompletion(start("one-step")));
        assertTrue(world.promoted());
    }

    @Test
    void loop() throws Exception {
        add("deploy/canary.yaml", world.plan("shop"));
        WorkflowRun build = start("loop");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        j.assertLogContains("smoke tests against v2 in phase Half", build);
        j.assertLogContains("shop ended PROMOTED", build);
    }

    @Test
    void barrier() throws Exception {
        try (CanaryWorld other = new CanaryWorld()) {
            add("deploy/basket.yaml", world.plan("basket"));
            add("deploy/search.yaml", other.plan("search"));
            j.assertBuildStatusSuccess(j.waitForCompletion(start("barrier")));
            assertTrue(world.promoted());
            assertTrue(other.promoted());
        }
    }

    @Test
    void barrierTakesBothBack() throws Exception {
        try (CanaryWorld other = new CanaryWorld()) {
            other.breakCanary();
            add("deploy/basket.yaml", world.plan("basket"));
            add("deploy/search.yaml", other.plan("search"));
            WorkflowRun build = start("barrier");
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            assertEquals(List.of(Weight.ZERO, Weight.ZERO), List.of(world.weight(), other.weight()));
        }
    }

    @Test
    void approval() throws Exception {
        add(
                "deploy/approval.yaml",
                world.plan(
                        "shop",
                        "[ { name: Initial, weight: 20, hold: 1s, approval: { by: [alice] } },"
                                + " { name: Full, weight: 100, hold: 1s } ]",
                        ""));
        WorkflowRun build = start("approval");
        Builds.untilStatus(build, "AWAITING_APPROVAL");
        LiveRollout rollout = Builds.live(build);
        rollout.command(new Input.Approve(rollout.state().phase(), "alice", Set.of(), "go"));
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
    }

    @Test
    void multibranch() throws Exception {
        add("deploy/canary.yaml", world.plan("shop"));
        add("Jenkinsfile", example("multibranch"));
        scm.cloneBranch("shop", "master", "main");
        WorkflowMultiBranchProject project = j.createProject(WorkflowMultiBranchProject.class, "branches");
        project.getSourcesList().add(new BranchSource(new MockSCMSource(scm, "shop", new MockSCMDiscoverBranches())));
        project.scheduleBuild2(0).getFuture().get();
        for (String branch : List.of("main", "master")) {
            Builds.until(
                    "a build of " + branch,
                    () -> project.getItem(branch) != null
                            && project.getItem(branch).getLastBuild() != null);
            j.assertBuildStatusSuccess(
                    j.waitForCompletion(project.getItem(branch).getLastBuild()));
        }
        assertEquals(
                "PROMOTED",
                Builds.record(project.getItem("main").getLastBuild()).getOutcome());
        assertNull(Builds.record(project.getItem("master").getLastBuild()), "no branch but main is released");
    }
}

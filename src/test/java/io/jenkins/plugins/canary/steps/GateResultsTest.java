package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import hudson.tasks.junit.CaseResult;
import hudson.tasks.junit.SuiteResult;
import hudson.tasks.junit.TestResultAction;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import java.util.Comparator;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Gates become test results by themselves, each at its own stage, once. */
class GateResultsTest {

    private static final String STAGES = """
            stage('Start') { canaryStart yaml: '''%s''', version: 'v2' }
            stage('One') { canaryGate() }
            stage('Two') { canaryPromote(); canaryGate() }
            stage('Three') { canaryPromote to: 100 }
            """;

    @RegisterExtension
    private final JenkinsSessionExtension session = new JenkinsSessionExtension();

    private CanaryWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    /** {@code SUITE at STAGE}, in the order of the suites' names. */
    private static List<String> suites(WorkflowRun build) {
        return build.getAction(TestResultAction.class).getResult().getSuites().stream()
                .map(s -> s.getName() + " at " + String.join(" ", s.getEnclosingBlockNames()))
                .sorted()
                .toList();
    }

    private static List<String> cases(WorkflowRun build, String suite) {
        return build.getAction(TestResultAction.class).getResult().getSuites().stream()
                .filter(s -> s.getName().equals(suite))
                .map(SuiteResult::getCases)
                .flatMap(List::stream)
                .map(CaseResult::getName)
                .toList();
    }

    private static void assertEachOnce(WorkflowRun build) {
        assertEquals(
                List.of(
                        "canary.shop.Full at Three",
                        "canary.shop.Half at Two",
                        "canary.shop.Initial at One",
                        "canary.shop.abort at Three",
                        "canary.shop.rollout at Three"),
                suites(build));
        assertEquals(List.of("success-rate >= 95%", "gate"), cases(build, "canary.shop.Half"));
    }

    @Test
    void eachGateIsATestAtItsOwnStageAlsoAcrossARestart() throws Throwable {
        String plan = world.plan(
                "shop",
                "[ { name: Initial, weight: 20, hold: 1s }, { name: Half, weight: 50, hold: 5s },"
                        + " { name: Full, weight: 100, hold: 1s } ]",
                "");
        session.then(j -> {
            WorkflowRun build = Builds.start(j, "job", STAGES.formatted(plan));
            Builds.until("the second gate is open", () -> "Half".equals(phase(build)));
            assertEquals(List.of("canary.shop.Initial at One"), suites(build));
        });
        session.then(j -> {
            WorkflowRun build =
                    j.jenkins.getItemByFullName("job", WorkflowJob.class).getLastBuild();
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertEachOnce(build);
        });
    }

    private static String phase(WorkflowRun build) {
        return build.isBuilding() ? Builds.record(build).getPhase() : "ended";
    }

    /** An abort rule takes the canary back: its gate fails where it was waited for, and the result is the rollout's. */
    @Test
    void failedGateIsAFailedTestAndDecidesNoResult() throws Throwable {
        world.breakCanary();
        String plan = world.plan("shop");
        session.then(j -> {
            WorkflowRun build = Builds.start(
                    j,
                    "job",
                    "catchError(buildResult: 'SUCCESS', stageResult: 'UNSTABLE') {\n" + STAGES.formatted(plan) + "}");
            j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(build));
            assertEquals(
                    List.of(
                            "canary.shop.Full at One",
                            "canary.shop.Half at One",
                            "canary.shop.Initial at One",
                            "canary.shop.abort at One",
                            "canary.shop.rollout at One"),
                    suites(build));
            TestResultAction tests = build.getAction(TestResultAction.class);
            assertEquals(
                    List.of("success-rate >= 95%", "gate"),
                    tests.getFailedTests().stream()
                            .filter(t -> t.getClassName().equals("canary.shop.Initial"))
                            .map(CaseResult::getName)
                            .sorted(Comparator.reverseOrder())
                            .toList());
        });
    }

    @Test
    void switchedOffItLeavesTheTestsToTheReport() throws Throwable {
        String plan = world.plan("shop");
        session.then(j -> {
            CanaryConfiguration.get().setGateTestResults(false);
            WorkflowRun report =
                    Builds.start(j, "job", STAGES.formatted(plan) + "stage('Evidence') { canaryReport() }");
            j.assertBuildStatusSuccess(j.waitForCompletion(report));
            assertEquals(
                    List.of(
                            "canary.shop.Full at Evidence",
                            "canary.shop.Half at Evidence",
                            "canary.shop.Initial at Evidence",
                            "canary.shop.abort at Evidence",
                            "canary.shop.rollout at Evidence"),
                    suites(report));
        });
    }
}

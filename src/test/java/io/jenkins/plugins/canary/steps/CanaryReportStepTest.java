package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.tasks.junit.CaseResult;
import hudson.tasks.junit.SuiteResult;
import hudson.tasks.junit.TestResultAction;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Gates among a build's test results. */
@WithJenkins
class CanaryReportStepTest {

    /** Of the world's plan: a criterion and a gate in each of three phases, an abort rule, the end and the journal. */
    private static final int CASES = 9;

    private static JenkinsRule j;
    private CanaryWorld world;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    private static WorkflowRun run(String name, String script, Result result) throws Exception {
        WorkflowRun build = Builds.start(j, name, script);
        j.assertBuildStatus(result, j.waitForCompletion(build));
        return build;
    }

    private static void assertCounts(WorkflowRun build, int total, int failed, int skipped) {
        TestResultAction tests = build.getAction(TestResultAction.class);
        assertEquals(
                List.of(total, failed, skipped),
                List.of(tests.getTotalCount(), tests.getFailCount(), tests.getSkipCount()));
    }

    private static CaseResult test(WorkflowRun build, String suite, String name) {
        return build.getAction(TestResultAction.class).getResult().getSuites().stream()
                .flatMap(s -> s.getCases().stream())
                .filter(c -> c.getClassName().equals(suite) && c.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no test " + name + " in " + suite));
    }

    @Test
    void promotionPassesItsTestsAndLeavesFiles() throws Exception {
        WorkflowRun build = run("promoted", """
                pipeline {
                  agent any
                  stages { stage('Release') { steps { canaryStart yaml: '''%s''', version: 'v2'; canaryGate()
                                              canaryPromote(); canaryGate(); canaryPromote to: 100 } } }
                  post { always { canaryReport dir: 'canary'; archiveArtifacts 'canary/*' } }
                }
                """.formatted(world.plan("shop")), Result.SUCCESS);
        assertCounts(build, CASES, 0, 0);
        SuiteResult half = build.getAction(TestResultAction.class).getResult().getSuite("canary.shop.Half");
        assertEquals(
                List.of("success-rate >= 95%", "gate"),
                half.getCases().stream().map(CaseResult::getName).toList());
        assertTrue(test(build, "canary.shop.Half", "gate").getDuration() >= 1, "as long as it was held");
        assertEquals(List.of("Release"), half.getEnclosingBlockNames(), "where its gate was waited for");
        assertEquals(
                List.of("canary-report.html", "canary-report.json", "canary-report.xml"),
                build.getArtifacts().stream().map(a -> a.getFileName()).sorted().toList());
        HtmlPage page = j.createWebClient().goTo(build.getUrl() + "testReport/canary.shop/Half/");
        assertTrue(page.asNormalizedText().contains("success-rate >= 95%"), page.asNormalizedText());
    }

    @Test
    void rollBackFailsItsTestsBesideThoseOfOthers() throws Exception {
        world.breakCanary();
        WorkflowRun build = run("back", """
                node {
                  stage('Unit') {
                    writeFile file: 'unit.xml', text: '<testsuite name="unit"><testcase classname="a.B" name="works"/></testsuite>'
                    junit testResults: 'unit.xml', healthScaleFactor: 2.0
                  }
                  try {
                    stage('Release') { canaryStart yaml: '''%s''', version: 'v2'; canaryGate() }
                  } finally {
                    stage('Evidence') { canaryReport() }
                    canaryReport()
                  }
                }
                """.formatted(world.plan("shop")), Result.FAILURE);
        // Of the phase in force its criterion and its gate, the rule that fired and the end failed; two phases were
        // never reached.
        assertCounts(build, CASES + 1, 4, 4);
        assertTrue(test(build, "a.B", "works").isPassed());
        String why = test(build, "canary.shop.Initial", "gate").getErrorDetails();
        assertTrue(why.startsWith("abort: error-rate is ") && why.endsWith(", above the maximum of 30%"), why);
        assertEquals("not entered", test(build, "canary.shop.Half", "gate").getSkippedMessage());
        assertEquals(
                List.of("Release"), test(build, "canary.shop.Initial", "gate").getEnclosingFlowNodeNames());
        assertEquals(2.0, build.getAction(TestResultAction.class).getHealthScaleFactor(), "as the junit step wants it");
        j.assertLogContains("[canary shop] Its gates are among the test results already", build);
    }

    @Test
    void everyRolloutOfABuildOrTheOneNamed() throws Exception {
        try (CanaryWorld other = new CanaryWorld()) {
            String rollout = "canaryRollout yaml: '''%s''', version: 'v2', rollout: '%s'\n";
            String both =
                    rollout.formatted(world.plan("shop"), "first") + rollout.formatted(other.plan("shop"), "second");
            WorkflowRun build = run(
                    "two",
                    "node {\n" + both + "def one = canaryReport rollout: 'second', dir: 'out'\n"
                            + "echo \"reported ${one*.name}\"\necho \"${canaryReport()*.outcome}\"\narchiveArtifacts 'out/*' }",
                    Result.SUCCESS);
            j.assertLogContains("reported [second]", build);
            j.assertLogContains("[PROMOTED, PROMOTED]", build);
            assertCounts(build, 2 * CASES, 0, 0);
            Set<String> suites = build.getAction(TestResultAction.class).getResult().getSuites().stream()
                    .map(SuiteResult::getName)
                    .collect(Collectors.toSet());
            assertTrue(suites.containsAll(Set.of("canary.first.Half", "canary.second.Half")), suites.toString());
            assertEquals(3, build.getArtifacts().size());
            assertTrue(
                    build.getArtifacts().stream().allMatch(a -> a.getFileName().startsWith("canary-report-second-")));
        }
    }

    @Test
    void whatIsNotThereIsSaidAndFailsNothing() throws Exception {
        WorkflowRun build = run("none", "canaryReport()\ncanaryReport rollout: 'shop', dir: 'out'", Result.SUCCESS);
        j.assertLogContains("[canary] Nothing to report: this build has no rollout", build);
        j.assertLogContains("[canary] Nothing to report: this build has no rollout shop", build);
        assertNull(build.getAction(TestResultAction.class));
    }

    @Test
    void openRolloutIsReportedAsFarAsItIs() throws Exception {
        WorkflowRun build = run("open", """
                canaryStart yaml: '''%s''', version: 'v2'
                canaryGate()
                canaryReport dir: 'out'
                canaryReport rollout: 'other'
                canaryRollback reason: 'enough'
                echo 'and then'
                canaryReport()
                """.formatted(world.plan("shop")), Result.SUCCESS);
        j.assertLogContains(
                "[canary shop] The rollout is still open (Phase Initial passed at 20%): the report is of what there is"
                        + " by now",
                build);
        j.assertLogContains("[canary shop] No files in out: there is no workspace here", build);
        j.assertLogContains("no rollout other; it has shop", build);
        List<CaseResult> ends = build.getAction(TestResultAction.class).getResult().getSuites().stream()
                .flatMap(s -> s.getCases().stream())
                .filter(c -> c.getClassName().equals("canary.shop.rollout")
                        && c.getName().equals("outcome"))
                .toList();
        assertEquals(1, ends.size(), "at its end");
        assertTrue(ends.get(0).getErrorDetails().contains("enough"), ends.get(0).getErrorDetails());
        assertCounts(build, CASES, 1, 4);
    }
}

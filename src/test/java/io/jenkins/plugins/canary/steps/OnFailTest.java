package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.GateFailure;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.List;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What becomes of a build when a step fails: by {@code onFail}, by what is configured, and by the steps around it. */
@WithJenkins
class OnFailTest {

    private static final String ONE_GATE =
            "[ { name: Initial, weight: 20, hold: 1s, deadline: 2s }, { name: Full, weight: 100 } ]";

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    private interface Script {
        String of(CanaryWorld world);
    }

    private static WorkflowRun run(String name, Script script, Result result) throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            world.breakCanary();
            WorkflowRun build = Builds.start(j, name, script.of(world) + "\necho 'it goes on'");
            j.assertBuildStatus(result, j.waitForCompletion(build));
            assertEquals(Weight.ZERO, world.weight());
            return build;
        }
    }

    private static List<String> warnings(WorkflowRun build) throws Exception {
        return new DepthFirstScanner()
                .allNodes(build.getExecution()).stream()
                        .map(n -> n.getPersistentAction(WarningAction.class))
                        .filter(Objects::nonNull)
                        .map(WarningAction::getMessage)
                        .toList();
    }

    private static Script whole(String name, String before, String more) {
        return world -> before + "canaryRollout version: 'v2', yaml: '''" + world.plan(name) + "'''" + more;
    }

    @Test
    void anAbortRuleMakesTheBuildWhatTheStepSays() throws Exception {
        WorkflowRun red = run("red", whole("red", "", ", onFail: 'FAILURE'"), Result.FAILURE);
        j.assertLogNotContains("it goes on", red);
        assertEquals(List.of(), warnings(red));

        WorkflowRun yellow = run("yellow", whole("yellow", "", ", onFail: 'UNSTABLE'"), Result.UNSTABLE);
        j.assertLogContains("it goes on", yellow);
        j.assertLogContains("WARNING: Canary yellow was rolled back: error-rate is ", yellow);
        assertEquals(1, warnings(yellow).size());
        assertEquals("ROLLED_BACK", Builds.record(yellow).getOutcome());
    }

    @Test
    void everyStepOfAYellowPipelineGoesOn() throws Exception {
        WorkflowRun build = run(
                "steps",
                world -> "def s = canaryStart version: 'v2', onFail: 'UNSTABLE', yaml: '''" + world.plan("steps")
                        + "'''\n"
                        + "canaryGate onFail: 'UNSTABLE'\n"
                        + "def p = canaryPromote onFail: 'UNSTABLE', to: 100\n"
                        + "canaryRollback onFail: 'UNSTABLE'\n"
                        + "echo \"${s.name} ended ${p.outcome}\"",
                Result.UNSTABLE);
        j.assertLogContains("steps ended ROLLED_BACK", build);
        j.assertLogContains("it goes on", build);
    }

    @Test
    void aFailedGateFollowsTheConfigurationUnlessTheStepSaysMore() throws Exception {
        Script gate = world -> "canaryRollout version: 'v2', yaml: '''"
                + world.plan("gate", ONE_GATE, "").replace("max: 30%", "max: 100%") + "'''";
        CanaryConfiguration.get().setGateFailure(GateFailure.UNSTABLE);
        try {
            WorkflowRun configured = run("configured", gate, Result.UNSTABLE);
            assertTrue(warnings(configured).get(0).contains("success-rate"));
            run("said", world -> gate.of(world) + ", onFail: 'FAILURE'", Result.FAILURE);
            // An abort rule is no gate.
            run("abort", whole("abort", "", ""), Result.FAILURE);
        } finally {
            CanaryConfiguration.get().setGateFailure(GateFailure.FAILURE);
        }
    }

    @Test
    void whoCatchesAFailureHasTheLastWord() throws Exception {
        WorkflowRun kept = run(
                "kept",
                world -> "catchError(buildResult: 'SUCCESS', stageResult: 'UNSTABLE') { "
                        + whole("kept", "", ", onFail: 'FAILURE'").of(world) + " }",
                Result.SUCCESS);
        j.assertLogContains("ERROR: Canary kept was rolled back", kept);
        WorkflowRun nothing = run(
                "nothing",
                world -> "catchError(buildResult: 'FAILURE') { "
                        + whole("nothing", "", ", onFail: 'UNSTABLE'").of(world) + "\necho 'not caught' }",
                Result.UNSTABLE);
        j.assertLogContains("not caught", nothing);
        WorkflowRun warned = run(
                "warned",
                world -> "warnError('no release') { "
                        + whole("warned", "", ", onFail: 'FAILURE'").of(world) + " }",
                Result.UNSTABLE);
        j.assertLogContains("no release", warned);
        j.assertLogContains("it goes on", warned);
    }

    @Test
    void mistakesAlwaysFailTheBuild() throws Exception {
        WorkflowRun plan = run("mistake", w -> "canaryStart yaml: 'name: x', onFail: 'UNSTABLE'", Result.FAILURE);
        j.assertLogContains("traffic", plan);
        WorkflowRun order = run("order", w -> "canaryGate onFail: 'UNSTABLE'", Result.FAILURE);
        j.assertLogContains("run canaryStart before canaryGate", order);
        run("unknown", whole("unknown", "", ", onFail: 'NOT_BUILT'"), Result.FAILURE);
    }

    @Test
    void probesPastsAndReportsAreNoDifferent() throws Exception {
        String nobody = """
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 1m }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases: [ { name: Few, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]
                gate: [ { metric: latency, quantile: 0.5, max: 2s } ]
                abort: [ { metric: error-rate, max: 5% } ]
                probes:
                  allow: [ "127.0.0.1:1" ]
                  canary: { url: "http://127.0.0.1:1" }
                  run: { alive: { http: { path: / } } }
                """;
        for (String onFail : List.of("FAILURE", "UNSTABLE")) {
            String said = ", onFail: '" + onFail + "'";
            Result result = Result.fromString(onFail);
            WorkflowRun probe = run(
                    "probe-" + onFail,
                    w -> "def r = canaryProbe yaml: '''" + nobody + "'''" + said + "\necho \"probe ${r[0].probe}\"",
                    result);
            j.assertLogContains("probe alive is undecided", probe);
            WorkflowRun past =
                    run("past-" + onFail, w -> "canaryBacktest from: '2h', yaml: '''" + nobody + "'''" + said, result);
            j.assertLogContains("127.0.0.1", past);
            WorkflowRun report = run(
                    "report-" + onFail,
                    w -> "node { writeFile file: 'taken', text: ''\n" + "try { "
                            + whole("files", "", "").of(w) + " } catch (e) { }\ncanaryReport dir: 'taken'" + said
                            + " }",
                    result);
            j.assertLogContains("the reports cannot be written to taken", report);
        }
    }

    /** A person may promote on the page what the pipeline has not come to yet. */
    @Test
    void aRolloutThatIsPromotedAlreadyIsNoFailure() throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            WorkflowRun build = Builds.start(
                    j,
                    "quick",
                    "canaryRollout version: 'v2', yaml: '''" + world.plan("quick")
                            + "'''\ncanaryGate()\ncanaryPromote(to: 100)");
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            j.assertLogContains("[canary quick] Nothing to wait for: the rollout is promoted", build);
        }
    }
}

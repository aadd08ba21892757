package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.LoopbackAllowed;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.flow.FlowDurabilityHint;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.job.properties.DurabilityHintJobProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A real controller, with the class loaders that a real one has, killed without a word. */
class KilledControllerTest {

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    /** Reads a JSON metric too: json-path and Jackson come from other plugins here. */
    private static String plan(CanaryWorld world, String name) {
        return world.plan(
                        name, "[ { name: Initial, weight: 20, hold: 4s }, { name: Full, weight: 100, hold: 1s } ]", "")
                .replace(
                        "  window: 2s",
                        "  window: 2s\n  custom: { given: { unit: count, json: { url: '" + world.control()
                                + "/weight', path: '$.weight' } } }")
                .replace("gate: [", "gate: [ { metric: given, min: 1 },");
    }

    private static void startAndHold(JenkinsRule j, String script, FlowDurabilityHint durability) throws Exception {
        startAndHold(j, script, durability, "Initial");
    }

    private static void startAndHold(JenkinsRule j, String script, FlowDurabilityHint durability, String phase)
            throws Exception {
        LoopbackAllowed.list();
        WorkflowJob job = Builds.job(j, "job", script);
        job.addProperty(new DurabilityHintJobProperty(durability));
        WorkflowRun build = job.scheduleBuild2(0).waitForStart();
        j.waitForMessage("in phase " + phase, build);
        // With PERFORMANCE_OPTIMIZED it is written over itself; of a build with half of it nobody could ask what came
        // of it.
        Path xml = build.getRootDir().toPath().resolve("build.xml");
        Builds.until("build.xml is whole", () -> Files.readString(xml).endsWith("</flow-build>"));
    }

    private static WorkflowRun build(JenkinsRule j) {
        return j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
    }

    @Test
    void sameRolloutGoesOn() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            String script = "canaryStart yaml: '''" + plan(world, "killed")
                    + "''', version: 'v2'\ncanaryGate()\ncanaryPromote(to: 100)";
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                startAndHold(j, script, FlowDurabilityHint.MAX_SURVIVABILITY);
            });
            jenkins.stopJenkinsForcibly();
            assertEquals(Weight.ofPercent(20), world.weight());

            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                WorkflowRun build = build(j);
                j.assertBuildStatusSuccess(j.waitForCompletion(build));
                assertEquals(
                        1, Builds.journal(build, RolloutEvent.Started.class).size());
                assertEquals(
                        List.of(0, 1),
                        Builds.journal(build, RolloutEvent.ShiftIntended.class).stream()
                                .map(RolloutEvent.ShiftIntended::phase)
                                .toList());
            });
            assertTrue(world.promoted());
        }
    }

    /** Which phase the pipeline asked for last is in its record, which is written once a minute otherwise. */
    @Test
    void nextPromotionCountsFromTheOneBeforeTheCrash() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            String phases = "[ { name: Initial, weight: 20, hold: 1s }, { name: Half, weight: 50, hold: 4s },"
                    + " { name: Full, weight: 100, hold: 1s } ]";
            String script = "canaryStart yaml: '''" + world.plan("counted", phases, "")
                    + "''', version: 'v2'\ncanaryGate()\ncanaryPromote()\ncanaryGate()\n"
                    + "echo 'second: ' + canaryPromote().phase\ncanaryGate()\ncanaryPromote(to: 100)";
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                startAndHold(j, script, FlowDurabilityHint.MAX_SURVIVABILITY, "Half");
            });
            jenkins.stopJenkinsForcibly();

            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                WorkflowRun build = build(j);
                j.assertBuildStatusSuccess(j.waitForCompletion(build));
                j.assertLogContains("second: Full", build);
            });
        }
    }

    @Test
    void buildThatCannotResumeTakesItsCanaryBack() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            String script = "canaryStart yaml: '''" + plan(world, "lost") + "''', version: 'v2'\nsleep 300";
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                startAndHold(j, script, FlowDurabilityHint.PERFORMANCE_OPTIMIZED);
            });
            jenkins.stopJenkinsForcibly();
            assertEquals(Weight.ofPercent(20), world.weight());

            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                Builds.until("taken back", () -> Builds.record(build(j)).isEnded());
                assertEquals("ROLLED_BACK", Builds.record(build(j)).getOutcome());
                j.assertBuildStatus(Result.FAILURE, build(j));
            });
            assertEquals(Weight.ZERO, world.weight());
        }
    }
}

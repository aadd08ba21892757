package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.model.User;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jenkinsci.plugins.workflow.flow.FlowDurabilityHint;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.job.properties.DurabilityHintJobProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The controller goes away at every point where a rollout waits, and the same rollout goes on. */
class RestartTest {

    private static final String SLOW =
            "[ { name: Initial, weight: 20, hold: 3s }, { name: Full, weight: 100, hold: 1s } ]";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private CanaryWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    /** Until the journal was last written so long ago: what the controller takes to stop counts. */
    private void downFor(Duration time) throws Exception {
        Path builds = sessions.getHome().toPath().resolve("jobs/job/builds/1/canary");
        try (Stream<Path> files = Files.list(builds)) {
            Path journal = files.filter(f -> f.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
            Instant written = Files.getLastModifiedTime(journal).toInstant();
            Poll.until(
                    "the controller has been down for " + time,
                    () -> Instant.now().isAfter(written.plus(time)));
        }
    }

    private static WorkflowRun build(JenkinsRule j) {
        return j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
    }

    private static String perPhase(String plan) {
        return "canaryStart yaml: '''" + plan
                + "''', version: 'v2'\ncanaryGate()\ncanaryPromote(to: 100)\necho 'at the end'";
    }

    /** The rollout went on where it was: one journal, each phase entered once. */
    private void wentOn(JenkinsRule j, Integer... phases) throws Exception {
        WorkflowRun build = build(j);
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
        assertEquals(1, RolloutsAction.of(build).orElseThrow().getRollouts().size());
        assertEquals(1, Builds.journal(build, RolloutEvent.Started.class).size());
        assertEquals(1, Builds.journal(build, RolloutEvent.Resumed.class).size());
        assertEquals(
                List.of(phases),
                Builds.journal(build, RolloutEvent.ShiftIntended.class).stream()
                        .map(RolloutEvent.ShiftIntended::phase)
                        .toList(),
                "no second shift");
        assertTrue(RolloutManager.get().open().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(FlowDurabilityHint.class)
    void duringTheHold(FlowDurabilityHint durability) throws Throwable {
        sessions.then(j -> {
            WorkflowJob job = Builds.job(j, "job", perPhase(world.plan("hold", SLOW, "")));
            job.addProperty(new DurabilityHintJobProperty(durability));
            WorkflowRun build = job.scheduleBuild2(0).waitForStart();
            j.waitForMessage("in phase Initial", build);
        });
        assertEquals(Weight.ofPercent(20), world.weight());
        sessions.then(j -> {
            wentOn(j, 0, 1);
            // The time in which nobody watched is no part of the hold.
            List<RolloutEvent> events = Builds.journal(build(j));
            long resumed = events.stream()
                    .filter(RolloutEvent.Resumed.class::isInstance)
                    .findFirst()
                    .orElseThrow()
                    .at();
            long began = events.stream()
                    .filter(RolloutEvent.ShiftApplied.class::isInstance)
                    .findFirst()
                    .orElseThrow()
                    .at();
            RolloutEvent.Resumed gap =
                    Builds.journal(build(j), RolloutEvent.Resumed.class).get(0);
            long passed = Builds.journal(build(j), RolloutEvent.GatePassed.class)
                    .get(0)
                    .at();
            assertTrue(passed - began - gap.gapMillis() >= 3_000 - 2 * 250, "green for three seconds beside the gap");
            assertTrue(passed > resumed);
        });
    }

    /** The deadline is about what was seen: time in which nobody watched brings it no nearer. */
    @Test
    void downForLongerThanTheDeadline() throws Throwable {
        String plan = world.plan(
                "late", "[ { name: Initial, weight: 20, hold: 3s, deadline: 5s }, { name: Full, weight: 100 } ]", "");
        sessions.then(j -> {
            WorkflowRun build = Builds.start(j, "job", perPhase(plan));
            j.waitForMessage("in phase Initial", build);
        });
        downFor(Duration.ofSeconds(5));
        sessions.then(j -> {
            wentOn(j, 0, 1);
            assertTrue(
                    Builds.journal(build(j), RolloutEvent.Resumed.class).get(0).gapMillis() > 5_000);
        });
    }

    /** A person's time runs on while the controller is down: nobody can have agreed. */
    @Test
    void approvalTimedOutMeanwhile() throws Throwable {
        String plan = world.plan(
                "unheard",
                "[ { name: Initial, weight: 20, hold: 1s, approval: { by: [alice], timeout: 5s } },"
                        + " { name: Full, weight: 100 } ]",
                "");
        sessions.then(j -> {
            WorkflowRun build = Builds.start(j, "job", perPhase(plan));
            Builds.untilStatus(build, "AWAITING_APPROVAL");
        });
        downFor(Duration.ofSeconds(5));
        sessions.then(j -> {
            WorkflowRun build = build(j);
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            assertEquals(Weight.ZERO, world.weight());
            j.assertLogContains("Canary unheard was rolled back: ", build);
            j.assertLogNotContains("at the end", build);
        });
    }

    @Test
    void whileTheRouterIsAskedForTheFirstShift() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(j, "job", perPhase(world.plan("start")));
            Builds.until(
                    "begun",
                    () -> Builds.live(build) != null && Builds.live(build).run() != null);
        });
        sessions.then(j -> wentOn(j, 0, 1, 2));
    }

    @Test
    void whilePromoting() throws Throwable {
        String plan = world.plan(
                "promote", "[ { name: Initial, weight: 20, hold: 1s }, { name: Full, weight: 100, hold: 4s } ]", "");
        sessions.then(j -> {
            WorkflowRun build = Builds.start(j, "job", perPhase(plan));
            j.waitForMessage("in phase Full", build);
        });
        sessions.then(j -> wentOn(j, 0, 1));
    }

    @Test
    void whileApprovalIsPending() throws Throwable {
        String plan = world.plan(
                "approve",
                "[ { name: Initial, weight: 20, hold: 1s, approval: { by: [alice] } }, { name: Full, weight: 100, hold: 1s } ]",
                "");
        sessions.then(j -> {
            WorkflowRun build = Builds.start(j, "job", perPhase(plan));
            Builds.untilStatus(build, "AWAITING_APPROVAL");
        });
        sessions.then(j -> {
            WorkflowRun build = build(j);
            Builds.until(
                    "resumed",
                    () -> Builds.live(build) != null && Builds.live(build).run() != null);
            Builds.live(build)
                    .command(new Input.Approve(
                            Builds.live(build).state().phase(),
                            User.getById("alice", true).getId(),
                            Set.of(),
                            "looks good"));
            wentOn(j, 0, 1);
            assertEquals(
                    "alice",
                    Builds.journal(build, RolloutEvent.Approved.class).get(0).by());
            j.assertLogContains("Phase Initial approved: looks good (alice)", build);
        });
    }

    @Test
    void whileThePipelineSleeps() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(
                    j,
                    "job",
                    "canaryStart yaml: '''" + world.plan("sleep") + "''', version: 'v2'\ncanaryGate()\nsleep 300");
            j.waitForMessage("Sleeping for", build);
        });
        world.breakCanary();
        sessions.then(j -> {
            WorkflowRun build = build(j);
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            assertEquals(Weight.ZERO, world.weight());
            j.assertLogContains("Canary sleep was rolled back: error-rate is ", build);
        });
    }

    @Test
    void whileRollingBack() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(
                    j,
                    "job",
                    "canaryStart yaml: '''" + world.plan("back")
                            + "''', version: 'v2'\ncanaryRollback reason: 'not today'\necho 'rolled back'");
            Builds.until(
                    "rolling back",
                    () -> Builds.record(build) != null && build.getLog().contains("Rolling back: not today"));
        });
        sessions.then(j -> {
            WorkflowRun build = build(j);
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            j.assertLogContains("rolled back", build);
            assertEquals(Weight.ZERO, world.weight());
            assertEquals(1, Builds.journal(build, RolloutEvent.Ended.class).size());
        });
    }

    @Test
    void wholeTableInOneStep() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(
                    j, "job", "canaryRollout yaml: '''" + world.plan("whole", SLOW, "") + "''', version: 'v2'");
            j.waitForMessage("in phase Initial", build);
        });
        sessions.then(j -> wentOn(j, 0, 1));
    }

    @Test
    void buildIsGoneWhenTheControllerIsBack() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(
                    j, "job", "canaryStart yaml: '''" + world.plan("gone") + "''', version: 'v2'\nsleep 300");
            j.waitForMessage("Sleeping for", build);
        });
        FileUtils.deleteDirectory(
                sessions.getHome().toPath().resolve("jobs/job").toFile());
        assertEquals(Weight.ofPercent(20), world.weight());
        sessions.then(j -> {
            Builds.until("weight 0", () -> world.weight().isZero());
            Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
        });
    }

    @Test
    void buildEndedWhileTheControllerWasDown() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(
                    j, "job", "canaryStart yaml: '''" + world.plan("ended") + "''', version: 'v2'\nsleep 300");
            j.waitForMessage("Sleeping for", build);
        });
        java.io.File xml = sessions.getHome()
                .toPath()
                .resolve("jobs/job/builds/1/build.xml")
                .toFile();
        String text = FileUtils.readFileToString(xml, "UTF-8");
        FileUtils.writeStringToFile(
                xml,
                text.replace("<completed>false</completed>", "<completed>true</completed>")
                        .replaceFirst("(?s)<execution .*</execution>", ""),
                "UTF-8");
        sessions.then(j -> {
            Builds.until("weight 0", () -> world.weight().isZero());
            Builds.until("recorded", () -> Builds.record(build(j)).isEnded());
            assertEquals(
                    "the build ended with the rollout open (FAILURE)",
                    Builds.record(build(j)).getReason());
        });
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.SlowControl;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/**
 * The controller was killed after a rollout's end was written down and before the step that waits heard of it: the
 * record is all that is left.
 */
class EndedMeanwhileTest {

    private static final String LONG = "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]";
    private static final String SHORT =
            "[ { name: Initial, weight: 20, hold: 1s }, { name: Full, weight: 100, hold: 10m } ]";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    /**
     * @param before steps that end before the one that waits
     * @param step the one that waits when the controller is killed
     * @param outcome of the rollout, in its record
     * @param result of the build
     */
    private record Waiting(String before, String step, String outcome, boolean gateFailed, String result) {

        boolean wholeRollout() {
            return step.equals("canaryRollout");
        }

        String script(CanaryWorld world) {
            String plan = "yaml: '''" + world.plan("left", before.isEmpty() ? LONG : SHORT, "") + "''', version: 'v2'";
            return (wholeRollout() ? step + " " + plan : "canaryStart " + plan + "\n" + before + step)
                    + "\necho 'went on'";
        }

        /** A whole rollout and a promotion wait in the phase that they shifted to. */
        void await(JenkinsRule j, WorkflowRun build) throws Exception {
            j.waitForMessage(before.isEmpty() ? "in phase Initial" : "in phase Full", build);
            // The step before may still look on when the rollout has come so far.
            j.waitForMessage("[Pipeline] " + step.replaceFirst("\\(.*", ""), build);
            Builds.until(
                    "the step waits",
                    () -> Builds.live(build) != null
                            && !Builds.live(build).watchers().isEmpty());
        }

        void follows(JenkinsRule j, WorkflowRun build) throws Exception {
            j.assertBuildStatus(Result.fromString(result), j.waitForCompletion(build));
            assertEquals(outcome, Builds.record(build).getOutcome());
            if (!result.equals("FAILURE")) {
                j.assertLogContains("went on", build);
            }
        }
    }

    private static final List<Waiting> WAITING = List.of(
            new Waiting("", "canaryGate()", "PROMOTED", false, "SUCCESS"),
            new Waiting("", "canaryGate()", "ROLLED_BACK", true, "FAILURE"),
            new Waiting("", "canaryGate(onFail: 'UNSTABLE')", "ROLLED_BACK", true, "UNSTABLE"),
            new Waiting("", "canaryGate(onFail: 'UNSTABLE')", "ROLLED_BACK", false, "UNSTABLE"),
            new Waiting("", "canaryGate(onFail: 'FAILURE')", "ROLLED_BACK", false, "FAILURE"),
            new Waiting("canaryGate()\n", "canaryPromote(to: 100)", "PROMOTED", false, "SUCCESS"),
            new Waiting("canaryGate()\n", "canaryPromote(to: 100)", "ROLLED_BACK", false, "FAILURE"),
            new Waiting("", "canaryRollout", "PROMOTED", false, "SUCCESS"),
            new Waiting("", "canaryRollout", "ROLLED_BACK", false, "FAILURE"));

    private void nothingOpenOnDisk() throws Exception {
        try (DirectoryStream<Path> open =
                Files.newDirectoryStream(sessions.getHome().toPath().resolve("canary/open"))) {
            for (Path file : open) {
                Files.delete(file);
            }
        }
    }

    private void endedOnDisk(String job, String outcome, boolean gateFailed) throws Exception {
        Path xml = sessions.getHome().toPath().resolve("jobs/" + job + "/builds/1/build.xml");
        String record = Files.readString(xml);
        String ended = record.replaceAll(
                        "<gateFailed>false</gateFailed>", "<gateFailed>" + gateFailed + "</gateFailed>")
                .replaceFirst(
                        "(</status>)", "$1<outcome>" + outcome + "</outcome><reason>success-rate was 40%</reason>");
        assertNotEquals(record, ended);
        Files.writeString(xml, ended);
    }

    /** One restart for all of them, since a controller takes longer to start than all of this. */
    @Test
    void everyStepEndsAsTheRecordSays() throws Throwable {
        List<CanaryWorld> worlds = new ArrayList<>();
        try {
            sessions.then(j -> {
                List<WorkflowRun> builds = new ArrayList<>();
                for (Waiting waiting : WAITING) {
                    worlds.add(waiting.before().isEmpty() ? CanaryWorld.quiet() : new CanaryWorld());
                    String script = waiting.script(worlds.get(builds.size()));
                    builds.add(Builds.start(j, "job-" + builds.size(), script));
                }
                for (int i = 0; i < builds.size(); i++) {
                    WAITING.get(i).await(j, builds.get(i));
                }
            });
            nothingOpenOnDisk();
            for (int i = 0; i < WAITING.size(); i++) {
                endedOnDisk("job-" + i, WAITING.get(i).outcome(), WAITING.get(i).gateFailed());
            }
            sessions.then(j -> assertAll(IntStream.range(0, WAITING.size())
                    .mapToObj(i -> () -> WAITING.get(i)
                            .follows(
                                    j,
                                    j.jenkins
                                            .getItemByFullName("job-" + i, WorkflowJob.class)
                                            .getBuildByNumber(1)))));
        } finally {
            for (CanaryWorld world : worlds) {
                world.close();
            }
        }
    }

    /** The step that took the canary back is told of it, although the controller went between the end and its word. */
    @Test
    void rollBackThatTheStepAskedForIsNoFailure() throws Throwable {
        rollBackEnds("ROLLED_BACK", "", Result.SUCCESS);
    }

    @Test
    void rollBackFailsWhenTheRolloutEndedOtherwise() throws Throwable {
        rollBackEnds("HELD", "", Result.FAILURE);
    }

    @Test
    void rollBackThatEndedOtherwiseLeavesAYellowBuildThatGoesOn() throws Throwable {
        rollBackEnds("HELD", ", onFail: 'UNSTABLE'", Result.UNSTABLE);
    }

    private void rollBackEnds(String outcome, String more, Result result) throws Throwable {
        try (CanaryWorld world = CanaryWorld.quiet();
                SlowControl control = new SlowControl(world.control())) {
            String plan = world.plan("left", LONG, "")
                    .replace(world.control().toString(), control.url().toString());
            sessions.then(j -> {
                WorkflowRun build = Builds.start(
                        j,
                        "job",
                        "canaryStart yaml: '''" + plan
                                + "''', version: 'v2'\ninput 'Go on?'\ncanaryRollback reason: 'not today'" + more
                                + "\necho 'went on'");
                Builds.until(
                        "the input waits",
                        () -> build.getAction(InputAction.class) != null
                                && !build.getAction(InputAction.class)
                                        .getExecutions()
                                        .isEmpty());
                control.hold();
                build.getAction(InputAction.class).getExecutions().get(0).proceed(null);
                j.waitForMessage("Rolling back: not today", build);
            });
            nothingOpenOnDisk();
            endedOnDisk("job", outcome, false);
            control.letGo();
            sessions.then(j -> {
                WorkflowRun build =
                        j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
                j.assertBuildStatus(result, j.waitForCompletion(build));
                if (result == Result.FAILURE) {
                    j.assertLogContains("not rolled back: Canary left ended on hold at", build);
                } else {
                    j.assertLogContains("went on", build);
                }
            });
        }
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.SlowControl;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/**
 * The controller was killed after a rollout's end was written down and before the step that waits heard of it: the
 * record is all that is left.
 */
class EndedMeanwhileTest {

    private static final String LONG = "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]";

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

    private static void endedOnDisk(Path home, String outcome, boolean gateFailed) throws Exception {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(home.resolve("canary/open"))) {
            for (Path file : open) {
                Files.delete(file);
            }
        }
        Path xml = home.resolve("jobs/job/builds/1/build.xml");
        String record = Files.readString(xml);
        String ended = record.replaceAll(
                        "<gateFailed>false</gateFailed>", "<gateFailed>" + gateFailed + "</gateFailed>")
                .replaceFirst(
                        "(</status>)", "$1<outcome>" + outcome + "</outcome><reason>success-rate was 40%</reason>");
        Files.writeString(xml, ended);
    }

    @ParameterizedTest
    @CsvSource({
        "canaryGate(), PROMOTED, false, SUCCESS",
        "canaryGate(), ROLLED_BACK, true, FAILURE",
        "canaryGate(onFail: \"UNSTABLE\"), ROLLED_BACK, true, UNSTABLE",
        "canaryGate(onFail: \"UNSTABLE\"), ROLLED_BACK, false, FAILURE",
    })
    void stepEndsAsTheRecordSays(String step, String outcome, boolean gateFailed, String result) throws Throwable {
        endsAs("", step.replace("\"", "'"), outcome, gateFailed, result);
    }

    @ParameterizedTest
    @CsvSource({"PROMOTED, SUCCESS", "ROLLED_BACK, FAILURE"})
    void promotionEndsAsTheRecordSays(String outcome, String result) throws Throwable {
        endsAs("canaryGate()\n", "canaryPromote(to: 100)", outcome, false, result);
    }

    @ParameterizedTest
    @CsvSource({"PROMOTED, SUCCESS", "ROLLED_BACK, FAILURE"})
    void wholeRolloutEndsAsTheRecordSays(String outcome, String result) throws Throwable {
        scriptEndsAs(
                "canaryRollout yaml: '''" + world.plan("left", LONG, "") + "''', version: 'v2'",
                "in phase Initial",
                "canaryRollout",
                outcome,
                false,
                result);
    }

    /** The step that took the canary back is told of it, although the controller went between the end and its word. */
    @Test
    void rollBackThatTheStepAskedForIsNoFailure() throws Throwable {
        try (SlowControl control = new SlowControl(world.control())) {
            String plan = world.plan("left", LONG, "")
                    .replace(world.control().toString(), control.url().toString());
            sessions.then(j -> {
                WorkflowRun build = Builds.start(
                        j,
                        "job",
                        "canaryStart yaml: '''" + plan
                                + "''', version: 'v2'\ninput 'Go on?'\ncanaryRollback reason: 'not today'\necho 'went on'");
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
            endedOnDisk(sessions.getHome().toPath(), "ROLLED_BACK", false);
            control.letGo();
            sessions.then(j -> {
                WorkflowRun build =
                        j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
                j.assertBuildStatusSuccess(j.waitForCompletion(build));
                j.assertLogContains("went on", build);
            });
        }
    }

    private void endsAs(String before, String step, String outcome, boolean gateFailed, String result)
            throws Throwable {
        String phases = before.isEmpty()
                ? LONG
                : "[ { name: Initial, weight: 20, hold: 1s }, { name: Full, weight: 100, hold: 10m } ]";
        scriptEndsAs(
                "canaryStart yaml: '''" + world.plan("left", phases, "") + "''', version: 'v2'\n" + before + step,
                before.isEmpty() ? "in phase Initial" : "in phase Full",
                step.substring(0, step.indexOf('(')),
                outcome,
                gateFailed,
                result);
    }

    /** @param step which one it is that waits: the one before may still look on when the rollout has come so far */
    private void scriptEndsAs(
            String script, String waitsAt, String step, String outcome, boolean gateFailed, String result)
            throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(j, "job", script + "\necho 'went on'");
            j.waitForMessage(waitsAt, build);
            j.waitForMessage("[Pipeline] " + step, build);
            Builds.until(
                    "the step waits",
                    () -> Builds.live(build) != null
                            && !Builds.live(build).watchers().isEmpty());
        });
        endedOnDisk(sessions.getHome().toPath(), outcome, gateFailed);
        sessions.then(j -> {
            WorkflowRun build =
                    j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            j.assertBuildStatus(Result.fromString(result), j.waitForCompletion(build));
            assertEquals(outcome, Builds.record(build).getOutcome());
            if (!result.equals("FAILURE")) {
                j.assertLogContains("went on", build);
            }
        });
    }
}

package io.jenkins.plugins.canary.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryFolderProperty;
import io.jenkins.plugins.canary.config.CommitChecks;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.rollouts.PendingRollouts;
import io.jenkins.plugins.checks.api.ChecksConclusion;
import io.jenkins.plugins.checks.api.ChecksDetails;
import io.jenkins.plugins.checks.api.ChecksOutput;
import io.jenkins.plugins.checks.api.ChecksPublisher;
import io.jenkins.plugins.checks.api.ChecksPublisherFactory;
import io.jenkins.plugins.checks.api.ChecksStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Rollouts of real builds, and a server that takes checks. */
class CheckPublisherTest {

    private static final List<ChecksDetails> PUBLISHED = new CopyOnWriteArrayList<>();
    private static final List<Long> TIMES = new CopyOnWriteArrayList<>();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private CanaryWorld world;

    @BeforeEach
    void open() throws Exception {
        PUBLISHED.clear();
        TIMES.clear();
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    /** A server that takes checks, and is down for jobs whose name says so. */
    @TestExtension
    public static final class Server extends ChecksPublisherFactory {
        @Override
        protected Optional<ChecksPublisher> createPublisher(Run<?, ?> run, TaskListener listener) {
            return Optional.of(new ChecksPublisher() {
                @Override
                public void publish(ChecksDetails details) {
                    if (run.getParent().getName().equals("down")) {
                        throw new IllegalStateException("the server is down");
                    }
                    PUBLISHED.add(details);
                    TIMES.add(System.nanoTime() / 1_000_000);
                }
            });
        }
    }

    private static String title(ChecksDetails check) {
        return check.getOutput().flatMap(ChecksOutput::getTitle).orElseThrow();
    }

    private static ChecksDetails last() {
        return PUBLISHED.get(PUBLISHED.size() - 1);
    }

    private static void untilTitle(String title) throws Exception {
        Builds.until(
                "a check: " + title, () -> !PUBLISHED.isEmpty() && title(last()).equals(title));
    }

    private String approval(String name) {
        return world.plan(
                name,
                "[ { name: Initial, weight: 20, hold: 1s, approval: {} }, { name: Full, weight: 100, hold: 1s } ]",
                "");
    }

    private static void approve(WorkflowRun build) throws Exception {
        Builds.live(build).command(new Input.Approve(0, "alice", Set.of(), "fine"));
    }

    @Test
    void aRolloutIsOneCheckThatFollowsIt() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build =
                    Builds.start(j, "job", "canaryRollout yaml: '''" + approval("shop") + "''', version: 'v2'");
            untilTitle("Phase Initial waits for approval at 20%");
            assertEquals(ChecksStatus.IN_PROGRESS, last().getStatus());
            approve(build);
            untilTitle("v2 is promoted");
            assertEquals(ChecksConclusion.SUCCESS, last().getConclusion());
            assertEquals(
                    j.getURL() + build.getUrl() + "canary/"
                            + Builds.record(build).getId() + "/",
                    last().getDetailsURL().orElseThrow());
            assertEquals(
                    Set.of("Canary / shop"),
                    Set.copyOf(PUBLISHED.stream()
                            .map(c -> c.getName().orElseThrow())
                            .toList()));
            for (int i = 1; i < TIMES.size(); i++) {
                long pause = TIMES.get(i) - TIMES.get(i - 1);
                assertTrue(pause >= 9_500, "pause of " + pause + " ms before " + PUBLISHED.get(i));
            }
            j.waitForCompletion(build);
        });
    }

    @Test
    void aCheckIsCompletedAfterARestart() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build =
                    Builds.start(j, "job", "canaryRollout yaml: '''" + approval("shop") + "''', version: 'v2'");
            untilTitle("Phase Initial waits for approval at 20%");
            assertTrue(new PendingRollouts("checks").has(Builds.record(build).getId()));
        });
        PUBLISHED.clear();
        sessions.then(j -> {
            untilTitle("Phase Initial waits for approval at 20%");
            WorkflowRun build =
                    j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            Builds.until("resumed", () -> Builds.live(build).run() != null);
            approve(build);
            j.waitForCompletion(build);
            // Before the last word could be published.
        });
        sessions.then(j -> {
            untilTitle("v2 is promoted");
            Builds.until(
                    "nothing is left to publish",
                    () -> new PendingRollouts("checks").read().isEmpty());
        });
    }

    private WorkflowRun inFolder(JenkinsRule j, CommitChecks checks) throws Exception {
        Folder folder = j.createProject(Folder.class, "folder");
        CanaryFolderProperty property = new CanaryFolderProperty();
        property.setCommitChecks(checks);
        folder.addProperty(property);
        WorkflowJob job = folder.createProject(WorkflowJob.class, "job");
        job.setDefinition(
                new CpsFlowDefinition("canaryRollout yaml: '''" + world.plan("quiet") + "''', version: 'v2'", true));
        return j.waitForCompletion(job.scheduleBuild2(0).waitForStart());
    }

    @Test
    void aFolderCanSwitchThemOff() throws Throwable {
        sessions.then(j -> {
            inFolder(j, CommitChecks.NONE);
            try (CanaryWorld next = new CanaryWorld()) {
                WorkflowRun other =
                        Builds.start(j, "other", "canaryRollout yaml: '''" + next.plan("shop") + "''', version: 'v2'");
                j.waitForCompletion(other);
                untilTitle("v2 is promoted");
            }
            assertTrue(
                    PUBLISHED.stream().allMatch(c -> c.getName().orElseThrow().equals("Canary / shop")));
        });
    }

    @Test
    void aServerThatIsDownIsLoggedOnceAndStopsNothing() throws Throwable {
        sessions.then(j -> {
            LogRecorder log = new LogRecorder()
                    .record(CheckPublisher.class, Level.WARNING)
                    .capture(100);
            WorkflowRun build =
                    Builds.start(j, "down", "canaryRollout yaml: '''" + approval("shop") + "''', version: 'v2'");
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            Builds.until("a failure", () -> !log.getRecords().isEmpty());
            approve(build);
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertEquals(
                    List.of("The check of canary rollout "
                            + Builds.record(build).getId() + " of " + build
                            + " is not on its commit; it is tried again when something happens"),
                    log.getRecords().stream().map(LogRecord::getMessage).toList());
        });
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Run;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.notify.Notice;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.Status;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The build ends with the promotion, the controller goes away, and the watch goes on. */
class WatchRestartTest {

    private static final String QUICK = "[ { name: Full, weight: 100, hold: 1s } ]";
    private static final String WATCH =
            "watch: { for: 1h, criteria: [ { metric: error-rate, max: 10% } ], abort: [], onBreach: rollback }";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private CanaryWorld world;

    /** What other plugins would hear. */
    @TestExtension
    public static final class Heard extends CanaryListener {
        static final List<String> KINDS = new CopyOnWriteArrayList<>();

        @Override
        public void onNotice(Run<?, ?> build, Notice notice) {
            KINDS.add(notice.kind());
        }
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
        Heard.KINDS.clear();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void aBreachAfterTheRestartTakesThePromotionBack() throws Throwable {
        sessions.then(j -> {
            WorkflowRun build = Builds.start(
                    j,
                    "job",
                    "def r = canaryRollout yaml: '''" + world.plan("watched", QUICK, WATCH)
                            + "''', version: 'v2'\necho \"outcome ${r.outcome}\"");
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            j.assertLogContains("outcome PROMOTED", build);
            j.assertLogContains("The new version is promoted, and watched for 1 h", build);
            assertTrue(world.promoted());
            assertEquals(1, RolloutManager.get().open().size());
            RolloutRecord record =
                    RolloutsAction.of(build).orElseThrow().getRollouts().get(0);
            assertEquals(Status.ON_WATCH.name(), record.getStatus());
            JenkinsRule.WebClient client = j.createWebClient();
            // The trend of test results is drawn by scripts that only browsers know.
            client.getOptions().setJavaScriptEnabled(false);
            assertTrue(
                    client.getPage(j.jenkins.getItemByFullName("job", WorkflowJob.class))
                            .getBody()
                            .getTextContent()
                            .contains("Promoted, on watch"),
                    "shown on the job's page");
        });
        sessions.then(j -> {
            WorkflowRun build =
                    j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            Builds.until(
                    "taken up again", () -> RolloutManager.get().open().stream().anyMatch(r -> r.state() != null));
            assertTrue(world.promoted(), "a restart takes nothing back");
            world.breakCanary();
            Builds.until("taken back", () -> RolloutManager.get().open().isEmpty());
            assertEquals(Weight.ZERO, world.weight());
            assertFalse(world.promoted());
            assertEquals(
                    1, Builds.journal(build, RolloutEvent.WatchBreached.class).size());
            RolloutEvent.Ended end =
                    Builds.journal(build, RolloutEvent.Ended.class).get(0);
            assertEquals(Outcome.ROLLED_BACK, end.outcome());
            assertTrue(end.reason().startsWith("after the promotion, error-rate is "), end.reason());
            Builds.until("heard", () -> Heard.KINDS.contains("ended"));
            assertTrue(Heard.KINDS.containsAll(List.of("watchBreached", "rollbackIntended")), Heard.KINDS.toString());
        });
    }

    @Test
    void aSecondRolloutMayBeginAndWhatItChangesEndsTheWatch() throws Throwable {
        sessions.then(j -> {
            String script = "canaryRollout yaml: '''" + world.plan("watched", QUICK, WATCH) + "''', version: 'v2'";
            j.assertBuildStatusSuccess(j.waitForCompletion(Builds.start(j, "job", script)));
            WorkflowRun second = j.waitForCompletion(Builds.start(j, "next", script));
            j.assertLogContains("the canary gets 100% of the requests already", second);
            assertEquals(
                    1,
                    RolloutManager.get().open().size(),
                    "it never shifted, so the first one's version is still watched");
            assertEquals(
                    200,
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(world.control().resolve("/weight"))
                                            .header("Content-Type", "application/json")
                                            .PUT(HttpRequest.BodyPublishers.ofString("{\"weight\":0}"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode());
            WorkflowRun build =
                    j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            Builds.until(
                    "ended",
                    () -> !Builds.journal(build, RolloutEvent.Ended.class).isEmpty());
            RolloutEvent.Ended end =
                    Builds.journal(build, RolloutEvent.Ended.class).get(0);
            assertEquals(Outcome.PROMOTED, end.outcome());
            assertTrue(end.reason().startsWith("somebody else changed the router"), end.reason());
        });
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Files of an open rollout are lost or damaged while the controller is away: its canary is taken out of traffic all the same. */
class LostFilesTest {

    private static final String LONG =
            "[ { name: Initial, weight: 20, hold: 1h }, { name: Full, weight: 100, hold: 1h } ]";

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

    private static WorkflowRun build(JenkinsRule j) {
        return j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
    }

    private void inTraffic(String more, String then) throws Throwable {
        String plan = world.plan("lost", LONG, more);
        sessions.then(j -> {
            WorkflowRun build = Builds.start(j, "job", "canaryStart yaml: '''" + plan + "''', version: 'v2'\n" + then);
            j.waitForMessage("in phase Initial", build);
            Builds.until(
                    "recorded", () -> "WATCHING".equals(Builds.record(build).getStatus()));
        });
        assertEquals(Weight.ofPercent(20), world.weight());
    }

    private Path journal() throws Exception {
        try (Stream<Path> files = Files.list(sessions.getHome().toPath().resolve("jobs/job/builds/1/canary"))) {
            return files.filter(f -> f.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path entry() throws Exception {
        try (Stream<Path> files = Files.list(sessions.getHome().toPath().resolve("canary/open"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private void spoil(String how) throws Exception {
        Path journal = journal();
        switch (how) {
            case "missing" -> Files.delete(journal);
            case "empty" -> Files.write(journal, new byte[0]);
            case "truncated" -> Files.write(journal, java.util.Arrays.copyOf(Files.readAllBytes(journal), 100));
            default -> {
                List<String> lines = Files.readAllLines(journal);
                lines.remove(1);
                Files.write(journal, lines);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "truncated", "damaged"})
    void aJournalThatIsLostTakesTheCanaryBack(String how) throws Throwable {
        inTraffic("", "sleep 600");
        spoil(how);
        sessions.then(j -> {
            WorkflowRun build = build(j);
            Builds.until("weight 0", () -> world.weight().isZero(), 120);
            Builds.until("recorded", () -> Builds.record(build).isEnded(), 30);
            assertEquals("ROLLED_BACK", Builds.record(build).getOutcome());
            assertTrue(
                    Builds.record(build).getReason().contains("the journal was lost"),
                    Builds.record(build).getReason());
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            assertEquals(1, Builds.journal(build, RolloutEvent.Ended.class).size(), "the new journal is one");
            assertTrue(Builds.journal(build, RolloutEvent.JournalLost.class)
                    .get(0)
                    .reason()
                    .contains("the router reports 20%"));
            assertTrue(RolloutManager.get().open().isEmpty());
        });
    }

    /** A plan that leaves the canary where it is still takes the order of a person. */
    @Test
    void aPersonRollsBackWhatCannotBeTakenUp() throws Throwable {
        inTraffic("onBuildEnd: hold", "sleep 600");
        spoil("damaged");
        sessions.then(j -> {
            WorkflowRun build = build(j);
            Builds.until(
                    "it says so",
                    () -> new RolloutPage(RolloutsAction.of(build).orElseThrow(), Builds.record(build)).getStuck()
                            != null);
            JenkinsRule.WebClient client = j.createWebClient();
            client.getOptions().setThrowExceptionOnFailingStatusCode(false);
            client.getOptions().setJavaScriptEnabled(false);
            String page =
                    client.goTo(build.getUrl() + "canary/").getWebResponse().getContentAsString();
            assertTrue(page.contains("nobody watches it") && page.contains("takeBack"), page);
            WebRequest post = new WebRequest(
                    new URL(j.getURL(), build.getUrl() + "canary/rollback?reason=seen+enough"), HttpMethod.POST);
            WebResponse answer = client.getPage(client.addCrumb(post)).getWebResponse();
            assertEquals(200, answer.getStatusCode(), answer.getContentAsString());
            Builds.until("weight 0", () -> world.weight().isZero());
            Builds.until("recorded", () -> Builds.record(build).isEnded());
            assertEquals("ROLLED_BACK", Builds.record(build).getOutcome());
            assertEquals("seen enough", Builds.record(build).getReason());
            assertFalse(
                    Builds.journal(build, RolloutEvent.RollbackIntended.class).isEmpty());
        });
    }

    @Test
    void theStepRollsBackWhatCannotBeTakenUp() throws Throwable {
        inTraffic("onBuildEnd: hold", "sleep 10\ncanaryRollback reason: 'the pipeline gives up'");
        spoil("damaged");
        sessions.then(j -> {
            WorkflowRun build = build(j);
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertEquals(Weight.ZERO, world.weight());
            assertEquals("ROLLED_BACK", Builds.record(build).getOutcome());
            j.assertLogContains("the pipeline gives up", build);
        });
    }

    @Test
    void aLostPlanIsFoundInTheJournal() throws Throwable {
        inTraffic("", "sleep 600");
        Path entry = entry();
        Files.writeString(entry, Files.readString(entry).replaceFirst("\"plan\" : \".*?[^\\\\]\"", "\"plan\" : null"));
        sessions.then(j -> {
            WorkflowRun build = build(j);
            Builds.until(
                    "taken up",
                    () -> Builds.live(build) != null && Builds.live(build).run() != null);
            assertEquals(1, Builds.journal(build, RolloutEvent.Resumed.class).size());
            build.doStop();
            j.waitForCompletion(build);
            Builds.until("weight 0", () -> world.weight().isZero());
        });
    }

    /** Of a build that is gone with its job, everything but the plan is. */
    @Test
    void aLostBuildIsTakenBack() throws Throwable {
        inTraffic("", "sleep 600");
        FileUtils.deleteDirectory(
                sessions.getHome().toPath().resolve("jobs/job").toFile());
        sessions.then(j -> {
            Builds.until("weight 0", () -> world.weight().isZero());
            Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
        });
    }

    /** An older version may find what a newer one wrote. */
    @Test
    void keysOfANewerVersionAreLeftAlone() throws Throwable {
        inTraffic("", "sleep 600");
        Path entry = entry();
        Files.writeString(entry, Files.readString(entry).replaceFirst("\\{", "{ \"sinceVersionNine\" : [ 1 ],"));
        sessions.then(j -> {
            WorkflowRun build = build(j);
            Builds.until(
                    "taken up",
                    () -> Builds.live(build) != null && Builds.live(build).run() != null);
            build.doStop();
            j.waitForCompletion(build);
            Builds.until("weight 0", () -> world.weight().isZero());
        });
    }
}

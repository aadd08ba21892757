package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/**
 * Files of open rollouts are lost or damaged while the controller is down: each canary is taken out of traffic all the
 * same. One restart for all of them, since a controller takes longer to start than all of this.
 */
class LostFilesTest {

    private static final String LONG =
            "[ { name: Initial, weight: 20, hold: 1h }, { name: Full, weight: 100, hold: 1h } ]";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private final List<Loss> losses = new ArrayList<>();

    /** One rollout with a router of its own, what is lost of it, and what must come of it. */
    private abstract class Loss implements AutoCloseable {
        final String name;
        final CanaryWorld world = CanaryWorld.quiet();
        private final String more;
        private final String then;

        Loss(String name, String more, String then) throws Exception {
            this.name = name;
            this.more = more;
            this.then = then;
            losses.add(this);
        }

        abstract void lose() throws Exception;

        abstract void follows(JenkinsRule j, WorkflowRun build) throws Exception;

        String script() {
            return "canaryStart yaml: '''" + world.plan(name, LONG, more) + "''', version: 'v2'\n" + then;
        }

        Path journal() throws Exception {
            return only(sessions.getHome().toPath().resolve("jobs/" + name + "/builds/1/canary"), ".jsonl");
        }

        Path entry() throws Exception {
            return only(sessions.getHome().toPath().resolve("canary/open"), name + "-");
        }

        private static Path only(Path folder, String named) throws Exception {
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(f -> f.getFileName().toString().startsWith(named)
                                || f.getFileName().toString().endsWith(named))
                        .findFirst()
                        .orElseThrow();
            }
        }

        void removeALine() throws Exception {
            List<String> lines = Files.readAllLines(journal());
            lines.remove(1);
            Files.write(journal(), lines);
        }

        void rolledBack(WorkflowRun build) throws Exception {
            Builds.until("weight 0 of " + name, () -> world.weight().isZero(), 120);
            Builds.until("record of " + name, () -> Builds.record(build).isEnded(), 30);
            assertEquals("ROLLED_BACK", Builds.record(build).getOutcome());
        }

        /** The rollout goes on, until its build is stopped. */
        void resumed(JenkinsRule j, WorkflowRun build) throws Exception {
            Builds.until(
                    "resumed: " + name,
                    () -> Builds.live(build) != null && Builds.live(build).run() != null);
            assertEquals(1, Builds.journal(build, RolloutEvent.Resumed.class).size());
            build.doStop();
            j.waitForCompletion(build);
            Builds.until("weight 0 of " + name, () -> world.weight().isZero());
        }

        @Override
        public void close() throws Exception {
            world.close();
        }
    }

    @FunctionalInterface
    private interface Spoil {
        void spoil(Path journal) throws Exception;
    }

    private void lostJournal(String name, Spoil spoil) throws Exception {
        new Loss(name, "", "sleep 600") {
            @Override
            void lose() throws Exception {
                spoil.spoil(journal());
            }

            @Override
            void follows(JenkinsRule j, WorkflowRun build) throws Exception {
                rolledBack(build);
                String reason = Builds.record(build).getReason();
                assertTrue(reason.contains("the journal was lost"), reason);
                j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
                assertEquals(1, Builds.journal(build, RolloutEvent.Ended.class).size(), "the new journal is whole");
                String lost = Builds.journal(build, RolloutEvent.JournalLost.class)
                        .get(0)
                        .reason();
                assertTrue(lost.contains("the router reports 20%"), lost);
            }
        };
    }

    private void everyLoss() throws Exception {
        // First, since after a minute nothing is left to decide. A plan that leaves the canary where it is still takes
        // the order of a person.
        new Loss("person", "onBuildEnd: hold", "sleep 600") {
            @Override
            void lose() throws Exception {
                removeALine();
            }

            @Override
            void follows(JenkinsRule j, WorkflowRun build) throws Exception {
                Builds.until(
                        "it says so",
                        () -> new RolloutPage(RolloutsAction.of(build).orElseThrow(), Builds.record(build)).getStuck()
                                != null);
                JenkinsRule.WebClient client = j.createWebClient();
                client.getOptions().setThrowExceptionOnFailingStatusCode(false);
                client.getOptions().setJavaScriptEnabled(false);
                String page =
                        client.goTo(build.getUrl() + "canary/").getWebResponse().getContentAsString();
                assertTrue(page.contains("nobody watches it"), page);
                assertTrue(page.contains("takeBack"), page);
                assertTrue(SilentRollouts.get().isActivated());
                String told = client.goTo("manage").getWebResponse().getContentAsString();
                assertTrue(told.contains("person: cannot be resumed: "), told);
                assertTrue(
                        told.contains(build.getUrl() + "canary/"
                                + Builds.record(build).getId() + "/\">Its page"),
                        told);
                SilentRollouts.get().doSeen();
                assertFalse(SilentRollouts.get().getStuck().stream()
                        .anyMatch(s -> s.rollout().equals("person")));
                WebRequest post = new WebRequest(
                        new URL(j.getURL(), build.getUrl() + "canary/rollback?reason=seen+enough"), HttpMethod.POST);
                WebResponse answer = client.getPage(client.addCrumb(post)).getWebResponse();
                assertEquals(200, answer.getStatusCode(), answer.getContentAsString());
                rolledBack(build);
                assertEquals("seen enough", Builds.record(build).getReason());
                assertFalse(Builds.journal(build, RolloutEvent.RollbackIntended.class)
                        .isEmpty());
            }
        };
        lostJournal("missing", Files::delete);
        lostJournal("empty", journal -> Files.write(journal, new byte[0]));
        lostJournal("truncated", journal -> Files.write(journal, Arrays.copyOf(Files.readAllBytes(journal), 100)));
        lostJournal("damaged", journal -> {
            List<String> lines = Files.readAllLines(journal);
            lines.remove(1);
            Files.write(journal, lines);
        });
        new Loss("step", "onBuildEnd: hold", "sleep 10\ncanaryRollback reason: 'the pipeline gives up'") {
            @Override
            void lose() throws Exception {
                removeALine();
            }

            @Override
            void follows(JenkinsRule j, WorkflowRun build) throws Exception {
                j.assertBuildStatusSuccess(j.waitForCompletion(build));
                rolledBack(build);
                j.assertLogContains("the pipeline gives up", build);
            }
        };
        new Loss("plan", "", "sleep 600") {
            @Override
            void lose() throws Exception {
                String entry = Files.readString(entry());
                String without = entry.replaceFirst("\"plan\" : \".*?[^\\\\]\"", "\"plan\" : null");
                assertNotEquals(entry, without);
                Files.writeString(entry(), without);
            }

            @Override
            void follows(JenkinsRule j, WorkflowRun build) throws Exception {
                resumed(j, build);
            }
        };
        // An older version may find what a newer one wrote.
        new Loss("newer", "", "sleep 600") {
            @Override
            void lose() throws Exception {
                Files.writeString(
                        entry(), Files.readString(entry()).replaceFirst("\\{", "{ \"sinceVersionNine\" : [ 1 ],"));
            }

            @Override
            void follows(JenkinsRule j, WorkflowRun build) throws Exception {
                resumed(j, build);
            }
        };
        // Of a build that is gone with its job, everything but the plan is.
        new Loss("build", "", "sleep 600") {
            @Override
            void lose() throws Exception {
                FileUtils.deleteDirectory(
                        sessions.getHome().toPath().resolve("jobs/" + name).toFile());
            }

            @Override
            void follows(JenkinsRule j, WorkflowRun build) throws Exception {
                assertNull(build);
                Builds.until("weight 0 of " + name, () -> world.weight().isZero());
            }
        };
    }

    @AfterEach
    void close() throws Exception {
        for (Loss loss : losses) {
            loss.close();
        }
    }

    @Test
    void everyCanaryIsTakenOutOfTraffic() throws Throwable {
        everyLoss();
        sessions.then(j -> {
            for (Loss loss : losses) {
                Builds.start(j, loss.name, loss.script());
            }
            for (Loss loss : losses) {
                WorkflowRun build = build(j, loss);
                // The pipeline has gone on: canaryStart itself would fail when its rollout is lost.
                j.waitForMessage("[Pipeline] sleep", build);
                Builds.until(
                        "recorded: " + loss.name,
                        () -> "WATCHING".equals(Builds.record(build).getStatus()));
            }
        });
        for (Loss loss : losses) {
            assertEquals(Weight.ofPercent(20), loss.world.weight());
            loss.lose();
        }
        sessions.then(j -> {
            assertAll(losses.stream().map(loss -> () -> loss.follows(j, build(j, loss))));
            Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
        });
    }

    private static WorkflowRun build(JenkinsRule j, Loss loss) {
        WorkflowJob job = j.jenkins.getItemByFullName(loss.name, WorkflowJob.class);
        return job == null ? null : job.getBuildByNumber(1);
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Cause;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.User;
import hudson.scm.ChangeLogParser;
import hudson.scm.ChangeLogSet;
import hudson.scm.NullSCM;
import hudson.scm.RepositoryBrowser;
import hudson.scm.SCMRevisionState;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.FakeChangeLogSCM;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who committed what a build releases. */
@WithJenkins
class BuildPeopleTest {

    private static CanaryPlan plan(String notBy) throws Exception {
        return PlanReader.read("""
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                gate: [ { metric: success-rate, min: 95%% } ]
                phases:
                  - { name: Half, weight: 50, hold: 1m, approval: { %s } }
                  - { name: Full, weight: 100, hold: 1m }
                """.formatted(notBy));
    }

    private static Set<String> committers(Run<?, ?> build, String rollout) throws Exception {
        return new TreeSet<>(
                BuildPeople.of(build, plan("notBy: [committers]"), rollout).get(Exclusion.COMMITTERS));
    }

    private static FreeStyleBuild build(FreeStyleProject job, FakeChangeLogSCM scm, String author, Cause... cause)
            throws Exception {
        scm.addChange().withAuthor(author);
        return job.scheduleBuild2(0, cause.length == 0 ? new Cause.UserIdCause("ann") : cause[0])
                .get();
    }

    /** Its changes have times, which {@link FakeChangeLogSCM}'s have not. */
    public static final class TimedChanges extends NullSCM {

        private List<Long> next = List.of();

        @Override
        public void checkout(
                Run<?, ?> build, Launcher on, FilePath into, TaskListener log, File changes, SCMRevisionState before)
                throws IOException {
            List<String> lines = next.stream().map(String::valueOf).toList();
            Files.write(changes.toPath(), lines);
        }

        @Override
        public ChangeLogParser createChangeLogParser() {
            return new TimedParser();
        }
    }

    private static final class TimedParser extends ChangeLogParser {
        @Override
        @SuppressWarnings("rawtypes")
        public ChangeLogSet<TimedChange> parse(Run build, RepositoryBrowser<?> browser, File changes)
                throws IOException {
            List<TimedChange> all = Files.readAllLines(changes.toPath()).stream()
                    .map(line -> new TimedChange(Long.parseLong(line)))
                    .toList();
            return new ChangeLogSet<>(build, browser) {
                @Override
                public boolean isEmptySet() {
                    return all.isEmpty();
                }

                @Override
                public Iterator<TimedChange> iterator() {
                    return all.iterator();
                }
            };
        }
    }

    private static final class TimedChange extends ChangeLogSet.Entry {
        private final long at;

        TimedChange(long at) {
            this.at = at;
        }

        @Override
        public long getTimestamp() {
            return at;
        }

        @Override
        public String getMsg() {
            return "";
        }

        @Override
        public User getAuthor() {
            return User.getUnknown();
        }

        @Override
        public Collection<String> getAffectedPaths() {
            return List.of();
        }
    }

    private static FreeStyleBuild build(FreeStyleProject job, Long... commits) throws Exception {
        TimedChanges scm = new TimedChanges();
        scm.next = List.of(commits);
        job.setScm(scm);
        return job.scheduleBuild2(0).get();
    }

    @Test
    void theFirstCommitSinceTheVersionThatWasPromoted(JenkinsRule j) throws Exception {
        FreeStyleProject job = j.createFreeStyleProject("api");
        FreeStyleBuild promoted = build(job, 1_000L);
        RolloutsAction.on(promoted).add("api-1", "api", "v1");
        RolloutsAction.find(promoted, "api-1").orElseThrow().promoted();
        build(job, 3_000L, 2_000L);
        FreeStyleBuild now = build(job, -1L, 4_000L, Long.MAX_VALUE);

        assertEquals(2_000L, BuildPeople.firstCommit(now, "api"));
        assertEquals(1_000L, BuildPeople.firstCommit(now, "another"), "none of these was promoted");
        FreeStyleBuild unknown = build(j.createFreeStyleProject("other"));
        assertNull(BuildPeople.firstCommit(unknown, "api"), "a build without changes");
    }

    @Test
    void theAuthorsSinceTheVersionThatWasPromoted(JenkinsRule j) throws Exception {
        FreeStyleProject job = j.createFreeStyleProject("api");
        FakeChangeLogSCM scm = new FakeChangeLogSCM();
        job.setScm(scm);
        FreeStyleBuild first = build(job, scm, "ann");
        RolloutsAction.on(first).add("api-1", "api", "v1");
        RolloutsAction.find(first, "api-1").orElseThrow().promoted();
        FreeStyleBuild rolledBack = build(job, scm, "bob");
        RolloutsAction.on(rolledBack).add("api-2", "api", "v2");
        FreeStyleBuild now = build(job, scm, "cy");

        assertEquals(Set.of("bob", "cy"), committers(now, "api"));
        assertEquals(Set.of("ann", "bob", "cy"), committers(now, "another"), "none of these was promoted");
        assertEquals(Set.of("ann"), committers(first, "api"), "its own changes count");
        assertEquals(Map.of(), BuildPeople.of(now, plan("min: 2"), "api"), "nobody is excluded, nobody is looked for");

        FreeStyleProject deploy = j.createFreeStyleProject("deploy");
        FreeStyleBuild deployed = deploy.scheduleBuild2(0, new Cause.UpstreamCause((Run<?, ?>) now))
                .get();
        assertEquals(Set.of("cy"), committers(deployed, "api"), "of the build that triggered it");
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Cause;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
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

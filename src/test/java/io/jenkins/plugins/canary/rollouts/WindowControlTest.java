package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.time.LocalDate;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.pipeline.modeldefinition.actions.RestartDeclarativePipelineAction;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What release managers rely on: windows, and what a restart from a stage means for a rollout. */
@WithJenkins
class WindowControlTest {

    private static JenkinsRule j;
    private CanaryWorld world;

    @BeforeAll
    static void people(JenkinsRule rule) {
        j = rule;
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("alice")
                .grant(Jenkins.READ, Item.READ, CanaryPermissions.VIEW, CanaryPermissions.APPROVE)
                .everywhere()
                .to("bob"));
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    private static WebResponse post(WorkflowRun build, String who, String query) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient().withBasicCredentials(who);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        WebRequest request = new WebRequest(new URL(j.getURL(), build.getUrl() + "canary/" + query), HttpMethod.POST);
        return client.getPage(client.addCrumb(request)).getWebResponse();
    }

    @Test
    void inAFreezeNothingRisesUnlessSomebodyWhoMaySaysSo() throws Exception {
        LocalDate today = LocalDate.now();
        String freeze = "windows: { timeZone: Europe/Berlin, freezes: [ { from: \"" + today.minusDays(2) + "\", to: \""
                + today.plusDays(2) + "\", reason: Black Friday } ] }";
        String phases = "[ { name: Half, weight: 50, hold: 1s }, { name: Full, weight: 100, hold: 1s } ]";
        WorkflowRun build = Builds.start(
                j, "frozen", "canaryRollout version: 'v2', yaml: '''" + world.plan("frozen", phases, freeze) + "'''");
        Builds.untilStatus(build, "AWAITING_WINDOW");
        assertEquals(Weight.ZERO, world.weight());
        j.waitForMessage("The window is closed until", build);
        j.waitForMessage("Europe/Berlin: Black Friday", build);

        WebResponse denied = post(build, "bob", "overrideWindow?comment=please");
        assertEquals(403, denied.getStatusCode());
        assertTrue(denied.getContentAsString().contains("the permission Control is needed"));
        WebResponse silent = post(build, "alice", "overrideWindow");
        assertEquals(409, silent.getStatusCode());
        assertTrue(silent.getContentAsString().contains("wants a comment"), silent.getContentAsString());

        for (Weight next : List.of(Weight.ofPercent(50), Weight.FULL)) {
            assertEquals(
                    200, post(build, "alice", "overrideWindow?comment=hotfix").getStatusCode());
            Builds.until("the one rise was made", () -> world.weight().equals(next));
            Builds.untilStatus(build, "AWAITING_WINDOW");
        }
        assertEquals(200, post(build, "alice", "overrideWindow?comment=hotfix").getStatusCode());
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
        List<RolloutEvent.WindowOverridden> said = Builds.journal(build, RolloutEvent.WindowOverridden.class);
        assertEquals(3, said.size());
        assertEquals("alice", said.get(0).by());
    }

    @Test
    void aRestartFromAStageSaysThatARolloutBelongsToItsBuild() throws Exception {
        WorkflowRun build = Builds.start(j, "restarted", """
                pipeline {
                  agent none
                  stages {
                    stage('Begin') { steps { canaryStart yaml: '''%s''', version: 'v2'; canaryGate() } }
                    stage('Go on') { steps { canaryPromote(to: 100) } }
                  }
                }
                """.formatted(world.plan("restarted")));
        j.assertBuildStatusSuccess(j.waitForCompletion(build));

        WorkflowRun goesOn = restart(build, "Go on", 2);
        j.assertBuildStatus(Result.FAILURE, goesOn);
        j.assertLogContains("this build has no rollout: run canaryStart before canaryPromote", goesOn);
        j.assertLogContains(
                ": it does not go on with that build's rollout; restart from the stage"
                        + " that runs canaryStart or canaryRollout",
                goesOn);

        // It ends at once: the proxy of these tests still gives everything to the version that was promoted.
        WorkflowRun anew = restart(build, "Begin", 3);
        j.assertLogContains(": this is a new rollout, which begins with the first phase", anew);
    }

    private static WorkflowRun restart(WorkflowRun build, String stage, int number) throws Exception {
        build.getAction(RestartDeclarativePipelineAction.class).run(stage);
        Builds.until("the build was restarted", () -> build.getParent().getBuildByNumber(number) != null);
        return j.waitForCompletion(build.getParent().getBuildByNumber(number));
    }
}

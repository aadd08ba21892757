package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A phase that wants a person's word: asked for, shown, given, refused, recorded. */
@WithJenkins
class ApprovalTest {

    private static JenkinsRule j;
    private CanaryWorld world;

    @BeforeAll
    static void people(JenkinsRule rule) {
        j = rule;
        JenkinsRule.DummySecurityRealm realm = j.createDummySecurityRealm();
        realm.addGroups("alice", "release-managers");
        // Somebody has named a group after a user.
        realm.addGroups("carol", "alice");
        j.jenkins.setSecurityRealm(realm);
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(jenkins.model.Jenkins.ADMINISTER)
                .everywhere()
                .to("alice", "bob", "carol"));
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    private String plan(String name) {
        return world.plan(
                name,
                "[ { name: Initial, weight: 20, hold: 1s, approval: { by: [release-managers], requireComment: true } },"
                        + " { name: Full, weight: 100, hold: 1s } ]",
                "");
    }

    private static WebResponse post(WorkflowRun build, String who, String query) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient().withBasicCredentials(who);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        WebRequest request = new WebRequest(new URL(j.getURL(), build.getUrl() + "canary/" + query), HttpMethod.POST);
        return client.getPage(client.addCrumb(request)).getWebResponse();
    }

    private static FlowNode waiting(WorkflowRun build) {
        return new DepthFirstScanner()
                .allNodes(build.getExecution()).stream()
                        .filter(n -> n.getAction(GateVerdicts.class) != null
                                && n.getAction(LabelAction.class) != null
                                && n.getDisplayFunctionName().startsWith("canaryGate"))
                        .findFirst()
                        .orElse(null);
    }

    @Test
    void approvalIsAskedForShownGivenAndRecorded() throws Exception {
        WorkflowRun build = Builds.start(
                j,
                "given",
                "canaryStart yaml: '''" + plan("given") + "''', version: 'v2'\ncanaryGate()\ncanaryPromote to: 100");
        Builds.untilStatus(build, "AWAITING_APPROVAL");
        Builds.until("the gate's node is paused", () -> waiting(build) != null && PauseAction.isPaused(waiting(build)));
        assertEquals("Gate of Initial, 20%: approval pending", waiting(build).getDisplayName());
        j.waitForMessage("Phase Initial waits for approval: decide on the gate page", build);

        assertEquals(400, denied(build, "alice", "approve?comment=fine", "name the phase"));
        assertEquals(409, denied(build, "alice", "approve?phase=Full&comment=fine", "is not the one to be decided on"));
        assertEquals(403, denied(build, "bob", "approve?phase=Initial&comment=fine", "may not approve phase"));
        assertEquals(409, denied(build, "alice", "approve?phase=Initial", "wants a comment"));
        assertEquals(
                200,
                post(build, "alice", "approve?phase=Initial&comment=all+green").getStatusCode());

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
        assertFalse(PauseAction.isPaused(waiting(build)));
        assertEquals("Gate of Initial, 20%", waiting(build).getDisplayName());
        RolloutEvent.Approved approved =
                Builds.journal(build, RolloutEvent.Approved.class).get(0);
        assertEquals("alice", approved.by());
        assertEquals("all green", approved.comment());
        assertFalse(approved.evidence().isEmpty(), "what the readings were");
        GateVerdicts verdicts = waiting(build).getAction(GateVerdicts.class);
        assertEquals("Initial", verdicts.getPhases().get(0).name);
        assertNotNull(verdicts.getChecks());
    }

    private static int denied(WorkflowRun build, String who, String query, String why) throws Exception {
        WebResponse answer = post(build, who, query);
        String message = JSONObject.fromObject(answer.getContentAsString()).getString("message");
        assertTrue(message.contains(why), message);
        return answer.getStatusCode();
    }

    @Test
    void aGroupThatIsNamedLikeAUserIsNotThatUser() throws Exception {
        hudson.model.User.getById("alice", true);
        String phases = "[ { name: One, weight: 20, hold: 1s, approval: { by: [alice] } },"
                + " { name: Two, weight: 40, hold: 1s, approval: { by: ['group:alice'] } },"
                + " { name: Full, weight: 100, hold: 1s, approval: { by: ['user:alice'] } } ]";
        WorkflowRun build = Builds.start(
                j, "names", "canaryRollout yaml: '''" + world.plan("names", phases, "") + "''', version: 'v2'");
        Builds.untilStatus(build, "AWAITING_APPROVAL");
        assertEquals(403, denied(build, "carol", "approve?phase=One", "may not approve phase"));
        assertEquals(200, post(build, "alice", "approve?phase=One").getStatusCode());
        j.waitForMessage("Phase Two waits for approval", build);
        assertEquals(409, denied(build, "alice", "approve?phase=One", "is not the one to be decided on"));
        assertEquals(403, denied(build, "alice", "approve?phase=Two", "may not approve phase"));
        assertEquals(200, post(build, "carol", "approve?phase=Two").getStatusCode());
        j.waitForMessage("Phase Full waits for approval", build);
        assertEquals(403, denied(build, "carol", "approve?phase=Full", "may not approve phase"));
        assertEquals(200, post(build, "alice", "approve?phase=Full").getStatusCode());
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
    }

    @Test
    void refusalTakesTheCanaryBack() throws Exception {
        WorkflowRun build =
                Builds.start(j, "refused", "canaryRollout yaml: '''" + plan("refused") + "''', version: 'v2'");
        Builds.untilStatus(build, "AWAITING_APPROVAL");
        assertEquals(
                200,
                post(build, "alice", "reject?phase=Initial&comment=not+today").getStatusCode());

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        j.assertLogContains("approval of phase Initial refused: not today", build);
    }

    /** The pipeline's own question and the plan's are two: answering one leaves the other. */
    @Test
    void approvalGoesTogetherWithInput() throws Exception {
        WorkflowRun build = Builds.start(j, "together", """
                canaryStart yaml: '''%s''', version: 'v2'
                input 'Tell the customers?'
                canaryGate()
                canaryPromote to: 100
                """.formatted(plan("together")));
        Builds.untilStatus(build, "AWAITING_APPROVAL");
        Builds.until(
                "the input waits",
                () -> build.getAction(InputAction.class) != null
                        && !build.getAction(InputAction.class).getExecutions().isEmpty());
        j.waitForMessage("Phase Initial waits for approval: decide on the gate page", build);

        assertEquals(
                200, post(build, "alice", "approve?phase=Initial&comment=fine").getStatusCode());
        Builds.untilStatus(build, "PASSED");
        assertEquals(1, build.getAction(InputAction.class).getExecutions().size(), "the input still waits");
        build.getAction(InputAction.class).getExecutions().get(0).proceed(java.util.Map.of());
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
        assertEquals(
                List.of("alice"),
                Builds.journal(build, RolloutEvent.Approved.class).stream()
                        .map(RolloutEvent.Approved::by)
                        .toList());
    }
}

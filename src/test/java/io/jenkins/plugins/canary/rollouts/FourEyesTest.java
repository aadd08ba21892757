package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.ApproverList;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.CanaryFolderProperty;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Two people must agree, neither of whom started the build; lists come from the nearest folder; a restart keeps all. */
class FourEyesTest {

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

    /** Alice, bob and carol are release managers of the shop; dave may approve and is named nowhere; eve may only look. */
    private static void people(JenkinsRule j) throws Exception {
        JenkinsRule.DummySecurityRealm realm = j.createDummySecurityRealm();
        realm.addGroups("bob", "rm");
        j.jenkins.setSecurityRealm(realm);
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, CanaryPermissions.VIEW)
                .everywhere()
                .toEveryone()
                .grant(Item.BUILD, CanaryPermissions.APPROVE)
                .everywhere()
                .to("alice", "bob", "carol", "dave"));
        ApproverList everybody = new ApproverList("release-managers");
        everybody.setMembers("user:dave");
        CanaryConfiguration.get().setApprovers(List.of(everybody));
    }

    private static WorkflowJob job(JenkinsRule j, String plan) throws Exception {
        Folder shop = j.createProject(Folder.class, "shop");
        ApproverList near = new ApproverList("release-managers");
        near.setMembers("group:rm, user:alice\ncarol");
        CanaryFolderProperty property = new CanaryFolderProperty();
        property.setApprovers(List.of(near));
        shop.addProperty(property);
        WorkflowJob job = shop.createProject(WorkflowJob.class, "deploy");
        job.setDefinition(new CpsFlowDefinition("canaryRollout yaml: '''" + plan + "''', version: 'v2'", true));
        return job;
    }

    private String plan() {
        return world.plan(
                "shop",
                "[ { name: Half, weight: 50, hold: 1s, approval: { min: 2, by: [release-managers], notBy: [starter],"
                        + " requireComment: true } }, { name: Full, weight: 100, hold: 1s } ]",
                "");
    }

    private static WorkflowRun startedBy(WorkflowJob job, String user) throws Exception {
        try (ACLContext as = ACL.as2(User.getById(user, true).impersonate2())) {
            return job.scheduleBuild2(0, new CauseAction(new Cause.UserIdCause(user)))
                    .waitForStart();
        }
    }

    private static WebResponse post(JenkinsRule j, WorkflowRun build, String who, String query) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient().withBasicCredentials(who);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        WebRequest request = new WebRequest(new URL(j.getURL(), build.getUrl() + "canary/" + query), HttpMethod.POST);
        return client.getPage(client.addCrumb(request)).getWebResponse();
    }

    private static String answer(WebResponse response) {
        return response.getStatusCode() + " "
                + JSONObject.fromObject(response.getContentAsString()).optString("message");
    }

    @Test
    void twoPeopleWhoMayAgreeOverARestart() throws Throwable {
        sessions.then(j -> {
            people(j);
            WorkflowRun build = startedBy(job(j, plan()), "alice");
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            j.waitForMessage("Phase Half waits for approval by 2 people", build);
            String yes = "approve?phase=Half&comment=fine";
            String who =
                    "; it may be approved by release-managers; on the list release-managers are group:rm, user:alice, carol";
            assertEquals(
                    "403 alice may not approve phase Half, having started this rollout" + who,
                    answer(post(j, build, "alice", yes)));
            assertEquals("403 dave may not approve phase Half" + who, answer(post(j, build, "dave", yes)));
            assertEquals(
                    "403 eve may not approve here: the permission Approve is needed",
                    answer(post(j, build, "eve", yes)));
            assertEquals(
                    "409 phase Half wants a comment with the decision: say in the field comment why",
                    answer(post(j, build, "bob", "approve?phase=Half")));
            assertEquals("200 ", answer(post(j, build, "bob", yes)));
            assertTrue(
                    answer(post(j, build, "bob", yes)).startsWith("409 bob has agreed to phase Half already: 1 of 2"));
            j.waitForMessage("Phase Half agreed to, 1 of 2 people: fine (bob)", build);
        });
        sessions.then(j -> {
            WorkflowRun build = j.jenkins
                    .getItemByFullName("shop/deploy", WorkflowJob.class)
                    .getLastBuild();
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            assertEquals("200 ", answer(post(j, build, "bob", "withdrawApproval?phase=Half")));
            assertEquals("200 ", answer(post(j, build, "carol", "approve?phase=Half&comment=ok")));
            assertEquals(
                    List.of("carol"),
                    Builds.live(build).state().people().agreements().stream()
                            .map(a -> a.by())
                            .toList());
            assertEquals("200 ", answer(post(j, build, "bob", "approve?phase=Half&comment=again")));
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertTrue(world.promoted());
            assertEquals(
                    List.of("bob", "carol", "bob"),
                    Builds.journal(build, RolloutEvent.Approved.class).stream()
                            .map(RolloutEvent.Approved::by)
                            .toList());
            RolloutEvent.Approved last =
                    Builds.journal(build, RolloutEvent.Approved.class).get(2);
            assertTrue(last.shown().headline().startsWith("Phase Half waits for approval at 50%"), last.toString());
            assertFalse(last.evidence().isEmpty());
        });
    }

    /** Whoever replays a build of somebody, or has another job start it, is not the only one who started it. */
    @Test
    void startersAreFoundThroughReplaysAndUpstreamBuilds() throws Throwable {
        sessions.then(j -> {
            people(j);
            WorkflowJob first = Builds.job(j, "first", "echo 'x'");
            WorkflowRun origin = startedBy(first, "alice");
            j.waitForCompletion(origin);
            WorkflowRun replay;
            try (ACLContext as = ACL.as2(User.getById("bob", true).impersonate2())) {
                replay = (WorkflowRun) origin.getAction(ReplayAction.class)
                        .run("echo 'y'", Map.of())
                        .waitForStart();
            }
            j.waitForCompletion(replay);
            WorkflowJob deploy = job(j, plan());
            WorkflowRun build = deploy.scheduleBuild2(0, new CauseAction(new Cause.UpstreamCause(replay)))
                    .waitForStart();
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            RolloutEvent.Started started =
                    Builds.journal(build, RolloutEvent.Started.class).get(0);
            assertEquals(Map.of(Exclusion.STARTER, List.of("bob", "alice")), started.involved(), "the nearest first");
            assertEquals("200 ", answer(post(j, build, "carol", "reject?phase=Half&comment=no")));
            j.waitForCompletion(build);

            WorkflowRun timer = deploy.scheduleBuild2(0).waitForStart();
            j.waitForMessage("nobody started this build: notBy: [starter] excludes nobody", timer);
            Builds.untilStatus(timer, "AWAITING_APPROVAL");
            assertEquals("200 ", answer(post(j, timer, "alice", "reject?phase=Half&comment=no")));
            j.waitForCompletion(timer);
        });
    }
}

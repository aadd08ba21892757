package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a job's page says of a version on watch, and who may decide there. */
@WithJenkins
class JobWatchTest {

    private static final String WATCH = "watch: { for: 1h, criteria: [ { metric: error-rate, max: 10% } ],"
            + " abort: [ { metric: error-rate, max: 30% } ], onBreach: ask }";

    private static JenkinsRule j;
    private static CanaryWorld world;

    @BeforeAll
    static void open(JenkinsRule rule) throws Exception {
        j = rule;
        world = new CanaryWorld();
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader", "approver", "controller")
                .grant(CanaryPermissions.APPROVE)
                .everywhere()
                .to("approver")
                .grant(CanaryPermissions.CONTROL)
                .everywhere()
                .to("controller"));
    }

    @AfterAll
    static void close() throws Exception {
        world.close();
    }

    private static JenkinsRule.WebClient client(String who) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient().withBasicCredentials(who);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        return client;
    }

    private static String watch(String who) throws Exception {
        HtmlPage page = client(who).goTo("job/shop/");
        var watch = page.querySelector(".canary-watch");
        return watch == null ? "" : watch.asNormalizedText();
    }

    private static WebResponse post(String who, String action, String rollout) throws Exception {
        JenkinsRule.WebClient client = client(who);
        WebRequest post = new WebRequest(
                new URL(j.getURL(), "job/shop/canary-rollouts/" + action + "?rollout=" + rollout), HttpMethod.POST);
        return client.getPage(client.addCrumb(post)).getWebResponse();
    }

    @Test
    void isShownAndDecidedByThoseWhoMay() throws Exception {
        WorkflowRun build = Builds.start(
                j,
                "shop",
                "canaryRollout yaml: '''" + world.plan("shop", "[ { name: Full, weight: 100, hold: 1s } ]", WATCH)
                        + "''', version: 'v2'");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        String calm = watch("reader");
        assertTrue(calm.contains("shop v2, #1: promoted, watched until"), calm);
        assertTrue(calm.contains("breach: a person decides whether the version stays"), calm);
        assertFalse(watch("approver").contains("Keep the version"), "there is nothing to decide yet");

        world.breakCanary();
        Builds.until("breached", () -> watch("reader").contains("Breach: error-rate is "));
        assertFalse(watch("reader").contains("Keep the version"), watch("reader"));
        assertFalse(watch("reader").contains("Roll back"), watch("reader"));
        assertTrue(watch("approver").contains("Keep the version"), watch("approver"));
        assertFalse(watch("approver").contains("Roll back"), watch("approver"));
        assertTrue(
                watch("controller").contains("Roll back")
                        && !watch("controller").contains("Keep the version"),
                watch("controller"));

        String id = Builds.record(build).getId();
        assertEquals(403, post("controller", "keep", id).getStatusCode());
        assertEquals(403, post("approver", "rollback", id).getStatusCode());
        assertEquals(
                405,
                client("approver")
                        .goTo("job/shop/canary-rollouts/keep?rollout=" + id, null)
                        .getWebResponse()
                        .getStatusCode());
        assertEquals(List.of(), Builds.journal(build, RolloutEvent.BreachAccepted.class));
        assertTrue(post("approver", "keep", "nobody").getContentAsString().contains("no longer watched"));

        assertEquals(200, post("approver", "keep", id).getStatusCode());
        assertEquals(
                "approver",
                Builds.journal(build, RolloutEvent.BreachAccepted.class).get(0).by());
        assertFalse(watch("approver").contains("Keep the version"), "that is decided");

        assertEquals(200, post("controller", "rollback", id).getStatusCode());
        Builds.until(
                "taken back",
                () -> !Builds.journal(build, RolloutEvent.Ended.class).isEmpty());
        assertEquals(
                Outcome.ROLLED_BACK,
                Builds.journal(build, RolloutEvent.Ended.class).get(0).outcome());
        assertFalse(world.promoted());
        Builds.until("gone from the page", () -> watch("reader").isEmpty());
    }
}

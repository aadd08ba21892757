package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.time.LocalDate;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** What release managers rely on: in a freeze nothing rises, unless somebody who may says so; a restart changes nothing. */
class WindowControlTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    /** Rita may override windows and nothing else, carl may control, bob may approve. */
    private static void people(JenkinsRule j) {
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("alice")
                .grant(Jenkins.READ, Item.READ, CanaryPermissions.VIEW)
                .everywhere()
                .toEveryone()
                .grant(CanaryPermissions.OVERRIDE)
                .everywhere()
                .to("rita")
                .grant(CanaryPermissions.CONTROL, Item.CONFIGURE)
                .everywhere()
                .to("carl")
                .grant(CanaryPermissions.APPROVE)
                .everywhere()
                .to("bob"));
    }

    private static String frozen(CanaryWorld world) {
        LocalDate today = LocalDate.now();
        String freeze = "windows: { timeZone: Europe/Berlin, freezes: [ { from: \"" + today.minusDays(2) + "\", to: \""
                + today.plusDays(2) + "\", reason: Black Friday } ] }";
        String phases = "[ { name: Half, weight: 50, hold: 1s }, { name: Full, weight: 100, hold: 1s } ]";
        return world.plan("frozen", phases, freeze);
    }

    private static WebResponse ask(JenkinsRule j, WorkflowRun build, String who, HttpMethod how, String query)
            throws Exception {
        JenkinsRule.WebClient client = j.createWebClient().withBasicCredentials(who);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        String page = build.getUrl() + "canary/" + Builds.record(build).getId() + "/";
        WebRequest request = new WebRequest(new URL(j.getURL(), page + query), how);
        return client.getPage(client.addCrumb(request)).getWebResponse();
    }

    private static String override(JenkinsRule j, WorkflowRun build, String who, String comment) throws Exception {
        WebResponse answer = ask(j, build, who, HttpMethod.POST, "overrideWindow" + comment);
        return answer.getStatusCode() + " "
                + JSONObject.fromObject(answer.getContentAsString()).optString("message");
    }

    private static boolean isOffered(JenkinsRule j, WorkflowRun build, String who) throws Exception {
        String answer = ask(j, build, who, HttpMethod.GET, "rollout").getContentAsString();
        return JSONObject.fromObject(answer).getJSONArray("actions").contains("overrideWindow");
    }

    private static void onlyRitaMay(JenkinsRule j, WorkflowRun build) throws Exception {
        for (String who : List.of("carl", "bob", "eve")) {
            assertEquals(
                    "403 " + who + " may not override the windows: the permission Override is needed, which"
                            + " administrators have",
                    override(j, build, who, "?comment=please"));
        }
        assertEquals(
                List.of(true, true, false, false),
                List.of(
                        isOffered(j, build, "rita"),
                        isOffered(j, build, "alice"),
                        isOffered(j, build, "carl"),
                        isOffered(j, build, "bob")));
        assertEquals(
                "409 a rise outside of the windows wants a comment, which the journal keeps",
                override(j, build, "rita", ""));
    }

    @Test
    void inAFreezeNothingRisesUnlessSomebodyWhoMaySaysSo() throws Throwable {
        try (CanaryWorld world = new CanaryWorld()) {
            sessions.then(j -> {
                people(j);
                WorkflowRun build =
                        Builds.start(j, "frozen", "canaryRollout version: 'v2', yaml: '''" + frozen(world) + "'''");
                Builds.untilStatus(build, "AWAITING_WINDOW");
                assertEquals(Weight.ZERO, world.weight());
                j.waitForMessage("The window is closed until", build);
                j.waitForMessage("Europe/Berlin: Black Friday", build);
                onlyRitaMay(j, build);
                assertEquals("200 ", override(j, build, "rita", "?comment=hotfix"));
                Builds.until("the one rise was made", () -> world.weight().equals(Weight.ofPercent(50)));
                Builds.untilStatus(build, "AWAITING_WINDOW");
            });
            sessions.then(j -> {
                WorkflowRun build =
                        j.jenkins.getItemByFullName("frozen", WorkflowJob.class).getLastBuild();
                Builds.untilStatus(build, "AWAITING_WINDOW");
                onlyRitaMay(j, build);
                assertEquals("200 ", override(j, build, "rita", "?comment=hotfix"));
                Builds.until("the second rise was made", () -> world.weight().equals(Weight.FULL));
                Builds.untilStatus(build, "AWAITING_WINDOW");
                assertEquals("200 ", override(j, build, "alice", "?comment=hotfix"));
                j.assertBuildStatusSuccess(j.waitForCompletion(build));
                assertTrue(world.promoted());
                assertEquals(
                        List.of("rita", "rita", "alice"),
                        Builds.journal(build, RolloutEvent.WindowOverridden.class).stream()
                                .map(RolloutEvent.WindowOverridden::by)
                                .toList());
            });
        }
    }
}

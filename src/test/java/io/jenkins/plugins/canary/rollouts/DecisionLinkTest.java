package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.model.Run;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.notify.Notice;
import java.net.URL;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A notification's link opens the question, if it is as it was sent; opening it decides nothing. */
@WithJenkins
class DecisionLinkTest {

    @TestExtension
    public static final class Told extends CanaryListener {
        final List<Notice> notices = new CopyOnWriteArrayList<>();

        @Override
        public void onNotice(Run<?, ?> build, Notice notice) {
            notices.add(notice);
        }
    }

    @Test
    void opensTheQuestionAndDecidesNothing(JenkinsRule j) throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            String phases = "[ { name: 'Half & more', weight: 50, hold: 1s, approval: {} },"
                    + " { name: Full, weight: 100, hold: 1s } ]";
            WorkflowRun build = Builds.start(
                    j, "link", "canaryRollout yaml: '''" + world.plan("link", phases, "") + "''', version: 'v2'");
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            Told told = ExtensionList.lookupSingleton(Told.class);
            Builds.until(
                    "people were asked",
                    () -> told.notices.stream().anyMatch(n -> n.kind().equals("approvalAsked")));
            String link = told.notices.stream()
                    .filter(n -> n.kind().equals("approvalAsked"))
                    .findFirst()
                    .orElseThrow()
                    .rollout()
                    .page();
            assertTrue(link.startsWith(j.getURL() + build.getUrl() + "canary/"), link);

            assertEquals("Half & more", opened(j, link));
            assertEquals("refused", opened(j, link.replace("Half", "Full")));
            assertEquals("refused", opened(j, link.replaceFirst("until=\\d", "until=9")));
            assertEquals("refused", opened(j, link.replaceFirst("&sign=.*", "")));
            assertEquals("", opened(j, link.replaceFirst("\\?.*", "")));
            long later = System.currentTimeMillis() - 8 * 86_400_000L;
            String id = Builds.record(build).getId();
            String old = DecisionLink.to(link.replaceFirst("\\?.*", ""), id, "Half & more", later);
            assertEquals("refused", opened(j, old));
            assertEquals(
                    "refused",
                    opened(
                            j,
                            DecisionLink.to(
                                    link.replaceFirst("\\?.*", ""),
                                    "other",
                                    "Half & more",
                                    System.currentTimeMillis())));
            assertFalse(Builds.live(build).state().people().approved());

            build.doStop();
            j.waitForCompletion(build);
        }
    }

    /** The phase that the page is told to ask about, "refused", or "". */
    private static String opened(JenkinsRule j, String link) throws Exception {
        try (JenkinsRule.WebClient client = j.createWebClient()) {
            client.getOptions().setJavaScriptEnabled(false);
            HtmlPage page = client.getPage(new URL(link));
            boolean refused = page.asNormalizedText().contains("This link to a decision is old");
            return refused ? "refused" : page.getElementById("canary-gate").getAttribute("data-decide");
        }
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.ReaderLocale;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.framework.adjunct.AdjunctManager;

/** What Blue Ocean asks this plugin for, answered by a Jenkins without Blue Ocean: its pages are no part of these tests. */
@WithJenkins
class BlueOceanTest {

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    private static WebResponse get(String path, String language) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        client.setRefreshHandler((page, url, seconds) -> {});
        WebRequest request = new WebRequest(new URL(j.getURL(), path));
        request.setAdditionalHeader("Accept-Language", language);
        return client.getPage(request).getWebResponse();
    }

    private static WorkflowRun rolledBack(String name) throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            world.breakCanary();
            WorkflowRun build =
                    Builds.start(j, name, "canaryRollout yaml: '''" + world.plan("shop") + "''', version: 'v2'");
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            return build;
        }
    }

    @Test
    void theFilesThatItAsksForAreServed() throws Exception {
        ClassLoader ours = Jenkins.get().getPluginManager().uberClassLoader;
        JSONObject told = JSONObject.fromObject(new String(
                ours.getResourceAsStream("jenkins-js-extension.json").readAllBytes(), StandardCharsets.UTF_8));
        assertEquals("canary-release", told.getString("hpiPluginId"));
        String adjuncts = AdjunctManager.get(Jenkins.get().getServletContext()).rootURL + "/";
        for (String file : List.of(
                told.getString("extensionCSS"), "org/jenkins/ui/jsmodules/canary-release/jenkins-js-extension.js")) {
            assertEquals(200, get(adjuncts + file, "en").getStatusCode(), adjuncts + file);
        }
    }

    @Test
    void rolloutsAreShownInALineEachInBothLanguages() throws Exception {
        WorkflowRun build = rolledBack("lines");
        WebResponse english = get(build.getUrl() + "canary/lines", "en");
        assertEquals("text/html", english.getContentType());
        String lines = english.getContentAsString();
        assertTrue(lines.contains("Canary shop v2</a>:"), lines);
        assertTrue(lines.contains("Rolled back, phase Initial at 0%: error-rate is "), lines);
        assertTrue(lines.contains("href=\"" + j.contextPath + "/" + build.getUrl() + "canary/"), lines);
        assertTrue(lines.contains("<svg"), "the plugin's symbol");
        assertFalse(lines.contains("<html"), "a part of a page");
        try (ReaderLocale locale = new ReaderLocale()) {
            String german = get(build.getUrl() + "canary/lines", "de").getContentAsString();
            assertTrue(german.contains("Phase Initial bei 0%"), german);
        }
    }

    @Test
    void buildWithoutRolloutsHasNoSuchAddress() throws Exception {
        WorkflowRun build = Builds.start(j, "none", "echo 'nothing'");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertEquals(404, get(build.getUrl() + "canary/lines", "en").getStatusCode());
        assertNull(build.getAction(RolloutsAction.class));
    }
}

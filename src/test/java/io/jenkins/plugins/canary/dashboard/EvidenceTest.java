package io.jenkins.plugins.canary.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.security.GlobalMatrixAuthorizationStrategy;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The evidence of a build for those who may see it, and what the controller's rollouts cost. */
@WithJenkins
class EvidenceTest {

    @TempDir
    private Path dir;

    private static WebResponse get(JenkinsRule j, String who, String path) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        client.setRefreshHandler((page, url, seconds) -> {});
        return client.withBasicCredentials(who)
                .getPage(new WebRequest(new URL(j.getURL(), path)))
                .getWebResponse();
    }

    @Test
    void evidenceAndCost(JenkinsRule j) throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            WorkflowRun build = Builds.start(
                    j,
                    "shop",
                    "canaryRollout yaml: '''"
                            + world.plan(
                                    "shop",
                                    "[ { name: Initial, weight: 20, hold: 1s }, { name: Half, weight: 50, hold: 10m }, { name: Full, weight: 100 } ]",
                                    "")
                            + "''', version: 'v2'");
            Builds.untilStatus(build, "WATCHING");
            world.breakCanary();
            j.waitForCompletion(build);

            j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
            GlobalMatrixAuthorizationStrategy matrix = new GlobalMatrixAuthorizationStrategy();
            for (String user : List.of("auditor", "stranger")) {
                matrix.add(Jenkins.READ, PermissionEntry.user(user));
            }
            matrix.add(Item.READ, PermissionEntry.user("auditor"));
            j.jenkins.setAuthorizationStrategy(matrix);

            String base = build.getUrl() + "canary/" + Builds.record(build).getId() + "/";
            for (String form : List.of("report", "report.json", "report.xml", "journal")) {
                assertEquals(404, get(j, "stranger", base + form).getStatusCode(), form);
            }
            WebResponse html = get(j, "auditor", base + "report");
            assertEquals(200, html.getStatusCode());
            assertTrue(
                    html.getResponseHeaderValue("Content-Security-Policy").startsWith("sandbox; default-src 'none'"));
            assertTrue(html.getContentAsString().contains("Whole: "), html.getContentAsString());
            WebResponse json = get(j, "auditor", base + "report.json");
            assertTrue(json.getResponseHeaderValue("Content-Disposition").endsWith(".json\""));
            JSONObject report = JSONObject.fromObject(json.getContentAsString());
            assertEquals("ROLLED_BACK", report.getJSONObject("rollout").getString("status"));
            assertTrue(report.getJSONObject("journal").getBoolean("whole"));
            assertTrue(
                    get(j, "auditor", base + "report.xml").getContentAsString().contains("<failure message=\"abort: "));

            // What `canary verify BUILD` asks for: which rollouts there are, and the journal of one.
            JSONObject list = JSONObject.fromObject(
                    get(j, "auditor", build.getUrl() + "canary/api/json?tree=rollouts%5Bid,name,version,status%5D")
                            .getContentAsString());
            assertEquals(
                    Builds.record(build).getId(),
                    list.getJSONArray("rollouts").getJSONObject(0).getString("id"));
            Path copy = Files.write(
                    dir.resolve("copy.jsonl"),
                    get(j, "auditor", base + "journal").getContentAsStream().readAllBytes());
            JournalCheck check = JournalCheck.of(copy, event -> {});
            assertTrue(check.whole() && !check.torn(), check.toString());
            assertEquals(report.getJSONObject("journal").getString("head"), check.head());
            assertTrue(get(j, "auditor", build.getUrl() + "canary/")
                    .getContentAsString()
                    .contains("/report.json\""));

            String cost = get(j, "auditor", "canary-rollouts/cost").getContentAsString();
            assertTrue(cost.contains("1 rollout in less than a day: 0 promoted, 1 rolled back"), cost);
            assertTrue(cost.contains("too few rollouts for rates of your own: 1 of 20"), cost);
            assertFalse(cost.contains("time to detect, from the first failing check to the decision: not known"), cost);
            assertTrue(cost.contains("120 deployments a month"), cost);
            assertTrue(
                    cost.indexOf("$57,383.34") < cost.indexOf("$65,483.34"),
                    "what is counted once comes first: " + cost);
            String unseen = get(j, "stranger", "canary-rollouts/cost").getContentAsString();
            assertTrue(unseen.contains("no rollout was promoted or rolled back yet"), unseen);
            String bad = get(j, "stranger", "canary-rollouts/cost?incidentCost=%3Cb%3E")
                    .getContentAsString();
            assertTrue(bad.contains("incidentCost is no number: &lt;b"), bad);
        }
    }
}

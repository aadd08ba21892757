package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.security.GlobalMatrixAuthorizationStrategy;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import java.net.URL;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a scraper reads of the plugin's own work. */
@WithJenkins
class PluginMetricsTest {

    private static WebResponse scrape(JenkinsRule j, String who) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        client.setRefreshHandler((page, url, seconds) -> {});
        if (who != null) {
            client = client.withBasicCredentials(who);
        }
        return client.getPage(new WebRequest(new URL(j.getURL(), "canary-rollouts/metrics")))
                .getWebResponse();
    }

    private static double value(String page, String series) {
        return page.lines()
                .filter(l -> l.startsWith(series + " "))
                .findFirst()
                .map(l -> Double.parseDouble(l.substring(series.length() + 1)))
                .orElse(Double.NaN);
    }

    @Test
    void metricsTellWhatRolloutsDoAndDid(JenkinsRule j) throws Exception {
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        GlobalMatrixAuthorizationStrategy matrix = new GlobalMatrixAuthorizationStrategy();
        for (String user : List.of("anonymous", "builder", "prometheus")) {
            matrix.add(Jenkins.READ, PermissionEntry.user(user));
        }
        matrix.add(Item.BUILD, PermissionEntry.user("builder"));
        matrix.add(CanaryPermissions.VIEW, PermissionEntry.user("prometheus"));
        j.jenkins.setAuthorizationStrategy(matrix);
        assertEquals(403, scrape(j, null).getStatusCode());
        assertEquals(403, scrape(j, "builder").getStatusCode());

        try (CanaryWorld world = new CanaryWorld()) {
            WorkflowRun build = Builds.start(
                    j,
                    "measured",
                    "canaryRollout yaml: '''"
                            + world.plan(
                                    "measured",
                                    "[ { name: Initial, weight: 20, hold: 1s }, { name: Half, weight: 50, hold: 10m }, { name: Full, weight: 100 } ]",
                                    "")
                            + "''', version: 'v2'");
            String who = "name=\"measured\",rollout=\"";
            Builds.until(
                    "the first gate passed",
                    () -> value(
                                    scrape(j, "prometheus").getContentAsString(),
                                    "canary_gate_verdicts_total{verdict=\"pass\"}")
                            == 1);
            Builds.untilStatus(build, "WATCHING");
            String id = Builds.record(build).getId();
            Builds.until(
                    "a check in the second phase",
                    () -> value(
                                    scrape(j, "prometheus").getContentAsString(),
                                    "canary_check_passing{criterion=\"success-rate >= 95%\"," + who + id + "\"}")
                            == 1);
            String page = scrape(j, "prometheus").getContentAsString();
            assertEquals(1, value(page, "canary_open_rollouts{status=\"watching\"}"), page);
            assertEquals(50, value(page, "canary_rollout_weight_percent{" + who + id + "\"}"), page);
            assertTrue(value(page, "canary_tick_lateness_seconds_count") > 0, page);
            assertTrue(value(page, "canary_source_latency_seconds_count") > 0, page);

            world.breakCanary();
            j.waitForCompletion(build);
            page = scrape(j, "prometheus").getContentAsString();
            assertEquals(1, value(page, "canary_rollbacks_total{reason=\"abort_rule\"}"), page);
            assertEquals(1, value(page, "canary_rollouts_ended_total{outcome=\"rolled_back\"}"), page);
            assertFalse(page.contains(id), "what has ended has no series of its own any more");
        }
    }
}

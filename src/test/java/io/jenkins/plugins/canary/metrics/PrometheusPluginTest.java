package io.jenkins.plugins.canary.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.prometheus.service.DefaultPrometheusMetrics;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The figures in the Prometheus plugin's own scrape, as docs/dashboards.md shows them. */
@WithJenkins
class PrometheusPluginTest {

    private static List<String> scrape(JenkinsRule j) throws Exception {
        // What the plugin does every two minutes.
        DefaultPrometheusMetrics.get().collectMetrics();
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setJavaScriptEnabled(false);
        return client.getPage(
                        new WebRequest(j.getURL().toURI().resolve("prometheus/").toURL()))
                .getWebResponse()
                .getContentAsString(StandardCharsets.UTF_8)
                .lines()
                .filter(l -> l.startsWith("canary_"))
                .toList();
    }

    @Test
    void scrapeHasTheFiguresOfThePage(JenkinsRule j) throws Exception {
        Builds.until("the plugin has its collectors", () -> !scrape(j).isEmpty());
        try (CanaryWorld world = new CanaryWorld()) {
            WorkflowRun build =
                    Builds.start(j, "job", "canaryRollout yaml: '''" + world.plan("shop") + "''', version: 'v2'");
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
        }
        List<String> lines = scrape(j);
        assertEquals(
                List.of("canary_rollouts_ended_promoted 1.0"),
                lines.stream()
                        .filter(l -> l.startsWith("canary_rollouts_ended_promoted "))
                        .toList());
        assertEquals(
                Pattern.compile("(?m)^(canary_(?:rollouts_open|rollouts_ended|gates|ticks|sources)_\\w+) [0-9.]+$")
                        .matcher(Files.readString(Path.of("docs/dashboards.md")))
                        .results()
                        .map(m -> m.group(1))
                        .sorted()
                        .toList(),
                lines.stream().map(l -> l.split(" ")[0]).sorted().toList());
    }
}

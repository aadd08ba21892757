package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.LoopbackAllowed;
import java.util.List;
import java.util.stream.Collectors;
import org.htmlunit.Page;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Real controllers, with the class loaders of real ones: with the plugins that this one can do without, and without them. */
class LoadersTest {

    @RegisterExtension
    private final RealJenkinsExtension with = new RealJenkinsExtension();

    @RegisterExtension
    private final RealJenkinsExtension without =
            new RealJenkinsExtension().omitPlugins("checks-api", "junit", "metrics", "opentelemetry-api", "prometheus");

    private CanaryWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    private static void rollout(JenkinsRule j, String plan) throws Exception {
        LoopbackAllowed.list();
        WorkflowRun build = Builds.start(j, "job", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        Page page = j.createWebClient().goTo("canary-rollouts/metrics", null);
        String text = page.getWebResponse().getContentAsString();
        assertTrue(text.contains("canary_rollouts_ended_total{outcome=\"promoted\"} 1"), text);
    }

    private static List<String> listeners() {
        return ExtensionList.lookup(CanaryListener.class).stream()
                .map(l -> l.getClass().getSimpleName())
                .sorted()
                .collect(Collectors.toList());
    }

    private static void allPlugins(JenkinsRule j, String plan) throws Exception {
        assertEquals(List.of("CheckPublisher", "RolloutTracer"), listeners());
        // The OpenTelemetry API plugin brings an older Prometheus client, which must not come before ours.
        ClassLoader ours = PluginMetrics.class.getClassLoader();
        assertEquals(
                ours,
                ours.loadClass("io.prometheus.metrics.model.snapshots.MetricSnapshots")
                        .getClassLoader());
        rollout(j, plan);
    }

    private static void noPlugins(JenkinsRule j, String plan) throws Exception {
        for (String plugin : List.of("checks-api", "metrics", "opentelemetry-api")) {
            assertNull(j.jenkins.getPluginManager().getPlugin(plugin), plugin);
        }
        assertEquals(List.of(), listeners());
        rollout(j, plan);
    }

    @Test
    void withAllOptionalPlugins() throws Throwable {
        String plan = world.plan("shop");
        with.startJenkins();
        with.runRemotely(j -> {
            allPlugins(j, plan);
        });
    }

    @Test
    void withoutThem() throws Throwable {
        String plan = world.plan("shop");
        without.startJenkins();
        without.runRemotely(j -> {
            noPlugins(j, plan);
        });
    }
}

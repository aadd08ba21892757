package io.jenkins.plugins.canary.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Gauge;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jenkins.metrics.api.Metrics;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the Metrics plugin's registry has of rollouts. */
@WithJenkins
class CanaryMetricProviderTest {

    private static long value(String name) {
        Gauge<?> gauge = Metrics.metricRegistry().getGauges().get("canary." + name);
        return ((Number) gauge.getValue()).longValue();
    }

    @Test
    void figuresFollowTheRollouts(JenkinsRule j) throws Exception {
        Set<String> names = Metrics.metricRegistry().getNames().stream()
                .filter(n -> n.startsWith("canary."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                new TreeSet<>(Set.of(
                        "canary.rollouts.open.good",
                        "canary.rollouts.open.busy",
                        "canary.rollouts.open.waiting",
                        "canary.rollouts.open.bad",
                        "canary.rollouts.ended.promoted",
                        "canary.rollouts.ended.rolled_back",
                        "canary.rollouts.ended.held",
                        "canary.rollouts.ended.failed",
                        "canary.gates.passed",
                        "canary.gates.failed",
                        "canary.ticks.decided",
                        "canary.ticks.late",
                        "canary.sources.unavailable")),
                names);
        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan(
                    "shop",
                    "[ { name: Initial, weight: 20, hold: 1s, approval: {} }, { name: Full, weight: 100 } ]",
                    "");
            WorkflowRun build = Builds.start(j, "job", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            Builds.until("it waits for a person", () -> value("rollouts.open.waiting") == 1);
            assertEquals(1, value("gates.passed"));
            assertTrue(value("ticks.decided") > 0, "ticks");
            world.breakCanary();
            j.waitForCompletion(build);
            assertEquals(1, value("rollouts.ended.rolled_back"));
            assertEquals(0, value("rollouts.ended.promoted"));
            Builds.until("none is open", () -> value("rollouts.open.waiting") == 0);
        }
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** One target, one rollout: also against one whose router is still being opened, or that is being taken up again. */
@WithJenkins
class TakenTargetTest {

    private static CanaryPlan plan(String name, String traffic) throws Exception {
        return PlanReader.read("""
                name: %s
                traffic: { %s }
                metrics:
                  scrape: { canary: [ "http://127.0.0.1:1/metrics" ], stable: [ "http://127.0.0.1:2/metrics" ] }
                phases: [ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100, hold: 10m } ]
                gate: [ { metric: success-rate, min: 95%% } ]
                abort: [ { metric: error-rate, max: 30%% } ]
                """.formatted(name, traffic));
    }

    private static String haproxy(String backend, String timeout) {
        return "haproxy: { socket: 'tcp://127.0.0.1:9999', backend: " + backend + ", canary: v2, stable: v1, timeout: "
                + timeout + " }";
    }

    @Test
    void isRefusedBeforeTheFirstOneIsUnderWay(JenkinsRule j) throws Exception {
        WorkflowRun build = j.waitForCompletion(Builds.start(j, "first", "echo 'first'"));
        WorkflowRun other = j.waitForCompletion(Builds.start(j, "second", "echo 'second'"));
        OpenRollout first = new StartRequest(
                        build, plan("one", haproxy("app", "2s")), null, "v2", AdvanceMode.STEPWISE, "3")
                .entry();
        LiveRollout opening = new LiveRollout(RolloutManager.get(), first, null);

        StartRequest same =
                new StartRequest(other, plan("two", haproxy("app", "2s")), null, "v2", AdvanceMode.STEPWISE, "3");
        StartRefused refused = assertThrows(StartRefused.class, () -> same.refuseBeside(opening));
        assertTrue(
                refused.getMessage().startsWith("the target of two is taken: the rollout one of first #1"),
                refused.getMessage());
        StartRequest slower =
                new StartRequest(other, plan("two", haproxy("app", "4s")), null, "v2", AdvanceMode.STEPWISE, "3");
        assertThrows(StartRefused.class, () -> slower.refuseBeside(opening), "the same servers, asked more patiently");
        StartRequest beside =
                new StartRequest(other, plan("two", haproxy("shop", "2s")), null, "v2", AdvanceMode.STEPWISE, "3");
        assertDoesNotThrow(() -> beside.refuseBeside(opening));
    }
}

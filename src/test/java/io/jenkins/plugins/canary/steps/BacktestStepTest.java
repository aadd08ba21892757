package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.PlanAddresses;
import java.nio.file.Files;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A plan over a recorded past, in a pipeline without an agent. */
@WithJenkins
class BacktestStepTest {

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    private static String plan(RecordedPast past, String max) {
        return """
                name: past
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "%s", interval: 1m }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases: [ { name: Few, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]
                gate: [ { metric: latency, quantile: 0.5, max: 2s } ]
                abort: [ { metric: error-rate, max: %s } ]
                """.formatted(past.uri(), max);
    }

    @Test
    void saysHowOftenAGoodReleaseWouldHaveBeenStopped() throws Exception {
        try (RecordedPast past = new RecordedPast("0.02")) {
            WorkflowRun build = Builds.start(
                    j,
                    "past",
                    "def good = canaryBacktest yaml: '''" + plan(past, "3%") + "''', from: '2h'\n"
                            + "echo \"GOOD ${good.stopped} of ${good.rollouts > 10} ${good.criteria.size()}\"\n"
                            + "def bad = canaryBacktest yaml: '''" + plan(past, "1%")
                            + "''', from: '2h', stable: true\n"
                            + "echo \"BAD ${bad.stopped == bad.rollouts} ${bad.byCause.keySet()}\"\n"
                            + "echo \"PERIODS ${good.periods.size()} ${bad.periods.size()} ${bad.periods[0].stops == bad.stopped}\"\n");
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            j.assertLogContains("GOOD 0 of true 2", build);
            j.assertLogContains("BAD true [abort: not (error-rate <= 1%)]", build);
            j.assertLogContains("would have been stopped", build);
            j.assertLogContains("PERIODS 0 1 true", build);
            j.assertLogContains("stopped, from when to when (stops at most 30 min apart are one period):", build);
            assertFalse(Files.exists(build.getRootDir().toPath().resolve("canary/backtest")), "what was read is gone");
        }
    }

    @Test
    void decidesAgainOnEarlierRolloutsOfTheJob() throws Exception {
        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan("again");
            WorkflowRun first = Builds.start(j, "again", "canaryRollout yaml: '''" + plan + "'''");
            j.assertBuildStatusSuccess(j.waitForCompletion(first));
            first.getParent()
                    .setDefinition(new CpsFlowDefinition(
                            "def r = canaryBacktest yaml: '''" + plan
                                    + "''', rollouts: 3\necho \"EARLIER ${r.earlier} ${r.different}\"",
                            true));
            WorkflowRun second = first.getParent().scheduleBuild2(0).waitForStart();
            j.assertBuildStatusSuccess(j.waitForCompletion(second));
            j.assertLogContains("EARLIER 1 []", second);
            j.assertLogContains("0 of 1 earlier rollouts would not have ended the same", second);
        }
    }

    @Test
    void whatIsMissingOrWrongIsSaid() throws Exception {
        try (RecordedPast past = new RecordedPast("0.02")) {
            String yaml = "canaryBacktest yaml: '''" + plan(past, "3%") + "'''";
            fails("nothing", yaml, "say what to look back at");
            fails("moment", yaml + ", from: 'yore'", "'yore' is not a time");
            fails("short", yaml + ", from: '1m'", "at least 2");
            fails("share", yaml + ", from: '2h', falseAlarms: 'few'", "falseAlarms is a percentage");
            fails("plan", "canaryBacktest yaml: 'name: x', from: '2h'", "traffic");
            assertEquals(0, past.asked());
        }
    }

    @Test
    void asksNoServerThatTheAdministratorDoesNotAllow() throws Exception {
        CanaryConfiguration settings = CanaryConfiguration.get();
        PlanAddresses before = settings.getPlanAddresses();
        String listed = settings.getAllowedAddresses();
        settings.setPlanAddresses(PlanAddresses.LISTED);
        settings.setAllowedAddresses("");
        try (RecordedPast past = new RecordedPast("0.02")) {
            fails("listed", "canaryBacktest yaml: '''" + plan(past, "3%") + "''', from: '2h'", "127.0.0.1");
            assertEquals(0, past.asked());
        } finally {
            settings.setPlanAddresses(before);
            settings.setAllowedAddresses(listed);
        }
    }

    private static void fails(String name, String script, String says) throws Exception {
        WorkflowRun build = Builds.start(j, "backtest-" + name, script);
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains(says, build);
        j.assertLogNotContains("\tat ", build);
    }
}

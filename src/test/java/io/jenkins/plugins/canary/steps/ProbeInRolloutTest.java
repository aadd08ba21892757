package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.List;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The step {@code canaryProbe} within a rollout: what it finds is in the rollout's journal, on its page and in its report. */
@WithJenkins
class ProbeInRolloutTest {

    private static JenkinsRule j;
    private CanaryWorld world;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    /** The router's own control API stands for a service that can be asked. */
    private String plan() {
        String authority = world.control().getAuthority();
        return world.plan(
                "shop", "[ { name: Half, weight: 50, hold: 10m }, { name: Full, weight: 100 } ]", """
                probes:
                  allow: [ "%s" ]
                  canary: { url: "http://%s" }
                  run:
                    weight: { http: { path: /weight, requests: 3, expect: { status: { 200: "3" }, json: [ { path: $.weight, min: 0 } ] } } }
                    gone: { http: { path: /nowhere, requests: 2, expect: { status: { 200: "2" } } } }
                """.formatted(
                                authority, authority));
    }

    private static JSONObject row(WorkflowRun build, String probe) throws Exception {
        String answer = j.createWebClient()
                .goTo(build.getUrl() + "canary/" + Builds.record(build).getId() + "/rollout", "application/json")
                .getWebResponse()
                .getContentAsString();
        JSONArray rows = JSONObject.fromObject(answer).getJSONArray("probes");
        return rows.stream()
                .map(JSONObject.class::cast)
                .filter(r -> r.getString("probe").equals(probe))
                .findFirst()
                .orElseThrow();
    }

    private static String report(WorkflowRun build) throws Exception {
        return j.createWebClient()
                .goTo(build.getUrl() + "canary/" + Builds.record(build).getId() + "/report", "text/html")
                .getWebResponse()
                .getContentAsString();
    }

    @Test
    void whatPassesIsOnRecordAndTheRolloutGoesOn() throws Exception {
        WorkflowRun build = Builds.start(
                j,
                "passes",
                "canaryStart yaml: '''" + plan() + "''', version: 'v2'\n"
                        + "canaryProbe probe: 'weight'\ncanaryGate()");
        Builds.until(
                "probed",
                () -> Builds.record(build) != null
                        && !Builds.journal(build, RolloutEvent.Probed.class).isEmpty());
        RolloutEvent.Probed probed =
                Builds.journal(build, RolloutEvent.Probed.class).get(0);
        assertEquals(0, probed.phase());
        assertEquals(Track.CANARY, probed.result().track());
        assertEquals(CheckOutcome.PASS, probed.result().outcome(), probed.toString());
        assertEquals(3, probed.result().requests());

        JSONObject row = row(build, "weight");
        assertEquals("PASS", row.getString("outcome"));
        assertEquals("3 x 200", row.getString("statuses"));
        assertEquals(false, row(build, "gone").has("outcome"), "the other one was not run");
        Builds.untilStatus(build, "WATCHING");
        assertTrue(report(build).contains("weight</th><td>canary</td><td>3 {200=3}</td>"), report(build));

        build.doStop();
        j.waitForCompletion(build);
        assertEquals("PASS", row(build, "weight").getString("outcome"), "also when the rollout has ended");
    }

    @Test
    void whatFailsIsOnRecordBeforeTheRolloutIsTakenBack() throws Exception {
        WorkflowRun build = Builds.start(
                j,
                "fails",
                "canaryStart yaml: '''" + plan() + "''', version: 'v2'\ncanaryProbe probe: 'gone'\ncanaryGate()");
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        Builds.until(
                "taken back",
                () -> !Builds.journal(build, RolloutEvent.Ended.class).isEmpty());
        List<String> kinds = Builds.journal(build).stream()
                .filter(e -> e instanceof RolloutEvent.Probed
                        || e instanceof RolloutEvent.RollbackIntended
                        || e instanceof RolloutEvent.Ended)
                .map(e -> e.getClass().getSimpleName())
                .toList();
        assertEquals(List.of("Probed", "RollbackIntended", "Ended"), kinds);
        assertEquals("FAIL", row(build, "gone").getString("outcome"));
        assertTrue(
                row(build, "gone").getString("says").contains("0 of 2 answers had status 200"),
                row(build, "gone").toString());
        assertTrue(report(build).contains("0 of 2 answers had status 200"), report(build));
        assertEquals(false, row(build, "weight").has("outcome"));
    }
}

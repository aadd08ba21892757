package io.jenkins.plugins.canary.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The list of open rollouts leads to the one that needs somebody, whatever their names. */
@WithJenkins
class RolloutsDashboardTest {

    private static final String LONG =
            "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100, hold: 1s } ]";

    private static WorkflowRun start(Folder folder, String name, String plan) throws Exception {
        WorkflowJob job = folder.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition("canaryRollout yaml: '''" + plan + "''', version: 'v2'", true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private static List<String> names(JenkinsRule j, String query) throws Exception {
        return j
                .getJSON("canary-rollouts/api/json?tree=rollouts[name]" + query)
                .getJSONObject()
                .getJSONArray("rollouts")
                .stream()
                .map(row -> ((JSONObject) row).getString("name"))
                .toList();
    }

    private static String log(WorkflowRun build) {
        try {
            return String.join("\n", build.getLog(200));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean is(WorkflowRun build, Health health) {
        return Builds.live(build) != null
                && Builds.live(build).view() != null
                && Builds.live(build).view().headline().health() == health;
    }

    @Test
    void whatNeedsSomebodyComesFirstAndTheRestCanBeFiltered(JenkinsRule j) throws Exception {
        Folder shop = j.createProject(Folder.class, "shop");
        Folder checkout = shop.createProject(Folder.class, "checkout");
        Folder search = j.createProject(Folder.class, "search");
        try (CanaryWorld good = new CanaryWorld();
                CanaryWorld asking = new CanaryWorld();
                CanaryWorld bad = new CanaryWorld()) {
            WorkflowRun well = start(checkout, "a", good.plan("a-well", LONG, ""));
            bad.breakCanary();
            WorkflowRun ill = start(search, "b", bad.plan("b-ill", LONG, "").replace("max: 30%", "max: 99%"));
            WorkflowRun asks = start(
                    shop,
                    "c",
                    asking.plan(
                            "c-asks",
                            "[ { name: Initial, weight: 20, hold: 1s, approval: {} }, { name: Full, weight: 100 } ]",
                            ""));
            Builds.untilStatus(asks, "AWAITING_APPROVAL");
            Builds.until("one is ill", () -> is(ill, Health.BAD));
            Builds.until("one is well", () -> is(well, Health.GOOD));

            assertEquals(List.of("c-asks", "b-ill", "a-well"), names(j, ""));
            assertEquals(List.of("c-asks"), names(j, "&state=PERSON"));
            assertEquals(List.of("b-ill"), names(j, "&state=bad"));
            assertEquals(List.of("c-asks", "a-well"), names(j, "&folder=shop"), "with the folders in it");
            assertEquals(List.of("a-well"), names(j, "&folder=shop/checkout"));
            assertEquals(List.of("b-ill"), names(j, "&text=B-ILL"));
            assertEquals(List.of(), names(j, "&text=nothing"));

            JenkinsRule.WebClient client = j.createWebClient();
            client.getOptions().setJavaScriptEnabled(false);
            HtmlPage page = client.goTo("canary-rollouts/?folder=shop");
            assertTrue(page.asNormalizedText().contains("2 of 3 open"), page.asNormalizedText());
            String rows = page.getElementById("canary-rollouts").asXml();
            assertTrue(rows.contains("c-asks v2"), "as the gate page calls it");
            assertEquals(
                    List.of("symbol-status-yellow-anime", "symbol-status-red-anime", "symbol-status-blue-anime"),
                    new RolloutsDashboard()
                            .getRows().stream().map(OpenRow::getIcon).toList());
            HtmlPage cost = client.goTo("canary-rollouts/cost/");
            assertTrue(cost.getElementById("breadcrumbs").asNormalizedText().contains("Canary rollouts"));
            for (WorkflowRun build : List.of(well, ill, asks)) {
                build.doStop();
                j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
            }
        }
    }

    /** Fifty rows would push everything else off the build's page. */
    @Test
    void buildWithManyRolloutsShowsHowManyAreWhere(JenkinsRule j) throws Exception {
        try (CanaryWorld world = CanaryWorld.quiet()) {
            WorkflowRun build = Builds.start(
                    j,
                    "many",
                    "for (int i = 0; i < 6; i++) { String name = 'r' + i; canaryStart version: 'v2', yaml: '''"
                            + world.plan("api")
                            + "'''.replace('name: api', 'name: ' + name)\n"
                            + "canaryRollback rollout: name, reason: 'seen' }");
            assertEquals(
                    6, RolloutsAction.rolloutsOf(j.waitForCompletion(build)).size(), () -> log(build));
            JenkinsRule.WebClient client = j.createWebClient();
            client.getOptions().setJavaScriptEnabled(false);
            String page = client.getPage(build).asNormalizedText();
            assertTrue(page.contains("Canary rollouts 6: 6 Rolled back"), page);
            // Its gates are among the test results, where there are names.
            assertFalse(page.contains("r3 v2"), page);
            String own = client.goTo(build.getUrl() + "canary/").asNormalizedText();
            assertTrue(own.contains("r3") && own.contains("r5"), own);
        }
    }
}

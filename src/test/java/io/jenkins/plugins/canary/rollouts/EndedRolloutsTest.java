package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.ReaderLocale;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.StopTimes;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The figures of DORA on the dashboard, in its API and among the metrics. */
@WithJenkins
class EndedRolloutsTest {

    private static final long HOUR = 3_600_000;

    private CanaryPlan plan;
    private long now;

    @BeforeEach
    void read() throws Exception {
        plan = PlanReader.read("""
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                gate: [ { metric: success-rate, min: 95% } ]
                phases: [ { name: Full, weight: 100, hold: 1m } ]
                """);
        now = System.currentTimeMillis();
    }

    /** A rollout that began an hour before its end and whose first commit was two hours before that. */
    private void add(FreeStyleBuild build, String name, Outcome outcome, long endedAt) {
        String id = name + "-" + RolloutsAction.rolloutsOf(build).size();
        RolloutsAction.on(build).add(id, name, "v2");
        List<RolloutEvent> events = List.of(
                new RolloutEvent.Started(
                                endedAt - HOUR, id, name, "v2", plan.text(), AdvanceMode.AUTOMATIC, "", "", Map.of())
                        .with(Map.of(), endedAt - 3 * HOUR),
                new RolloutEvent.ShiftIntended(endedAt - HOUR, 0, Weight.ZERO, Weight.ofPercent(100)),
                outcome == Outcome.PROMOTED
                        ? new RolloutEvent.PromoteIntended(endedAt)
                        : new RolloutEvent.RollbackIntended(endedAt - 60_000, "it is bad", null, null),
                new RolloutEvent.Ended(endedAt, outcome, "", Weight.ZERO));
        StopTimes times = new StopTimes();
        events.forEach(times::follow);
        RolloutRecord record = RolloutsAction.find(build, id).orElseThrow();
        record.update(plan, RolloutState.of(plan, events));
        record.stopped(times);
    }

    private static JSONObject dora(JenkinsRule.WebClient client, String query) throws Exception {
        return client.getJSON("canary-rollouts/api/json?tree=dora%5B*%5D" + query)
                .getJSONObject();
    }

    @Test
    void theLastThirtyDaysAreShownToWhoMaySeeTheJobs(JenkinsRule j) throws Exception {
        Folder shop = j.createProject(Folder.class, "shop");
        FreeStyleProject api = shop.createProject(FreeStyleProject.class, "api");
        FreeStyleBuild build = api.scheduleBuild2(0).get();
        for (int i = 0; i < 18; i++) {
            add(build, "api", Outcome.PROMOTED, now - i * HOUR);
        }
        add(build, "api", Outcome.PROMOTED, now - 31 * 24 * HOUR);
        for (int i = 0; i < 6; i++) {
            add(build, "api", Outcome.ROLLED_BACK, now - i * HOUR);
        }
        FreeStyleProject other = j.createFreeStyleProject("other");
        add(other.scheduleBuild2(0).get(), "search", Outcome.PROMOTED, now);
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .toEveryone()
                .grant(Item.READ, CanaryPermissions.VIEW)
                .onItems(other)
                .to("searcher")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
        RolloutManager.get().ended().changed();

        JenkinsRule.WebClient admin = j.createWebClient().login("admin");
        Builds.until(
                "the builds have been read",
                () -> dora(admin, "").has("dora")
                        && dora(admin, "").getJSONObject("dora").getInt("deployments") == 25);
        JSONObject all = dora(admin, "").getJSONObject("dora");
        assertEquals(19, all.getInt("promoted"), all.toString());
        assertEquals(6 / 25.0, all.getDouble("changeFailureRate"));
        assertEquals(3 * HOUR, all.getLong("leadTimeMillis"));
        assertEquals(60_000, all.getLong("timeToRestoreMillis"));
        assertEquals(24, dora(admin, "&folder=shop").getJSONObject("dora").getInt("deployments"));

        JenkinsRule.WebClient searcher = j.createWebClient().login("searcher");
        assertEquals(1, dora(searcher, "").getJSONObject("dora").getInt("deployments"));
        JenkinsRule.WebClient stranger = j.createWebClient();
        assertFalse(dora(stranger, "").has("dora"));

        admin.getOptions().setJavaScriptEnabled(false);
        String dashboard = admin.goTo("canary-rollouts/").asNormalizedText();
        assertTrue(dashboard.contains("Deployment frequency\n4.43 per week"), dashboard);
        assertTrue(dashboard.contains("Change lead time\n3 h"), dashboard);
        assertTrue(dashboard.contains("Change failure rate\n24%"), dashboard);
        assertTrue(dashboard.contains("Time to restore\n1 min"), dashboard);
        searcher.getOptions().setJavaScriptEnabled(false);
        String few = searcher.goTo("canary-rollouts/").asNormalizedText();
        assertTrue(few.contains("Change failure rate\ntoo few rollouts (1 of 20)"), few);

        admin.addRequestHeader("Accept-Language", "de");
        try (ReaderLocale locale = new ReaderLocale()) {
            String german = admin.goTo("canary-rollouts/").asNormalizedText();
            assertTrue(german.contains("Die letzten 30 Tage\nWie gez\u00e4hlt wird"), german);
            assertTrue(german.contains("Durchlaufzeit\n3 h"), german);
            String counted = admin.goTo("canary-rollouts/dora").asNormalizedText();
            assertTrue(counted.contains("1 in 30 Tagen"), counted);
            assertTrue(counted.contains("Ab 20 Deployments."), counted);
        }
        admin.removeRequestHeader("Accept-Language");
        HtmlPage page = admin.goTo("canary-rollouts/dora");
        assertTrue(page.asNormalizedText().contains("search"), page.asNormalizedText());
        String seen = searcher.goTo("canary-rollouts/dora").asNormalizedText();
        assertFalse(seen.contains("24%"), seen);
        assertEquals(
                List.of("api", "search"),
                admin
                        .getJSON("canary-rollouts/dora/api/json?tree=services%5Bname%5D")
                        .getJSONObject()
                        .getJSONArray("services")
                        .stream()
                        .map(s -> ((JSONObject) s).getString("name"))
                        .toList());
        String metrics = admin.goTo("canary-rollouts/metrics", "text/plain")
                .getWebResponse()
                .getContentAsString();
        assertTrue(metrics.contains("canary_dora_change_failure_ratio{name=\"api\"} 0.25\n"), metrics);
        assertFalse(metrics.contains("canary_dora_change_failure_ratio{name=\"search\"}"), metrics);
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a build with rollouts answers: pages, JSON, journal. */
@WithJenkins
class BuildPageTest {

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

    private WorkflowRun promoted(String name) throws Exception {
        WorkflowRun build = Builds.start(j, name, "canaryRollout yaml: '''" + world.plan(name) + "''', version: 'v2'");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        return build;
    }

    private static JenkinsRule.WebClient client() {
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        return client;
    }

    private static WebResponse get(JenkinsRule.WebClient client, String path) throws Exception {
        return client.getPage(new WebRequest(new URL(j.getURL(), path))).getWebResponse();
    }

    @Test
    void buildTellsOfItsRolloutOnItsPageAndInItsApi() throws Exception {
        WorkflowRun build = promoted("told");
        JenkinsRule.WebClient client = client();

        HtmlPage page = client.getPage(build);
        assertTrue(page.asNormalizedText().contains("Canary told v2"), page.asNormalizedText());
        assertTrue(page.asNormalizedText().contains("Promoted"));

        HtmlPage gate = client.goTo(build.getUrl() + "canary/");
        DomElement mount = gate.getElementById("canary-gate");
        assertNotNull(mount);
        assertEquals(
                j.contextPath + "/" + build.getUrl() + "canary/"
                        + Builds.record(build).getId() + "/",
                mount.getAttribute("data-api"));
        assertFalse(mount.getAttribute("data-crumb").isEmpty());
        assertEquals(
                200,
                get(
                                client,
                                gate.getElementsByTagName("script").stream()
                                        .map(s -> s.getAttribute("src"))
                                        .filter(s -> s.contains("canary-gate"))
                                        .findFirst()
                                        .orElseThrow()
                                        .substring(j.contextPath.length() + 1))
                        .getStatusCode());

        JSONObject api = j.getJSON(build.getUrl() + "api/json").getJSONObject();
        String actions = api.getJSONArray("actions").toString();
        assertTrue(actions.contains("\"outcome\":\"PROMOTED\""), actions);
        assertTrue(j.getJSON(build.getUrl() + "canary/api/json")
                .getContentAsString()
                .contains("\"status\":\"PROMOTED\""));
    }

    @Test
    void rolloutAnswersTheSameToWhoeverHasItAlready() throws Exception {
        WorkflowRun build = promoted("same");
        JenkinsRule.WebClient client = client();
        String api = build.getUrl() + "canary/" + Builds.record(build).getId() + "/";

        WebResponse first = get(client, api + "rollout?since=0&generation=-1");
        assertEquals(200, first.getStatusCode());
        assertEquals("application/json", first.getContentType());
        JSONObject answer = JSONObject.fromObject(first.getContentAsString());
        assertEquals("PROMOTED", answer.getString("outcome"));
        assertEquals(0, answer.getJSONArray("actions").size(), "an ended rollout can only be looked at");
        WebRequest again = new WebRequest(new URL(j.getURL(), api + "rollout?since=0&generation=-1"));
        again.setAdditionalHeader("If-None-Match", first.getResponseHeaderValue("ETag"));
        assertEquals(304, client.getPage(again).getWebResponse().getStatusCode());
        assertEquals(
                answer.getString("rollout"),
                JSONObject.fromObject(
                                get(client, build.getUrl() + "canary/rollout").getContentAsString())
                        .getString("rollout"),
                "canary/rollout is the newest one's");
        WebResponse refused = get(client, api + "rollout?since=x");
        assertEquals(400, refused.getStatusCode());
        assertTrue(JSONObject.fromObject(refused.getContentAsString())
                .getString("message")
                .contains("whole number"));
    }

    @Test
    void journalAndPlanAreHandedOut() throws Exception {
        WorkflowRun build = promoted("handed");
        JenkinsRule.WebClient client = client();
        String base = build.getUrl() + "canary/" + Builds.record(build).getId() + "/";

        WebResponse journal = get(client, base + "journal");
        assertTrue(journal.getResponseHeaderValue("Content-Disposition").startsWith("attachment"));
        assertEquals(
                Builds.journal(build).size(),
                journal.getContentAsString().lines().count());
        WebResponse plan = get(client, base + "plan");
        assertEquals("text/plain", plan.getContentType());
        assertEquals(world.plan("handed").strip(), plan.getContentAsString().strip());
        assertEquals(
                404,
                get(client, build.getUrl() + "canary/..%2f..%2fsecrets/journal").getStatusCode());
        assertEquals(
                404, get(client, build.getUrl() + "canary/nothing-here/rollout").getStatusCode());
    }

    /** Somebody tidied up the build's folder: that is told, without where the controller keeps its builds. */
    @Test
    void journalThatIsGoneOrSpoiltIsToldWithoutPaths() throws Exception {
        WorkflowRun build = promoted("spoilt");
        Path journal = RolloutsAction.of(build)
                .orElseThrow()
                .journal(Builds.record(build).getId());
        Files.delete(ViewStore.beside(journal));
        Files.writeString(journal, "{\"seq\":1,\n" + Files.readString(journal));
        for (boolean gone : new boolean[] {false, true}) {
            if (gone) {
                Files.delete(journal);
            }
            for (String page : List.of("rollout", "plan", "report", "report.xml")) {
                WebResponse answer = get(client(), build.getUrl() + "canary/" + page);
                assertEquals(404, answer.getStatusCode());
                String told = answer.getContentAsString();
                assertTrue(
                        told.contains(
                                gone
                                        ? "spoilt has no journal"
                                        : journal.getFileName().toString()),
                        told);
                assertFalse(told.contains(j.jenkins.getRootDir().toString()), told);
                assertFalse(told.contains("\tat "), told);
            }
        }
        assertEquals(200, get(client(), build.getUrl()).getStatusCode());
    }

    @Test
    void openRolloutIsHeldAndReleasedOverPost() throws Exception {
        String plan =
                world.plan("acted", "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]", "");
        WorkflowRun build = Builds.start(j, "acted", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
        Builds.untilStatus(build, "WATCHING");
        JenkinsRule.WebClient client = client();
        String base = build.getUrl() + "canary/" + Builds.record(build).getId() + "/";

        assertEquals(405, get(client, base + "hold").getStatusCode(), "GET changes nothing");
        WebRequest bare = new WebRequest(new URL(j.getURL(), base + "hold"), HttpMethod.POST);
        assertEquals(403, client.getPage(bare).getWebResponse().getStatusCode(), "no crumb, no change");
        Builds.untilStatus(build, "WATCHING");
        WebRequest hold = new WebRequest(new URL(j.getURL(), base + "hold?reason=lunch"), HttpMethod.POST);
        assertEquals(200, client.getPage(client.addCrumb(hold)).getWebResponse().getStatusCode());
        Builds.untilStatus(build, "ON_HOLD");
        Page dashboard = client.goTo("canary-rollouts/");
        assertTrue(((HtmlPage) dashboard).asNormalizedText().contains("acted #1"), "the dashboard has it");
        WebRequest back = new WebRequest(new URL(j.getURL(), base + "rollback?reason=enough"), HttpMethod.POST);
        assertEquals(200, client.getPage(client.addCrumb(back)).getWebResponse().getStatusCode());
        j.waitForCompletion(build);
        assertEquals("ROLLED_BACK", Builds.record(build).getOutcome());
        assertNull(Builds.live(build));
        assertTrue(client.getPage(build.getParent()).asNormalizedText().contains("Rolled back"), "the job's page");
        assertTrue(client.goTo(build.getParent().getUrl() + "canary-rollouts/")
                .asNormalizedText()
                .contains("enough"));
        assertEquals(409, client.getPage(client.addCrumb(back)).getWebResponse().getStatusCode());
    }
}

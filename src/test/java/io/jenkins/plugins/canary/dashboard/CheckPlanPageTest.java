package io.jenkins.plugins.canary.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.sun.net.httpserver.HttpServer;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.CanaryFolderProperty;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlTable;
import org.htmlunit.util.NameValuePair;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A plan is checked before there is a job for it, by whoever may read Jenkins. */
@WithJenkins
class CheckPlanPageTest {

    private static final String PLAN = """
            name: shop
            traffic: { local: { control: 'http://127.0.0.1:9000' } }
            metrics: { prometheus: { url: 'http://127.0.0.1:9090' }, labels: { canary: 'v="2"', stable: 'v="1"' } }
            gate: [ { metric: error-rate, max: 1% } ]
            phases: [ { name: Initial, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]
            """;

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader", "author", "owner")
                .grant(Item.READ, Item.EXTENDED_READ)
                .everywhere()
                .to("author", "owner")
                .grant(Item.CONFIGURE)
                .everywhere()
                .to("owner"));
    }

    private static JenkinsRule.WebClient reader() throws Exception {
        return client("reader");
    }

    private static JenkinsRule.WebClient client(String who) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setJavaScriptEnabled(false);
        return client.login(who);
    }

    private static HtmlPage checked(String plan, String rate, String errors) throws Exception {
        return checked(reader(), plan, "", rate, errors);
    }

    private static HtmlPage checked(JenkinsRule.WebClient client, String plan, String job, String rate, String errors)
            throws Exception {
        HtmlForm form = client.goTo("canary-rollouts/check").getFormByName("check");
        WebRequest post = new WebRequest(new URL(j.getURL(), "canary-rollouts/check/result"), HttpMethod.POST);
        assertTrue(form.getActionAttribute().endsWith("/canary-rollouts/check/result"), form.getActionAttribute());
        post.setRequestParameters(List.of(
                new NameValuePair("plan", plan),
                new NameValuePair("job", job),
                new NameValuePair("rate", rate),
                new NameValuePair("errors", errors)));
        return client.getPage(client.addCrumb(post));
    }

    @Test
    void saysWhatIsWrongAndWhere() throws Exception {
        HtmlPage page = checked(PLAN.replace("weight: 5,", "weight: 500,") + "'<script>': 1\n", "", "");
        assertEquals(
                "The plan cannot be run. Errors: 2.",
                page.getElementById("canary-summary").asNormalizedText());
        HtmlTable problems = page.querySelector(".canary-problems");
        assertEquals("5:36", problems.getRow(1).getCell(0).asNormalizedText());
        assertEquals("phases[0].weight", problems.getRow(1).getCell(2).asNormalizedText());
        assertNull(page.querySelector(".canary-problems script"));
        assertTrue(
                page.getFormByName("check").getTextAreaByName("plan").getText().contains("weight: 500"));
    }

    @Test
    void aJobsPoliciesAndAddressesCountForThoseWhoMaySeeItsConfiguration() throws Exception {
        Folder shop = j.createProject(Folder.class, "shop");
        CanaryFolderProperty folder = new CanaryFolderProperty();
        folder.setPolicy("drivers: [ kubernetes ]");
        shop.addProperty(folder);
        shop.createProject(FreeStyleProject.class, "deploy");
        String plan = PLAN.replace("127.0.0.1", "shop.example");
        assertEquals(
                "The plan can be run. Warnings: 1.",
                checked(reader(), plan, "", "", "")
                        .getElementById("canary-summary")
                        .asNormalizedText());
        for (String name : List.of("shop", "shop/deploy")) {
            HtmlPage seen = checked(client("author"), plan, name, "", "");
            assertTrue(seen.asNormalizedText().contains("policy of folder shop"), seen.asNormalizedText());
            assertEquals(name, seen.getFormByName("check").getInputByName("job").getValue());
        }
        HtmlPage refused = checked(reader(), plan, "shop/deploy", "", "");
        assertTrue(refused.asNormalizedText().contains("no job or folder 'shop/deploy' whose configuration you may"));
        assertNull(refused.getElementById("canary-summary"));
        folder.setPolicy(null);
        CanaryConfiguration settings = CanaryConfiguration.get();
        String allowed = settings.getAllowedAddresses();
        settings.setAllowedAddresses("");
        try {
            HtmlPage internal = checked(client("author"), PLAN, "shop/deploy", "", "");
            assertTrue(internal.asNormalizedText().contains("allowed addresses"), internal.asNormalizedText());
        } finally {
            settings.setAllowedAddresses(allowed);
        }
    }

    @Test
    void calendarsAreReadForThoseWhoMayConfigureTheJob() throws Exception {
        j.createFreeStyleProject("calendars");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger asked = new AtomicInteger();
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        String host = "127.0.0.1:" + server.getAddress().getPort();
        String plan = PLAN + "windows: { calendar: 'http://" + host + "/freezes.ics' }\n";
        try {
            assertFalse(checked(client("author"), plan, "calendars", "", "")
                    .asNormalizedText()
                    .contains("503"));
            assertEquals(0, asked.get());
            HtmlPage page = checked(client("owner"), plan, "calendars", "", "");
            assertTrue(
                    page.asNormalizedText().contains("the calendar 127.0.0.1 cannot be read: it answered 503"),
                    page.asNormalizedText());
            assertEquals(
                    "The plan can be run. Warnings: 2.",
                    page.getElementById("canary-summary").asNormalizedText());
            assertEquals(1, asked.get());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void saysWhatEachPhaseCanDetect() throws Exception {
        HtmlPage page = checked(PLAN, "10", "0.1%");
        HtmlTable power = page.querySelector(".canary-power");
        assertEquals("Initial (5% for 5 min)", power.getRow(1).getCell(0).asNormalizedText());
        assertEquals("150", power.getRow(1).getCell(2).asNormalizedText());
        assertTrue(
                checked(PLAN, "many", "").asNormalizedText().contains("'many' is not a number of requests per second"));
        assertNull(checked(PLAN, "", "").querySelector(".canary-power"));
    }

    @Test
    void nobodyKeepsTheControllerBusy() throws Exception {
        StringBuilder phases = new StringBuilder();
        for (int i = 1; i <= CheckPlanPage.MOST_CRITERIA + 1; i++) {
            phases.append("{ name: P")
                    .append(i)
                    .append(", weight: ")
                    .append(i / 10.0)
                    .append(", hold: 5m }, ");
        }
        String large = PLAN.replace("{ name: Initial, weight: 5, hold: 5m }, ", phases);
        HtmlPage page = checked(large, "10", "0.1%");
        assertTrue(page.asNormalizedText().contains("more than 200 criteria"), page.asNormalizedText());
        assertNull(page.querySelector(".canary-power"));
    }

    @Test
    void nobodyElseAndNoOtherMethodIsAnswered() throws Exception {
        JenkinsRule.WebClient client = j.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        client.login("stranger");
        assertEquals(
                403, client.goTo("canary-rollouts/check", null).getWebResponse().getStatusCode());
        client.login("reader");
        assertEquals(
                405,
                client.goTo("canary-rollouts/check/result?plan=x", null)
                        .getWebResponse()
                        .getStatusCode());
        assertFalse(client.goTo("canary-rollouts/check", null)
                .getWebResponse()
                .getContentAsString()
                .contains("canary-summary"));
    }
}

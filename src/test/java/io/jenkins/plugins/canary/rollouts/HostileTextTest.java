package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.sun.net.httpserver.HttpServer;
import hudson.util.Secret;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.PrometheusServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Text that would be a script, and secrets that would be text. */
@WithJenkins
class HostileTextTest {

    private static final String SCRIPT = "<script>alert(1)</script><img src=x>\"'&{{7}}";

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

    private static WebResponse get(String path) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setJavaScriptEnabled(false);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        return client.getPage(new WebRequest(new URL(j.getURL(), path))).getWebResponse();
    }

    @Test
    void textFromPlansAndPeopleIsNeverMarkup() throws Exception {
        String quoted = SCRIPT.replace("'", "''");
        String plan = world.plan(
                "hostile",
                "[ { name: '" + quoted + "', weight: 20, hold: 10m, approval: { by: ['" + quoted
                        + "'] } }, { name: Full, weight: 100 } ]",
                "checklists: { ready: [ '" + quoted + "' ] }");
        WorkflowRun build = Builds.start(
                j,
                "hostile",
                "canaryRollout version: '" + SCRIPT.replace("'", "\\'") + "', yaml: '''" + plan.replace("'", "\\'")
                        + "'''");
        Builds.untilStatus(build, "WATCHING");
        String id = Builds.record(build).getId();
        List<String> pages = List.of(
                build.getUrl(),
                build.getUrl() + "canary/",
                build.getUrl() + "canary/" + id + "/",
                build.getUrl() + "canary/lines",
                build.getParent().getUrl(),
                build.getParent().getUrl() + "canary-rollouts/",
                "canary-rollouts/",
                build.getUrl() + "console");
        for (String page : pages) {
            harmless(page);
        }
        JenkinsRule.WebClient client = j.createWebClient();
        String reason = "?reason=" + URLEncoder.encode(SCRIPT, StandardCharsets.UTF_8);
        WebRequest hold = new WebRequest(new URL(j.getURL(), build.getUrl() + "canary/hold" + reason), HttpMethod.POST);
        assertEquals(200, client.getPage(client.addCrumb(hold)).getWebResponse().getStatusCode());
        for (String page : pages) {
            harmless(page);
        }
        WebRequest back =
                new WebRequest(new URL(j.getURL(), build.getUrl() + "canary/rollback" + reason), HttpMethod.POST);
        client.getPage(client.addCrumb(back));
        j.waitForCompletion(build);
        assertEquals(SCRIPT, Builds.record(build).getReason());
        for (String page : pages) {
            harmless(page);
        }
        for (String json : List.of(
                build.getUrl() + "canary/rollout",
                build.getUrl() + "canary/plan",
                build.getUrl() + "canary/journal",
                build.getUrl() + "api/json")) {
            WebResponse answer = get(json);
            assertEquals("nosniff", answer.getResponseHeaderValue("X-Content-Type-Options"), json);
            assertFalse(answer.getContentType().contains("html"), json);
        }
    }

    private static void harmless(String page) throws Exception {
        WebResponse answer = get(page);
        assertEquals(200, answer.getStatusCode(), page);
        String html = answer.getContentAsString();
        assertFalse(html.contains("<script>alert(1)"), page);
        assertFalse(html.contains("<img src=x"), page);
        assertFalse(html.contains("\"'&{{"), page + " has the attribute's end in it");
    }

    /** A server that wants a token, gets it, and then sends it back in an error. */
    @Test
    void secretsOfServersStayWhereTheyAre() throws Exception {
        String secret = "s3cr3t-t0k3n-of-the-server";
        StringCredentialsImpl credential =
                new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", "", Secret.fromString(secret));
        SystemCredentialsProvider.getInstance().getCredentials().add(credential);
        AtomicReference<String> authorization = new AtomicReference<>();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = ("{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"you sent "
                            + authorization.get() + " " + SCRIPT.replace("\"", "\\\"") + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(422, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        try {
            PrometheusServer server = new PrometheusServer(
                    "main", "http://127.0.0.1:" + http.getAddress().getPort());
            server.setCredentialsId("token");
            CanaryConfiguration.get().setPrometheusServers(List.of(server));
            String plan = world.plan(
                            "secret", "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]", "")
                    .replaceAll(
                            "scrape: .*",
                            "prometheus: { server: main, interval: 1s, scrapeInterval: 500ms }\n"
                                    + "  labels: { canary: 'v=\"2\"', stable: 'v=\"1\"' }");
            WorkflowRun build = Builds.start(j, "secret", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
            Builds.until("the server was asked", () -> authorization.get() != null);
            assertEquals("Bearer " + secret, authorization.get());
            Builds.until(
                    "its answer is on the page",
                    () -> get(build.getUrl() + "canary/rollout")
                            .getContentAsString()
                            .contains("you sent"));
            for (String path : List.of(
                    build.getUrl() + "canary/",
                    build.getUrl() + "canary/rollout",
                    build.getUrl() + "canary/journal",
                    build.getUrl() + "canary/plan",
                    build.getUrl() + "consoleText",
                    build.getUrl() + "api/xml?depth=3",
                    "canary-rollouts/",
                    "canary-rollouts/api/json?depth=3")) {
                assertFalse(get(path).getContentAsString().contains(secret), path);
            }
            harmless(build.getUrl() + "canary/");
            harmless("canary-rollouts/");
            build.doStop();
            j.waitForCompletion(build);
            try (Stream<Path> files = Files.walk(build.getRootDir().toPath())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertFalse(
                            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret),
                            file.toString());
                }
            }
            assertFalse(
                    CredentialsProvider.getFingerprintOf(credential).getUsages().isEmpty(), "its use was recorded");
        } finally {
            http.stop(0);
        }
    }
}

package io.jenkins.plugins.canary.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.security.csrf.DefaultCrumbIssuer;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.OpenedGate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Flagger's questions to a Jenkins that lets nobody in: without account and crumb, with the plan's token. */
@WithJenkins
class FlaggerWebhooksTest {

    private static final String ASKED = """
            {"name": "api", "namespace": "shop", "phase": "Progressing", "metadata": {"token": "%s"}}""";

    private static JenkinsRule j;

    @BeforeAll
    static void nobodyIsLetIn(JenkinsRule rule) {
        j = rule;
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy());
        j.jenkins.setCrumbIssuer(new DefaultCrumbIssuer(false));
    }

    private static HttpResponse<String> send(String path, HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient()
                .send(request.uri(URI.create(j.getURL() + "canary-flagger" + path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> ask(String type, String token) throws Exception {
        return send("/" + type, HttpRequest.newBuilder().POST(BodyPublishers.ofString(ASKED.formatted(token))));
    }

    @Test
    void theRolloutAnswersWhoHasItsToken() throws Exception {
        Runnable closing = OpenedGate.of("shop", "api", "t0k3n", null);
        try {
            assertEquals(200, ask("confirm-promotion", "t0k3n").statusCode());
            HttpResponse<String> stranger = ask("confirm-promotion", "guessed");
            assertEquals(401, stranger.statusCode());
            closing.run();
            HttpResponse<String> late = ask("confirm-promotion", "t0k3n");
            assertEquals(401, late.statusCode());
            assertEquals(stranger.body(), late.body(), "a stranger does not learn what is under way");
        } finally {
            closing.run();
        }
    }

    @Test
    void noIsSaidWithTheReason() throws Exception {
        Runnable closing = OpenedGate.of("shop", "api", "t0k3n", "the rollout has not come to its promotion");
        try {
            HttpResponse<String> no = ask("confirm-promotion", "t0k3n");
            assertEquals(403, no.statusCode());
            assertEquals("the rollout has not come to its promotion", no.body());
        } finally {
            closing.run();
        }
    }

    @Test
    void whatIsNoQuestionOfFlaggersIsRefused() throws Exception {
        assertEquals(404, ask("confirm-everything", "t0k3n").statusCode());
        assertEquals(405, send("/confirm-promotion", HttpRequest.newBuilder().GET()).statusCode());
        assertEquals(400, send("/rollback", HttpRequest.newBuilder().POST(BodyPublishers.ofString("<html>"))).statusCode());
        assertEquals(413, send("/rollback", HttpRequest.newBuilder()
                .POST(BodyPublishers.ofString("{\"name\": \"" + "x".repeat(70_000) + "\"}"))).statusCode());
    }

    @Test
    void onlyThisAddressIsOpen() throws Exception {
        HttpRequest.Builder quiet = HttpRequest.newBuilder().POST(BodyPublishers.noBody());
        assertEquals(403, send("/../quietDown", quiet).statusCode());
        assertEquals(403, send("x/confirm-promotion", HttpRequest.newBuilder().POST(BodyPublishers.noBody())).statusCode());
    }
}

package io.jenkins.plugins.canary.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.security.csrf.DefaultCrumbIssuer;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.OpenedGate;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

    private static final String TOKEN = "0123456789abcdef";
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
                .send(
                        request.uri(URI.create(j.getURL() + "canary-flagger" + path))
                                .build(),
                        BodyHandlers.ofString());
    }

    private static HttpResponse<String> ask(String type, String token) throws Exception {
        return send("/" + type, HttpRequest.newBuilder().POST(BodyPublishers.ofString(ASKED.formatted(token))));
    }

    @Test
    void theRolloutAnswersWhoHasItsToken() throws Exception {
        Runnable closing = OpenedGate.of("shop", "api", TOKEN, null);
        try {
            assertEquals(200, ask("confirm-promotion", TOKEN).statusCode());
            HttpResponse<String> stranger = ask("confirm-promotion", "guessed");
            assertEquals(401, stranger.statusCode());
            closing.run();
            HttpResponse<String> late = ask("confirm-promotion", TOKEN);
            assertEquals(401, late.statusCode());
            assertEquals(stranger.body(), late.body(), "a stranger does not learn what is under way");
        } finally {
            closing.run();
        }
    }

    @Test
    void noIsSaidWithTheReason() throws Exception {
        Runnable closing = OpenedGate.of("shop", "api", TOKEN, "the rollout has not come to its promotion");
        try {
            HttpResponse<String> no = ask("confirm-promotion", TOKEN);
            assertEquals(403, no.statusCode());
            assertEquals("the rollout has not come to its promotion", no.body());
        } finally {
            closing.run();
        }
    }

    @Test
    void whatIsNoQuestionOfFlaggersIsRefused() throws Exception {
        assertEquals(404, ask("confirm-everything", TOKEN).statusCode());
        assertEquals(
                405, send("/confirm-promotion", HttpRequest.newBuilder().GET()).statusCode());
        assertEquals(
                400,
                send("/rollback", HttpRequest.newBuilder().POST(BodyPublishers.ofString("<html>")))
                        .statusCode());
        assertEquals(
                413,
                send(
                                "/rollback",
                                HttpRequest.newBuilder()
                                        .POST(BodyPublishers.ofString("{\"name\": \"" + "x".repeat(70_000) + "\"}")))
                        .statusCode());
    }

    @Test
    void whatArrivesSlowlyIsGivenUp() throws Exception {
        URI at = j.getURL().toURI();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 9; i++) {
                Socket socket = new Socket(at.getHost(), at.getPort());
                slow.add(socket);
                socket.setSoTimeout(30_000);
                socket.getOutputStream()
                        .write(("POST " + at.getPath() + "canary-flagger/rollback HTTP/1.1\r\nHost: x\r\n"
                                        + "Content-Length: 600\r\n\r\n{")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            Set<String> answers = new TreeSet<>();
            for (Socket socket : slow) {
                answers.add(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII));
            }
            assertEquals(Set.of("HTTP/1.1 408", "HTTP/1.1 429"), answers);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        assertEquals(401, ask("rollback", "guessed").statusCode());
    }

    @Test
    void onlyThisAddressIsOpen() throws Exception {
        HttpRequest.Builder quiet = HttpRequest.newBuilder().POST(BodyPublishers.noBody());
        assertEquals(403, send("/../quietDown", quiet).statusCode());
        assertEquals(
                403,
                send("x/confirm-promotion", HttpRequest.newBuilder().POST(BodyPublishers.noBody()))
                        .statusCode());
    }
}

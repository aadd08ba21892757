package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GateServerTest {

    private static final String OURS = "X-Requested-With";

    private final FakeRelease release = FakeRelease.seed().pass(3, 0);
    private final HttpClient http = HttpClient.newHttpClient();
    private GateServer server;

    @BeforeEach
    void start() throws IOException {
        server = GateServer.start(release.api(), Person.allowedAll("bob"), 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(server.address().resolve(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String action, String form, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve("/" + action))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        return http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(), BodyHandlers.ofString());
    }

    private static String message(String body) throws IOException {
        return new ObjectMapper().readTree(body).get("message").asText();
    }

    /** A request as a browser would not send it. */
    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void servesThePageUnderAStrictPolicy() throws Exception {
        for (String file : List.of("/", "/index.html", "/canary-gate.js", "/canary-gate.css", "/icon.svg")) {
            HttpResponse<String> answer = get(file);
            assertEquals(200, answer.statusCode(), file);
            assertTrue(answer.headers()
                    .firstValue("Content-Security-Policy")
                    .orElse("")
                    .startsWith("default-src 'self'"));
            assertEquals(
                    "nosniff",
                    answer.headers().firstValue("X-Content-Type-Options").orElse(""));
            assertFalse(answer.headers().firstValue("Server").isPresent());
        }
        assertTrue(get("/").headers().firstValue("Content-Type").orElse("").startsWith("text/html"));
        assertTrue(get("/canary-gate.js")
                .headers()
                .firstValue("Content-Type")
                .orElse("")
                .startsWith("text/javascript"));
    }

    @Test
    void answersWhatIsNew() throws Exception {
        JsonNode first = new ObjectMapper().readTree(get("/rollout").body());
        assertEquals("api-gateway", first.get("name").asText());
        long seq = first.get("seq").asLong();
        JsonNode update = new ObjectMapper()
                .readTree(get("/rollout?since=" + seq + "&generation=0").body());
        assertEquals(0, update.get("events").size());
        assertEquals(0, update.at("/series/points/times").size());
    }

    @Test
    void actsAndSaysWhyNot() throws Exception {
        assertEquals(200, post("hold", "reason=caf%C3%A9+%26+tea", OURS, "x").statusCode());
        assertEquals("café & tea", release.run().state().people().held().reason());
        HttpResponse<String> again = post("hold", "reason=x", OURS, "x");
        assertEquals(409, again.statusCode());
        assertTrue(message(again.body()).contains("on hold already"), again.body());
        assertEquals(400, post("hold", "reason=" + "x".repeat(3_000), OURS, "x").statusCode());
        assertEquals(
                413, post("hold", "reason=" + "x".repeat(70_000), OURS, "x").statusCode());
        assertEquals(400, post("hold", "reason=%C3%28%zz", OURS, "x").statusCode());
        assertEquals(404, post("explode", "", OURS, "x").statusCode());
    }

    @Test
    void otherSitesCanDoNothing() throws Exception {
        HttpResponse<String> form = post("rollback", "reason=evil");
        assertEquals(403, form.statusCode());
        assertTrue(message(form.body()).contains(OURS), form.body());
        assertEquals(
                403,
                post("rollback", "reason=evil", OURS, "x", "Origin", "http://evil.example")
                        .statusCode());
        assertEquals(
                403,
                post("rollback", "reason=evil", OURS, "x", "Origin", "null").statusCode());
        String own = "http://127.0.0.1:" + server.address().getPort();
        assertEquals(200, post("hold", "reason=x", OURS, "x", "Origin", own).statusCode());
        assertEquals(Status.ON_HOLD, release.run().state().status(release.run().plan()));
        String preflight = raw("OPTIONS /rollback HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n"
                + "Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");
        assertTrue(preflight.startsWith("HTTP/1.1 403") && !preflight.contains("Access-Control-Allow"), preflight);
    }

    @Test
    void answersToItsOwnNamesOnly() throws Exception {
        for (String host : List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "")) {
            String answer = raw("GET /rollout HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertFalse(answer.startsWith("HTTP/1.1 200"), host + ": " + answer);
            assertFalse(answer.contains("api-gateway"), host);
        }
        for (String host : List.of("localhost:1234", "127.0.0.1", "[::1]:80")) {
            String answer = raw("GET /rollout HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200"), host + ": " + answer);
        }
    }

    @Test
    void hasNothingElse() throws Exception {
        for (String path : List.of(
                "/nothing",
                "/webapp/",
                "/gate",
                "/canary-gate.js/",
                "/.css",
                "/index.html%00.css",
                "/META-INF/MANIFEST.MF",
                "/rollout/1",
                "/dom.java")) {
            HttpResponse<String> answer = get(path);
            assertEquals(path.contains("%00") ? 400 : 404, answer.statusCode(), path);
            assertFalse(message(answer.body()).isEmpty());
        }
        for (String path : List.of("/../../etc/passwd", "/%2e%2e/gate/index.html", "/..%2f..%2fpom.xml")) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 40"), path + ": " + answer);
        }
    }

    @Test
    void wrongQuestionsGetSentences() throws Exception {
        for (String query : List.of("since=x", "since=-7", "since=1e3", "generation=%3Cb%3E", "since=%ff")) {
            HttpResponse<String> answer = get("/rollout?" + query);
            assertEquals(400, answer.statusCode(), query);
            assertFalse(answer.body().contains("Exception"), answer.body());
            assertFalse(message(answer.body()).isEmpty());
        }
        String put = raw("PUT /rollout HTTP/1.1\r\nHost: localhost\r\n" + OURS + ": x\r\nContent-Length: 0\r\n"
                + "Connection: close\r\n\r\n");
        assertTrue(put.startsWith("HTTP/1.1 405"), put);
        assertTrue(raw("GARBAGE\r\n\r\n").startsWith("HTTP/1.1 4"));
    }

    @Test
    void aTakenPortIsSaidToBeTaken() {
        int port = server.address().getPort();
        IOException taken =
                assertThrows(IOException.class, () -> GateServer.start(release.api(), Person.allowedAll("bob"), port));
        assertEquals(
                "port " + port + " of 127.0.0.1 is taken by another program: stop it, or choose another port "
                        + "(0 finds a free one)",
                taken.getMessage());
    }

    @Test
    void listensOnTheLoopbackAddressOnly() {
        assertEquals("127.0.0.1", server.address().getHost());
        assertTrue(server.address().getPort() > 0);
    }

    @Test
    void prometheusReadsWhatTheRolloutIsAt() throws Exception {
        HttpResponse<String> page = get("/metrics");
        assertEquals(200, page.statusCode());
        assertTrue(page.headers().firstValue("Content-Type").orElse("").startsWith("text/plain"));
        String who = "{name=\"api-gateway\",rollout=\"rollout-of-api-gateway\"}";
        for (String line : List.of(
                "canary_open_rollouts{status=\"watching\"} 1.0",
                "canary_rollout_weight_percent" + who + " 5.0",
                "canary_rollout_weight_limit_percent" + who + " 5.0",
                "canary_rollout_phase_number" + who + " 1.0",
                "canary_rollout_phases" + who + " 5.0",
                "canary_rollout_phase_deadline_seconds" + who + " 900.0",
                "canary_check_passing{criterion=\"success-rate >= 99%\",name=\"api-gateway\",rollout=\"rollout-of-api-gateway\"} 1.0")) {
            assertTrue(page.body().contains(line + "\n"), line + " is not in\n" + page.body());
        }
        release.becomes("SILENT").pass(1, 0);
        assertTrue(get("/metrics")
                .body()
                .contains("canary_check_without_data{criterion=\"success-rate >= 99%\",name=\"api-gateway\","
                        + "rollout=\"rollout-of-api-gateway\"} 1.0"));
    }
}

package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Weight;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ControlHandlerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ProxyFixture world;

    @BeforeEach
    void start() throws Exception {
        world = new ProxyFixture();
        world.proxy.shift(Weight.ofPercent(7));
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    private HttpResponse<String> ask(String method, String path, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(world.proxy.controlUrl() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return ProxyFixture.send((type == null ? request : request.header("Content-Type", type)).build());
    }

    private HttpResponse<String> put(String body) throws Exception {
        return ask("PUT", "/weight", "application/json", body);
    }

    @Test
    void tellsAndSetsTheWeight() throws Exception {
        world.get("/");
        JsonNode state = JSON.readTree(ask("GET", "/weight", null, null).body());
        assertEquals(
                JSON.readTree("{\"weight\":7.0,\"promoted\":false,\"drained\":true,\"draining\":0,"
                        + "\"canaryRequests\":0,\"stableRequests\":1}"),
                state);
        HttpResponse<String> answer = put("{\"weight\":12.5}");
        assertEquals(200, answer.statusCode());
        assertEquals(12.5, JSON.readTree(answer.body()).path("weight").asDouble());
        assertEquals(Weight.ofPercent(12.5), world.proxy.state().weight());
    }

    @Test
    void promotes() throws Exception {
        assertTrue(
                JSON.readTree(ask("POST", "/promote", "application/json", "{}").body())
                        .path("promoted")
                        .asBoolean());
        assertEquals("canary", world.get("/").body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "{",
                "{}",
                "{\"weight\":\"5\"}",
                "{\"weight\":null}",
                "{\"weight\":-1}",
                "{\"weight\":100.1}",
                "{\"weight\":0.05}",
                "{\"weight\":NaN}",
                "{\"weight\":1e999}",
                "{\"weight\":5} {\"weight\":6}",
                "{\"weight\":[5]}"
            })
    void badInputChangesNothingAndSaysWhy(String body) throws Exception {
        HttpResponse<String> answer = put(body);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(JSON.readTree(answer.body()).path("error").asText().length() > 10, answer.body());
        assertEquals(Weight.ofPercent(7), world.proxy.state().weight());
    }

    @Test
    void aWebPageOfAnotherSiteCannotSetTheWeight() throws Exception {
        assertEquals(
                415, ask("PUT", "/weight", "text/plain", "{\"weight\":100}").statusCode());
        assertEquals(415, ask("POST", "/promote", null, "").statusCode());
        assertEquals(Weight.ofPercent(7), world.proxy.state().weight());
    }

    @Test
    void aLargeBodyChangesNothing() throws Exception {
        try {
            assertEquals(
                    413,
                    put("{\"weight\":5,\"x\":\"" + "y".repeat(1_000_000) + "\"}")
                            .statusCode());
        } catch (IOException closed) {
            // the proxy need not read it all, and may close the connection before the client has read the answer
        }
        assertEquals(Weight.ofPercent(7), world.proxy.state().weight());
    }

    @Test
    void otherPathsAreRefused() throws Exception {
        assertEquals(404, ask("GET", "/", null, null).statusCode());
        assertEquals(404, ask("DELETE", "/weight", null, null).statusCode());
    }

    @Test
    void usersOfTheServiceDoNotReachIt() throws Exception {
        assertEquals("stable", world.get("/weight").body());
        assertEquals(
                0,
                JSON.readTree(ask("GET", "/weight", null, null).body())
                        .path("canaryRequests")
                        .asInt());
    }
}

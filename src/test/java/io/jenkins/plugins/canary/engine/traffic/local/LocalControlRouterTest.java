package io.jenkins.plugins.canary.engine.traffic.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.local.LocalDriver.ControlSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control addresses that lie, hang or refuse; the honest one is tested against the real proxy. */
class LocalControlRouterTest {

    private static final String GOOD = "{\"weight\":12.5,\"promoted\":false,\"drained\":false,\"draining\":3,"
            + "\"canaryRequests\":7,\"stableRequests\":49}";

    private HttpServer server;
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private LocalControlRouter answering(HttpHandler handler, Duration timeout) {
        server.createContext("/", handler);
        return new LocalControlRouter(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), timeout, AddressPolicy.UNRESTRICTED);
    }

    private LocalControlRouter answering(int status, String body) {
        return answering(
                exchange -> {
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                },
                Duration.ofSeconds(20));
    }

    @Test
    void readsAllThatTheProxyTells() throws Exception {
        Observation seen = answering(200, GOOD).observe();
        assertEquals(Weight.ofPercent(12.5), seen.weight());
        assertTrue(seen.settled(), "no new request goes elsewhere; those draining are told of, not waited for");
        assertFalse(seen.promoted());
        assertEquals(new Observation.Requests(7, 49), seen.requests());
        assertEquals("3 requests draining", seen.detail());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>hello</html>",
                "{\"weight\":12.5",
                "[]",
                "{}",
                "null",
                "{\"weight\":\"5\"}",
                "{\"weight\":-1,\"promoted\":false,\"drained\":true,\"canaryRequests\":0,\"stableRequests\":0}",
                "{\"weight\":101,\"promoted\":false,\"drained\":true,\"canaryRequests\":0,\"stableRequests\":0}",
                "{\"weight\":5,\"canaryRequests\":0,\"stableRequests\":0}"
            })
    void nonsenseIsNotAWeight(String body) {
        RouterException nonsense =
                assertThrows(RouterException.class, () -> answering(200, body).observe());
        assertTrue(nonsense.getMessage().contains("control address?"), nonsense.getMessage());
    }

    @Test
    void aRefusalIsForGoodAndItsWordsAreNotRepeated() {
        RouterException refused = assertThrows(
                RouterException.class,
                () -> answering(400, "{\"error\":\"no such weight\"}").shift(Weight.FULL));
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains("answered 400 to PUT /weight;"), refused.getMessage());
        assertFalse(refused.getMessage().contains("no such weight"), refused.getMessage());
    }

    @Test
    void troubleOfTheMomentIsNotForGood() {
        assertFalse(assertThrows(
                        RouterException.class,
                        () -> answering(503, "{\"error\":\"later\"}").promote("v2"))
                .permanent());
    }

    @Test
    void anEndlessAnswerIsCutOff() {
        LocalControlRouter router = answering(
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    byte[] block = new byte[1 << 16];
                    for (int i = 0; i < 1000; i++) {
                        exchange.getResponseBody().write(block);
                    }
                },
                Duration.ofSeconds(20));
        assertTrue(assertThrows(RouterException.class, router::observe)
                .getMessage()
                .contains("larger than"));
    }

    /** Headers at once, then nothing: a timeout of the request alone would wait for the body for ever. */
    @Test
    void aHangingBodyIsGivenUp() {
        LocalControlRouter router = answering(
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    try {
                        over.await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                },
                Duration.ofMillis(300));
        RouterException late = assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> assertThrows(RouterException.class, router::observe));
        assertTrue(late.getMessage().contains("did not answer within 300 ms"), late.getMessage());
    }

    @Test
    void nobodyThere() {
        server.stop(0);
        RouterException none = assertThrows(
                RouterException.class,
                () -> new ControlSettings(URI.create(
                                "http://127.0.0.1:" + server.getAddress().getPort()))
                        .open(RouterContract.CONTEXT));
        assertTrue(none.getMessage().contains("does not answer") && !none.permanent(), none.getMessage());
    }
}

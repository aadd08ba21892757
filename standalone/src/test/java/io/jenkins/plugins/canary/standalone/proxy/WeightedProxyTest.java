package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WeightedProxyTest {

    private ProxyFixture world;

    @BeforeEach
    void start() throws Exception {
        world = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    @Test
    void requestsKeepPathQueryAndHostAndLoseWhatIsForTheProxyOnly() throws Exception {
        HttpResponse<String> answer = ProxyFixture.send(
                world.to("/a%2Fb/c?x=%26+y&x=2").header("X-Mine", "1").build());
        assertEquals("stable", answer.body());
        assertEquals("stable", answer.headers().firstValue("X-Version").orElse(null));
        assertEquals(1, answer.headers().allValues("Date").size(), "the proxy adds no second one");
        assertTrue(
                answer.headers().firstValue("Connection").isEmpty(),
                answer.headers().toString());
        assertEquals("/a%2Fb/c?x=%26+y&x=2", world.stable.seenPaths.peek());
        Map<String, String> headers = world.stable.seenHeaders.peek();
        assertEquals("1", headers.get("x-mine"));
        assertEquals(world.proxy.url().getAuthority(), headers.get("host"));
        assertTrue(headers.get("forwarded").contains("for=\"127.0.0.1\""), headers.toString());
        assertEquals("1.1 canary", headers.get("via"));
        assertNull(headers.get("accept-encoding"), "the proxy asks for nothing of its own");
    }

    /** Hop-by-hop headers can only be sent by hand: Java's client refuses them. */
    @Test
    void hopByHopHeadersStayOnTheirHop() throws Exception {
        String answer =
                raw("GET / HTTP/1.1\r\nHost: h\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\n"
                        + "Keep-Alive: timeout=5\r\nProxy-Authorization: Basic x\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        Map<String, String> headers = world.stable.seenHeaders.peek();
        for (String hop : new String[] {"x-secret", "te", "keep-alive", "proxy-authorization"}) {
            assertFalse(headers.containsKey(hop), hop);
        }
    }

    @Test
    void anAddressThatIsNoneIsTheClientsMistakeAndLeavesNothingRunning() throws Exception {
        String answer = raw("GET /a|b{c} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        world.proxy.shift(Weight.FULL);
        Poll.until("the proxy has settled", () -> world.proxy.state().drained());
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", world.proxy.url().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void largeBodiesStreamThroughUnchanged() throws Exception {
        String whole = Upstream.crc(new ByteArrayInputStream(Upstream.LARGE));
        HttpRequest known = world.to("/crc")
                .POST(BodyPublishers.ofByteArray(Upstream.LARGE))
                .build();
        assertEquals(whole, ProxyFixture.send(known).body());
        HttpRequest chunked = world.to("/crc")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(Upstream.LARGE)))
                .build();
        assertEquals(whole, ProxyFixture.send(chunked).body());
        assertArrayEquals(
                Upstream.LARGE,
                ProxyFixture.client()
                        .send(world.to("/large").build(), BodyHandlers.ofByteArray())
                        .body());
    }

    @Test
    void aDeadCanaryIsABadGatewayForItsShareOnly() throws Exception {
        world.canary.close();
        world.proxy.shift(Weight.ofPercent(50));
        Map<Integer, Integer> statuses = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            statuses.merge(world.get("/").statusCode(), 1, Integer::sum);
        }
        assertEquals(Map.of(200, 10, 502, 10), statuses);
    }

    @Test
    void onlyWhatChangesNothingIsSentAgainWhenTheConnectionBreaks() throws Exception {
        assertEquals(200, world.get("/dropOnce").statusCode());
        assertEquals(2, world.stable.served());
        assertEquals(502, world.get("/drop").statusCode());
        assertEquals(4, world.stable.served(), "sent again once, not for ever");
        assertEquals(
                502,
                ProxyFixture.send(world.to("/drop")
                                .POST(BodyPublishers.ofString("pay"))
                                .build())
                        .statusCode());
        assertEquals(
                502,
                ProxyFixture.send(
                                world.to("/drop").POST(BodyPublishers.noBody()).build())
                        .statusCode());
        assertEquals(6, world.stable.served(), "a POST may have been done: never sent again");
        assertEquals(0, world.canary.served(), "and nothing goes over to the other track");
        assertEquals(4, world.proxy.state().stableRequests(), "a repetition is no second request of a user");
    }

    @Test
    void drainingWaitsForTheLastRequestAndThenClosesTheConnections() throws Exception {
        world.proxy.shift(Weight.FULL);
        world.get("/");
        CompletableFuture<HttpResponse<String>> slow =
                ProxyFixture.client().sendAsync(world.to("/wait").build(), BodyHandlers.ofString());
        assertTrue(world.canary.waiting.await(60, TimeUnit.SECONDS));
        world.proxy.shift(Weight.ZERO);
        assertEquals("stable", world.get("/").body(), "the next request goes to stable at once");
        assertFalse(world.proxy.state().drained());
        assertEquals(1, world.proxy.state().draining());
        assertTrue(world.proxy.connections(Track.CANARY) > 0);
        world.canary.go.countDown();
        assertEquals("canary", slow.get(60, TimeUnit.SECONDS).body(), "it finished where it began");
        Poll.until("the proxy has settled", () -> world.proxy.state().drained());
        Poll.until(
                "the canary has no connections",
                () -> world.proxy.connections(Track.CANARY) == 0 && world.canary.connections() == 0);
        assertTrue(world.proxy.connections(Track.STABLE) > 0);
        world.proxy.shift(Weight.FULL);
        assertEquals("canary", world.get("/").body(), "and it can come back");
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            InetSocketAddress same = InetSocketAddress.createUnresolved("127.0.0.1", taken.getLocalPort());
            IOException failure = assertThrows(
                    IOException.class,
                    () -> new WeightedProxy(same, null, world.canary.url(), world.stable.url(), WeightedProxy.DRAIN)
                            .start());
            assertTrue(failure.getMessage().contains(String.valueOf(taken.getLocalPort())), failure.getMessage());
            assertTrue(failure.getMessage().contains("choose another port"), failure.getMessage());
        }
    }
}

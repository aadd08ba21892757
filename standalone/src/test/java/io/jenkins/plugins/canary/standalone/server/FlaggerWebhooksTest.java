package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Over a real socket; what the answers are is the engine's business. */
class FlaggerWebhooksTest {

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static HttpResponse<String> send(int port, String path, String method, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30)).method(method, BodyPublishers.ofString(body)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void strangersAreRefusedAndTheServerEnds() throws Exception {
        int port = freePort();
        Runnable end = new FlaggerWebhooks().listen(InetSocketAddress.createUnresolved("127.0.0.1", port));
        try {
            assertEquals(401, send(port, "/flagger/rollback", "POST", "{\"name\":\"api\"}").statusCode());
            assertEquals(404, send(port, "/flagger/anything", "POST", "{}").statusCode());
            assertEquals(405, send(port, "/flagger/rollback", "GET", "").statusCode());
            assertEquals(413, send(port, "/flagger/rollback", "POST", "x".repeat(1 << 20)).statusCode());
            assertTrue(send(port, "/flagger/rollback", "POST", "{}").headers().firstValue("Server").isEmpty());
        } finally {
            end.run();
        }
        assertThrows(java.net.ConnectException.class, () -> send(port, "/flagger/rollback", "POST", "{}"));
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = InetSocketAddress.createUnresolved("127.0.0.1", taken.getLocalPort());
            RouterException refused =
                    assertThrows(RouterException.class, () -> new FlaggerWebhooks().listen(address));
            assertTrue(refused.permanent() && refused.getMessage().contains("" + taken.getLocalPort()),
                    refused.getMessage());
        }
    }
}

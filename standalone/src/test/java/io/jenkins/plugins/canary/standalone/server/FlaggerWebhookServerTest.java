package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.OpenedGate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real socket; what the answers are is the engine's business. */
class FlaggerWebhookServerTest {

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static HttpResponse<String> send(int port, String path, String method, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void strangersAreRefusedAndTheServerEnds() throws Exception {
        int port = freePort();
        Runnable end = new FlaggerWebhookServer().listen(InetSocketAddress.createUnresolved("127.0.0.1", port));
        try {
            assertEquals(
                    401,
                    send(port, "/flagger/rollback", "POST", "{\"name\":\"api\"}")
                            .statusCode());
            assertEquals(404, send(port, "/flagger/anything", "POST", "{}").statusCode());
            assertEquals(405, send(port, "/flagger/rollback", "GET", "").statusCode());
            assertEquals(
                    413,
                    send(port, "/flagger/rollback", "POST", "x".repeat(1 << 20)).statusCode());
            assertTrue(send(port, "/flagger/rollback", "POST", "{}")
                    .headers()
                    .firstValue("Server")
                    .isEmpty());
        } finally {
            end.run();
        }
        assertThrows(java.net.ConnectException.class, () -> send(port, "/flagger/rollback", "POST", "{}"));
    }

    /** Each says that it will send a body, or a head, and then takes its time. */
    @Test
    void slowStrangersKeepNobodyFromBeingHeard() throws Exception {
        int port = freePort();
        Runnable end = new FlaggerWebhookServer().listen(InetSocketAddress.createUnresolved("127.0.0.1", port));
        Runnable gate = OpenedGate.of("shop", "api", "0123456789abcdef", null);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                slow.add(socket);
                socket.getOutputStream()
                        .write((i % 2 == 0
                                        ? "POST /flagger/rollback HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{"
                                        : "POST /flagger/rollback HTT")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            String asked = "{\"name\":\"api\",\"namespace\":\"shop\",\"metadata\":{\"token\":\"0123456789abcdef\"}}";
            Socket last = slow.get(slow.size() - 1);
            last.setSoTimeout(1);
            assertEquals(200, send(port, "/flagger/rollback", "POST", asked).statusCode());
            assertThrows(
                    SocketTimeoutException.class, last.getInputStream()::read, "before the slow ones are hung up on");
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
            gate.run();
            end.run();
        }
    }

    @Test
    void aBodyThatDoesNotArriveIsGivenUp() throws Exception {
        int port = freePort();
        Runnable end = new FlaggerWebhookServer().listen(InetSocketAddress.createUnresolved("127.0.0.1", port));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("POST /flagger/rollback HTTP/1.1\r\nHost: x\r\nContent-Length: 600\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408") && answer.contains("within 5 s"), answer);
        } finally {
            end.run();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "               ", "0123456789abcde"})
    void aTokenThatCanBeGuessedIsRefused(String token) {
        RouterException refused = assertThrows(RouterException.class, () -> OpenedGate.of("shop", "api", token, null));
        assertTrue(refused.permanent() && refused.getMessage().contains("at least 16"), refused.getMessage());
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = InetSocketAddress.createUnresolved("127.0.0.1", taken.getLocalPort());
            RouterException refused =
                    assertThrows(RouterException.class, () -> new FlaggerWebhookServer().listen(address));
            assertTrue(
                    refused.permanent() && refused.getMessage().contains("" + taken.getLocalPort()),
                    refused.getMessage());
        }
    }
}

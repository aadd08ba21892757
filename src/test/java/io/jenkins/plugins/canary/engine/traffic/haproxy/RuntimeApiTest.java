package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyDriver.HaproxySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Something that listens where HAProxy should, and answers badly. */
class RuntimeApiTest {

    private interface Answer {
        void to(Socket asker) throws IOException, InterruptedException;
    }

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void answering(Answer answer) {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket asker = server.accept()) {
                    asker.getInputStream().read();
                    answer.to(asker);
                } catch (IOException | InterruptedException over) {
                    // the test closed the server, or the asker went away
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void answering(String text) {
        answering(asker -> asker.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private RuntimeApi api(Duration timeout) {
        return new RuntimeApi(
                new RuntimeAddress(null, "127.0.0.1", server.getLocalPort()), timeout, AddressPolicy.UNRESTRICTED);
    }

    private String complaint(Duration timeout) {
        return assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThrows(RouterException.class, () -> api(timeout).ask("show info"))
                        .getMessage());
    }

    @Test
    void aWholeAnswer() throws Exception {
        answering("admin\n\n");
        assertEquals("admin\n\n", api(Duration.ofSeconds(20)).ask("show cli level"));
    }

    @Test
    void aTornAnswerIsNotHalfTrue() {
        answering("# pxname,svname,qcur\napp,canary,0\napp,sta");
        assertTrue(complaint(Duration.ofSeconds(20)).contains("broke off"));
    }

    @Test
    void noAnswerAtAll() {
        answering("");
        assertTrue(complaint(Duration.ofSeconds(20)).contains("without an answer"));
    }

    @Test
    void anAnswerThatNeverEnds() {
        answering(asker -> {
            asker.getOutputStream().write("# pxname\n".getBytes(StandardCharsets.UTF_8));
            Thread.sleep(60_000);
        });
        assertTrue(complaint(Duration.ofMillis(200)).contains("did not answer in full within 200 ms"));
    }

    /** The kernel accepts for a process that hangs. */
    @Test
    void nobodyAtHome() {
        assertTrue(complaint(Duration.ofMillis(200)).contains("did not answer in full within 200 ms"));
    }

    @Test
    void aFloodIsCutOff() {
        answering(asker -> {
            byte[] block = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 200; i++) {
                asker.getOutputStream().write(block);
            }
        });
        assertTrue(complaint(Duration.ofSeconds(20)).contains("more than 4 MiB"));
    }

    @Test
    void somethingElseListensThere() throws Exception {
        answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\n\n");
        HaproxyRouter router = new HaproxyRouter(
                new HaproxySettings(
                        new RuntimeAddress(null, "127.0.0.1", server.getLocalPort()),
                        "app",
                        "c",
                        "s",
                        Duration.ofSeconds(20)),
                AddressPolicy.UNRESTRICTED);
        assertTrue(assertThrows(RouterException.class, router::observe)
                .getMessage()
                .contains("is no statistics table; is this its Runtime API?"));
    }

    @Test
    void nothingListens(@TempDir Path directory) throws Exception {
        server.close();
        assertTrue(complaint(Duration.ofSeconds(20)).contains("cannot be reached"));
        Path missing = directory.resolve("admin.sock");
        RouterException none = assertThrows(
                RouterException.class,
                () -> new RuntimeApi(
                                new RuntimeAddress(missing, null, 0), Duration.ofSeconds(5), AddressPolicy.UNRESTRICTED)
                        .ask("show info"));
        assertTrue(none.getMessage().contains("does not exist")
                && none.getMessage().contains("level admin"));
        Files.writeString(missing, "a file, no socket");
        assertTrue(assertThrows(
                        RouterException.class,
                        () -> new RuntimeApi(
                                        new RuntimeAddress(missing, null, 0),
                                        Duration.ofSeconds(5),
                                        AddressPolicy.UNRESTRICTED)
                                .ask("show info"))
                .getMessage()
                .contains("cannot be reached"));
    }
}

package io.jenkins.plugins.canary.engine.traffic.own;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The server that docs/drivers/http.md tells teams to start from keeps the contract. */
class ExampleRouterTest extends RouterContract {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private Process server;
    private int port;

    @Override
    protected RouterSettings settings() throws Exception {
        if (server == null) {
            assumeTrue(
                    Stream.of(System.getenv("PATH").split(":"))
                            .anyMatch(p -> Files.isExecutable(Path.of(p, "python3"))),
                    "python3 is not installed");
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Path example = Path.of("examples/http/router.py");
            server = new ProcessBuilder(
                            "python3",
                            (Files.exists(example) ? example : Path.of("..").resolve(example)).toString(),
                            String.valueOf(port),
                            state().toString(),
                            TOKEN)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            Poll.until("the example listens", this::listens);
        }
        return SettingsText.read(
                        new HttpDriver(),
                        "{ url: 'http://127.0.0.1:" + port + "', auth: { bearer: env:CONTRACT_TOKEN } }")
                .settings();
    }

    private Path state() {
        return folder.resolve("payment.json");
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        ObjectNode state = (ObjectNode) MAPPER.readTree(state().toFile());
        Files.writeString(state(), state.put("weight", weight.percent()).toString());
    }
}

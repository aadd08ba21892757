package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/first-release.md as it stands, with free ports and holds of seconds. */
class FirstReleaseTest {

    private static final List<String> PORTS = List.of("9100", "9101", "9102", "9199");

    @TempDir
    private Path dir;

    private Process started;
    private final List<Integer> free = new ArrayList<>();

    @BeforeEach
    void copyTheExample() throws Exception {
        for (String program : List.of("haproxy", "python3", "curl")) {
            assumeTrue(
                    Stream.of(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, program)))
                            || Files.isExecutable(Path.of("/usr/sbin", program)),
                    program + " is not installed");
        }
        for (int i = 0; i < PORTS.size(); i++) {
            try (ServerSocket socket = new ServerSocket(0)) {
                free.add(socket.getLocalPort());
            }
        }
        try (Stream<Path> files = Files.list(MarkdownPages.ROOT.resolve("examples/first-release"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                for (int i = 0; i < PORTS.size(); i++) {
                    text = text.replaceAll(
                            "\\b" + PORTS.get(i) + "\\b", free.get(i).toString());
                }
                Path to = Files.writeString(
                        dir.resolve(file.getFileName()), text.replaceAll("hold: (1m|30s)", "hold: 2s"));
                to.toFile().setExecutable(true);
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (started != null) {
            started.destroy();
            started.waitFor();
        }
    }

    private void start(String share) throws Exception {
        Process process = new ProcessBuilder(dir.resolve("start.sh").toString(), share)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
        started = process;
        for (int port : free) {
            Poll.until(
                    "port " + port + " answers",
                    () -> answers(port),
                    () -> process.isAlive() ? "it runs" : "start.sh has ended");
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Cli.Ended release(String share) throws Exception {
        start(share);
        return Cli.run("run", dir.resolve("canary.yaml"), "--version", "v2");
    }

    @Test
    void aGoodVersionIsPromoted() throws Exception {
        release("0").exits(0).says("Promoted");
    }

    @Test
    void aBadVersionIsRolledBack() throws Exception {
        release("0.5").exits(1).says("error-rate", "Rolled back");
        Cli.run("verify", dir.resolve(".canary/shop.jsonl")).exits(0);
        Cli.run("report", dir.resolve(".canary/shop.jsonl"), "--out", dir.resolve("evidence"))
                .exits(0);
    }

    /** What the page shows of the plan is the plan. */
    @Test
    void thePageShowsThePlan() throws Exception {
        String plan = Files.readString(MarkdownPages.ROOT.resolve("examples/first-release/canary.yaml"));
        assertTrue(Files.readString(MarkdownPages.ROOT.resolve("docs/first-release.md"))
                .contains(plan.substring(plan.indexOf("name:"))));
    }
}

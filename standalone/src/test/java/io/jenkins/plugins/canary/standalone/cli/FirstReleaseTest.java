package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    private final List<Process> started = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();

    @BeforeEach
    void copyTheExample() throws Exception {
        for (String program : List.of("haproxy", "python3", "curl")) {
            assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, program)))
                    || Files.isExecutable(Path.of("/usr/sbin", program)), program + " is not installed");
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
                    text = text.replace(":" + PORTS.get(i), ":" + free.get(i));
                }
                Path to = Files.writeString(dir.resolve(file.getFileName()), text.replaceAll("hold: (1m|30s)", "hold: 2s"));
                to.toFile().setExecutable(true);
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor();
        }
    }

    private void start(int port, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, words.get(0).replace("./", dir + "/"));
        Process process = new ProcessBuilder(words).directory(dir.toFile()).redirectErrorStream(true)
                .redirectOutput(dir.resolve("log." + started.size()).toFile()).start();
        started.add(process);
        Poll.until(words + " answers", () -> answers(port), () -> "it printed nothing of use");
        assertTrue(process.isAlive(), words + " has ended");
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Cli.Ended release(String... v2) throws Exception {
        start(free.get(1), "./service.py", "v1", free.get(1).toString());
        List<String> service = new ArrayList<>(List.of("./service.py", "v2", free.get(2).toString()));
        service.addAll(List.of(v2));
        start(free.get(2), service.toArray(String[]::new));
        start(free.get(0), Files.isExecutable(Path.of("/usr/sbin/haproxy")) ? "/usr/sbin/haproxy" : "haproxy", "-f", "haproxy.cfg");
        start(free.get(0), "./load.sh");
        return Cli.run("run", dir.resolve("canary.yaml"), "--version", "v2");
    }

    @Test
    void aGoodVersionIsPromoted() throws Exception {
        release().exits(0).says("Promoted");
    }

    @Test
    void aBadVersionIsRolledBack() throws Exception {
        release("0.5").exits(1).says("error-rate", "Rolled back");
        Cli.run("verify", dir.resolve(".canary/shop.jsonl")).exits(0);
        Cli.run("report", dir.resolve(".canary/shop.jsonl"), "--out", dir.resolve("evidence")).exits(0);
    }

    /** What the page shows of the plan is the plan. */
    @Test
    void thePageShowsThePlan() throws Exception {
        String plan = Files.readString(MarkdownPages.ROOT.resolve("examples/first-release/canary.yaml"));
        assertTrue(Files.readString(MarkdownPages.ROOT.resolve("docs/first-release.md")).contains(plan.substring(plan.indexOf("name:"))));
    }
}

package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real HAProxy on loopback with one frontend, one backend {@code app} of the servers {@code canary} and
 * {@code stable}, and Runtime API sockets of every kind. Tests that need it are skipped where there is no haproxy.
 */
public final class HaproxyProcess implements AutoCloseable {

    private static final List<String> PLACES =
            List.of("/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final String binary;
    private final int port;
    private final int apiPort;
    private Process process;

    private HaproxyProcess(String binary, String backend) throws IOException {
        this.binary = binary;
        directory = Files.createTempDirectory("canary-haproxy");
        port = freePort();
        apiPort = freePort();
        Files.writeString(config(), """
                global
                  stats socket %1$s/admin.sock level admin
                  stats socket %1$s/user.sock level user
                  stats socket ipv4@127.0.0.1:%2$d level admin
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 20s
                  timeout server 20s
                frontend web
                  bind 127.0.0.1:%3$d
                  default_backend app
                backend app
                %4$s
                """.formatted(directory, apiPort, port, backend));
    }

    /**
     * @param canary the port of the canary's service on loopback
     * @param stable the port of the stable version's
     */
    public static HaproxyProcess inFrontOf(int canary, int stable) throws Exception {
        return withBackend(
                "  balance roundrobin\n  server canary 127.0.0.1:%d weight 0\n  server stable 127.0.0.1:%d weight 256"
                        .formatted(canary, stable));
    }

    /** @param backend the lines of the backend {@code app} */
    public static HaproxyProcess withBackend(String backend) throws Exception {
        String binary = PLACES.stream()
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst()
                .orElse(null);
        assumeTrue(binary != null, "haproxy is not installed");
        HaproxyProcess haproxy = new HaproxyProcess(binary, backend);
        haproxy.start();
        return haproxy;
    }

    /** Starts it, also after {@link #kill}; a restarted HAProxy has the weights of its configuration. */
    public void start() throws Exception {
        process = new ProcessBuilder(binary, "-db", "-f", config().toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("haproxy did not start: " + Files.readString(directory.resolve("log")));
            }
            Thread.sleep(20);
        }
    }

    private boolean answers() {
        try {
            return ask("show info").contains("Process_num");
        } catch (RouterException notYet) {
            return false;
        }
    }

    /** One Runtime API command on the admin socket, as an operator would type it. */
    public String ask(String command) throws RouterException {
        return new RuntimeApi(RuntimeAddress.parse(adminSocket()), Duration.ofSeconds(5), AddressPolicy.UNRESTRICTED)
                .ask(command);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public String adminSocket() {
        return directory.resolve("admin.sock").toString();
    }

    public String userSocket() {
        return directory.resolve("user.sock").toString();
    }

    public String adminTcp() {
        return "tcp://127.0.0.1:" + apiPort;
    }

    /** As the kernel's out-of-memory killer would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(20, TimeUnit.SECONDS);
    }

    private Path config() {
        return directory.resolve("haproxy.cfg");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        kill();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}

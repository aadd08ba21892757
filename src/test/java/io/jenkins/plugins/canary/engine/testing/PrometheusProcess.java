package io.jenkins.plugins.canary.engine.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Prometheus on a free loopback port, which goes when it is closed. */
public final class PrometheusProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final URI uri;

    private PrometheusProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Skips the calling test, by name, when a program of the Debian package 'prometheus' is absent. */
    public static Path program(String name) {
        Optional<Path> found = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(dir -> Path.of(dir, name))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), name + " is not installed (Debian package 'prometheus')");
        return found.orElseThrow();
    }

    /**
     * Starts and waits until queries are answered.
     *
     * @param configuration the text of prometheus.yml
     * @param dir takes the configuration, the storage (in {@code data}) and the log
     * @param flags further arguments
     */
    public static PrometheusProcess start(String configuration, Path dir, String... flags) throws Exception {
        return start(configuration, dir, freePort(), flags);
    }

    /** As above on a given port: a restart on the same storage keeps its address. */
    public static PrometheusProcess start(String configuration, Path dir, int port, String... flags) throws Exception {
        Path config = Files.writeString(dir.resolve("prometheus.yml"), configuration);
        String[] command = Stream.concat(
                        Stream.of(
                                program("prometheus").toString(),
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + dir.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port,
                                "--log.level=warn"),
                        Stream.of(flags))
                .toArray(String[]::new);
        Process process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("prometheus.log").toFile())
                .start();
        PrometheusProcess started = new PrometheusProcess(process, URI.create("http://127.0.0.1:" + port));
        try {
            started.awaitReady(dir);
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
        return started;
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public URI uri() {
        return uri;
    }

    /** SIGKILL, as an outage would: nothing is flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private void awaitReady(Path dir) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest ready = HttpRequest.newBuilder(uri.resolve("/-/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // it is still starting; asked again below
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException(
                "Prometheus did not get ready: " + Files.readString(dir.resolve("prometheus.log")));
    }
}

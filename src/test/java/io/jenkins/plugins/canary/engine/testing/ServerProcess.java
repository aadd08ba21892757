package io.jenkins.plugins.canary.engine.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real server of another project on a free loopback port, which goes when it is closed. */
public final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final URI uri;

    private ServerProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Skips the calling test, by name, when a program is absent. */
    public static Path program(String name, String debianPackage) {
        return found(name, name + " is not installed (Debian package '" + debianPackage + "')");
    }

    /** As above for a program that no Debian package has. */
    public static Path program(String name) {
        return found(name, name + " is not in the PATH");
    }

    private static Path found(String name, String otherwise) {
        Optional<Path> found = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(dir -> Path.of(dir, name))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), otherwise);
        return found.orElseThrow();
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Starts and waits until it answers.
     *
     * @param uri its root
     * @param ready path below the root that answers with success once the server is ready; null when it speaks no HTTP
     *     and is ready when it accepts connections
     * @param dir where it runs; takes the log
     */
    public static ServerProcess start(
            URI uri, String ready, Path dir, Map<String, String> environment, List<String> command) throws Exception {
        File log = dir.resolve("server.log").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log);
        builder.environment().putAll(environment);
        ServerProcess started = new ServerProcess(builder.start(), uri);
        try {
            started.awaitReady(ready, log);
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
        return started;
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

    private void awaitReady(String path, File log) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                if (path == null ? accepts() : answers(client, path)) {
                    return;
                }
            } catch (IOException notYet) {
                // it is still starting; asked again below
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("the server did not get ready: " + Files.readString(log.toPath()));
    }

    private boolean accepts() throws IOException {
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            return socket.isConnected();
        }
    }

    private boolean answers(HttpClient client, String path) throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(uri.resolve(path))
                .timeout(Duration.ofSeconds(5))
                .build();
        return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
    }
}

package io.jenkins.plugins.canary.standalone.dataplane;

import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Traefik on a free port, which reads routes from a cluster and goes when it is closed. */
final class TraefikProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final int port;

    private TraefikProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(dir -> Path.of(dir, "traefik"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ServingNode.gateway()))) {
            return socket.getLocalPort();
        }
    }

    /**
     * Starts and waits until its port is open.
     *
     * @param provider options of the provider, such as {@code kubernetesgateway.token=...}
     * @param dir takes the log
     */
    static TraefikProcess start(int port, List<String> provider, Path dir) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program().orElseThrow().toString(),
                "--entrypoints.web.address=" + ServingNode.gateway() + ":" + port,
                "--providers.providersthrottleduration=500ms",
                "--global.checknewversion=false",
                "--global.sendanonymoususage=false",
                "--log.level=WARN"));
        provider.forEach(option -> command.add("--providers." + option));
        Path log = dir.resolve("traefik.log");
        TraefikProcess traefik = new TraefikProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log,
                port);
        try {
            Poll.until("Traefik listens", traefik::listens, () -> traefik.said());
        } catch (InterruptedException | AssertionError e) {
            traefik.close();
            throw e;
        }
        return traefik;
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("Traefik ended: " + said());
        }
        try (Socket socket = new Socket(ServingNode.gateway(), port)) {
            return socket.isConnected();
        }
    }

    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "what Traefik said cannot be read";
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }
}

package io.jenkins.plugins.canary.standalone.dataplane;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** What a pod runs: an HTTP server that says its version, and fails as large a share of its requests as a test wants. */
final class PodServer implements AutoCloseable {

    static final int PORT = 8080;
    private static final int GRACE_SECONDS = 1;

    /** The requests that the pods of one Deployment have answered. */
    record Counts(LongAdder good, LongAdder bad) {}

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final String version;
    private final Counts counts;
    private final DoubleSupplier errors;

    /** @param errors the share of the requests that fail, 0 to 1, asked for each request */
    PodServer(String address, String version, Counts counts, DoubleSupplier errors) throws IOException {
        this.version = version;
        this.counts = counts;
        this.errors = errors;
        server = HttpServer.create(new InetSocketAddress(address, PORT), 100);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean bad = ThreadLocalRandom.current().nextDouble() < errors.getAsDouble();
        (bad ? counts.bad() : counts.good()).increment();
        byte[] body = version.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set(OpenLoopClient.VERSION, version);
        exchange.sendResponseHeaders(bad ? 500 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Finishes what is under way, as after SIGTERM. */
    @Override
    public void close() {
        server.stop(GRACE_SECONDS);
        threads.shutdown();
    }

    /** As after SIGKILL. */
    void kill() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.jenkins.plugins.canary.engine.probe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A service behind a rate limit with fixed windows, as a canary would be; tests change its ways.
 *
 * <p>Paths: {@code /limited}, {@code /cors}, {@code /once} (a token is good once), {@code /json}, {@code /redirect}.
 */
final class LimitedService implements AutoCloseable {

    final List<String> seen = new CopyOnWriteArrayList<>();
    volatile int limit = 20;
    volatile int pods = 1;
    volatile Consumer<HttpExchange> headers = exchange -> {};
    volatile String allowedOrigin = "https://app.example";
    volatile boolean reflectsOrigins;
    volatile boolean takesTokensTwice;
    volatile String location = "http://elsewhere.example/?token=secret";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final long windowEnds = System.currentTimeMillis() + 60_000;
    private int[] used = new int[8];
    private int turn;

    LimitedService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.setExecutor(threads);
        server.createContext("/limited", this::limited);
        server.createContext("/cors", this::cors);
        server.createContext("/once", this::once);
        server.createContext("/json", e -> answer(e, 200, "{\"status\":\"up\",\"open\":3}"));
        server.createContext("/redirect", e -> {
            e.getResponseHeaders().set("Location", location);
            answer(e, 302, "");
        });
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A pod that keeps its counts in memory was restarted. */
    synchronized void forget() {
        used = new int[8];
    }

    private void limited(HttpExchange e) throws IOException {
        int mine;
        synchronized (this) {
            mine = ++used[turn++ % pods];
        }
        e.getResponseHeaders().set("RateLimit-Limit", limit + ", " + limit + ";w=60");
        e.getResponseHeaders().set("RateLimit-Remaining", String.valueOf(Math.max(0, limit - mine)));
        e.getResponseHeaders().set("RateLimit-Reset", String.valueOf((windowEnds - System.currentTimeMillis()) / 1000));
        boolean over = mine > limit;
        if (over) {
            e.getResponseHeaders().set("Retry-After", "30");
        }
        headers.accept(e);
        answer(e, over ? 429 : 200, "ok");
    }

    private void cors(HttpExchange e) throws IOException {
        String origin = e.getRequestHeaders().getFirst("Origin");
        if (reflectsOrigins || allowedOrigin.equals(origin)) {
            e.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
        }
        headers.accept(e);
        answer(e, e.getRequestMethod().equals("OPTIONS") ? 204 : 200, "");
    }

    private void once(HttpExchange e) throws IOException {
        boolean fresh = tokens.add(String.valueOf(e.getRequestHeaders().getFirst("Authorization")));
        answer(e, fresh || takesTokensTwice ? 200 : 401, "");
    }

    private void answer(HttpExchange e, int status, String body) throws IOException {
        seen.add(e.getRequestMethod() + " " + e.getRequestURI() + " "
                + e.getRequestHeaders().getFirst("Authorization"));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        e.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        e.getResponseBody().write(bytes);
        e.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

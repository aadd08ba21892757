package io.jenkins.plugins.canary.engine.rollout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** Two documents over real HTTP: one that is honest and may go bad, and one that does a metrics guard harm. */
final class HostileServer implements AutoCloseable {

    /** What a stranger's document can do. */
    enum Hostility {
        /** Half a megabyte of the beginning of an HTML title. */
        TITLE_FLOOD,
        DEEP_JSON,
        /** A number of 1,100 digits. */
        LONG_NUMBER,
        INFINITE_NUMBER,
        NOT_A_NUMBER,
        GIANT_COUNT,
        /** One byte at a time, for ever. */
        DRIPPING_BODY,
        /** A document at which a careless pattern of the plan's own path takes for ever. */
        REGEX_FILTER,
        /** As fast as the network goes, for ever. */
        ENDLESS_BODY,
        TEN_MEGABYTES,
        /** A few kilobytes that unpack to a gigabyte. */
        GZIP_BOMB,
        MANY_KEYS,
        /** The request is taken, and never answered. */
        NO_ANSWER,
        HANGS_UP,
        REDIRECTS_TO_ITSELF,
        EMPTY,
        SERVER_ERROR
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "hostile-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Hostility hostility;
    /** What the honest document says. */
    volatile double bad;

    volatile int asked;

    HostileServer(Hostility hostility) throws IOException {
        this.hostility = hostility;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/honest", this::honest);
        server.createContext("/hostile", exchange -> {
            asked++;
            try (exchange) {
                hostile(exchange);
            } catch (IOException | InterruptedException hungUp) {
                // The guard had enough, as it should.
            }
        });
        server.start();
    }

    String url(String document) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + document;
    }

    private void honest(HttpExchange exchange) throws IOException {
        send(exchange, 200, "application/json", ("{\"bad\": " + bad + "}").getBytes(StandardCharsets.UTF_8));
    }

    private void hostile(HttpExchange exchange) throws IOException, InterruptedException {
        switch (hostility) {
            case TITLE_FLOOD -> send(exchange, 200, "text/html", repeated("<title", 512 << 10));
            case DEEP_JSON -> send(exchange, 200, "application/json", repeated("[", 1 << 20));
            case LONG_NUMBER -> json(exchange, "{\"value\": " + "9".repeat(1_100) + "}");
            case INFINITE_NUMBER -> json(exchange, "{\"value\": 1e999}");
            case NOT_A_NUMBER -> json(exchange, "{\"value\": \"NaN\"}");
            case GIANT_COUNT -> json(exchange, "{\"value\": 1e19}");
            case REGEX_FILTER ->
                json(exchange, "{\"value\": [ { \"name\": \"" + "a".repeat(5_000) + "\", \"value\": 1 } ]}");
            case TEN_MEGABYTES -> json(exchange, "{\"pad\": \"" + "x".repeat(10 << 20) + "\", \"value\": 1}");
            case MANY_KEYS -> json(exchange, keys());
            case GZIP_BOMB -> {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                send(exchange, 200, "application/json", bomb());
            }
            case DRIPPING_BODY -> drip(exchange, new byte[] {' '}, 100);
            case ENDLESS_BODY -> drip(exchange, repeated(" ", 64 << 10), 0);
            case NO_ANSWER -> Thread.sleep(60_000);
            case HANGS_UP -> {
                exchange.sendResponseHeaders(200, 1_000);
                exchange.getResponseBody().write("{\"value\"".getBytes(StandardCharsets.UTF_8));
            }
            case REDIRECTS_TO_ITSELF -> {
                exchange.getResponseHeaders().set("Location", "/hostile");
                send(exchange, 302, "text/plain", new byte[0]);
            }
            case EMPTY -> send(exchange, 200, "application/json", new byte[0]);
            case SERVER_ERROR -> send(exchange, 500, "text/html", repeated("<", 400 << 10));
        }
    }

    private static byte[] repeated(String what, int bytes) {
        return what.repeat(bytes / what.length()).getBytes(StandardCharsets.UTF_8);
    }

    private static String keys() {
        StringBuilder keys = new StringBuilder("{");
        for (int i = 0; i < 150_000; i++) {
            keys.append("\"k").append(i).append("\": ").append(i).append(", ");
        }
        return keys.append("\"value\": 1}").toString();
    }

    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            byte[] blanks = new byte[1 << 20];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < 64; i++) {
                out.write(blanks);
            }
        }
        return packed.toByteArray();
    }

    private static void json(HttpExchange exchange, String document) throws IOException {
        send(exchange, 200, "application/json", document.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static void drip(HttpExchange exchange, byte[] part, long pause) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        for (long until = System.nanoTime() + 60_000_000_000L; System.nanoTime() < until; ) {
            out.write(part);
            out.flush();
            Thread.sleep(pause);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

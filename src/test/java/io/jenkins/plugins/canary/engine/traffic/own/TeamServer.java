package io.jenkins.plugins.canary.engine.traffic.own;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A team's server on loopback that moves no traffic, fails as a test says, and remembers what it was asked. */
final class TeamServer implements AutoCloseable {

    static final String PATH = "/services/payment";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** @param answer null when there was none */
    record Call(
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            JsonNode body,
            int status,
            JsonNode answer) {}

    /** What goes wrong with a call. */
    enum Fault {
        NONE,
        UNAVAILABLE,
        CUT_BEFORE,
        CUT_AFTER,
        NOT_JSON
    }

    final List<Call> calls = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    volatile double weight;
    volatile String stable = "v1";
    private volatile String previous = "v1";
    /** Asked for each call that comes. */
    volatile java.util.function.Supplier<Fault> fault = () -> Fault.NONE;
    /** A status and a body instead of the answer; null for the answer. */
    volatile Map.Entry<Integer, String> instead;

    volatile String retryAfter;

    TeamServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        Fault wrong = fault.get();
        byte[] sent = exchange.getRequestBody().readAllBytes();
        JsonNode body = sent.length == 0 ? null : MAPPER.readTree(sent);
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        Map<String, String> query = new TreeMap<>();
        String text = exchange.getRequestURI().getQuery();
        for (String pair : text == null ? new String[0] : text.split("&")) {
            query.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        int status = 200;
        String answer;
        if (wrong == Fault.CUT_BEFORE) {
            exchange.close();
            return;
        } else if (wrong == Fault.UNAVAILABLE) {
            status = 503;
            answer = "{\"error\":\"try later\"}";
        } else if (instead != null) {
            status = instead.getKey();
            answer = instead.getValue();
        } else {
            answer = done(method, path, query, body).toString();
        }
        if (wrong == Fault.CUT_AFTER) {
            exchange.close();
            return;
        }
        answer = wrong == Fault.NOT_JSON ? answer.substring(0, answer.length() - 1) : answer;
        calls.add(new Call(
                method,
                path,
                query,
                headers,
                body,
                status,
                wrong == Fault.NONE && instead == null ? tree(answer) : null));
        if (retryAfter != null) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static JsonNode tree(String answer) {
        try {
            return MAPPER.readTree(answer);
        } catch (IOException notJson) {
            return null;
        }
    }

    private JsonNode done(String method, String path, Map<String, String> query, JsonNode body) throws IOException {
        String version =
                body == null ? query.get("version") : body.path("version").asText();
        switch (method + " " + path.substring(PATH.length())) {
            case "GET /weight" -> {}
            case "PUT /weight" -> {
                weight = body.path("weight").doubleValue();
                stable = weight == 0 && version.equals(stable) ? previous : stable;
            }
            case "POST /promote" -> {
                previous = stable.equals(version) ? previous : stable;
                stable = version;
                weight = 0;
            }
            default -> throw new IOException("no such call");
        }
        ObjectNode state = MAPPER.createObjectNode().put("weight", weight).put("promoted", stable.equals(version));
        state.putObject("requests").put("canary", 0).put("stable", 0);
        return state;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package io.jenkins.plugins.canary.engine.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server with Prometheus' API that knows the value of each query, and takes joined queries apart as Prometheus does. */
public final class QueryServer implements AutoCloseable {

    private static final Pattern PART =
            Pattern.compile("label_replace\\(\\((.*?)\n\\), \"(\\w+)\", \"(\\d+)\", \"\", \"\"\\)", Pattern.DOTALL);
    private static final Pattern QUERY = Pattern.compile("(?:^|&)query=([^&]*)");
    private static final Pattern TIME = Pattern.compile("(?:^|&)time=([^&]*)");

    /** An answer other than a vector. */
    public static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        /** @param status HTTP's */
        public Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Function<String, List<String>> values;
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();
    private final List<String> forms = new CopyOnWriteArrayList<>();

    /** @param values of the series that a query yields, or a {@link Refusal} of the whole request; called by several threads */
    public QueryServer(Function<String, List<String>> values) throws IOException {
        this.values = values;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The queries of each request, one or several that were joined. */
    public List<List<String>> requests() {
        return requests;
    }

    /** What each request said, encoded as a form. */
    public List<String> forms() {
        return forms;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = URLDecoder.decode(found(QUERY, form), StandardCharsets.UTF_8);
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher part = PART.matcher(query);
        while (part.find()) {
            labels.put(part.group(1), "\"" + part.group(2) + "\":\"" + part.group(3) + "\"");
        }
        if (labels.isEmpty()) {
            labels.put(query, "");
        }
        forms.add(form);
        requests.add(List.copyOf(labels.keySet()));
        int status = 200;
        String body;
        try {
            List<String> series = new ArrayList<>();
            labels.forEach((text, label) -> {
                List<String> all = values.apply(text);
                for (int i = 0; i < all.size(); i++) {
                    String nth = i == 0 ? "" : (label.isEmpty() ? "" : ",") + "\"series\":\"" + i + "\"";
                    series.add("{\"metric\":{" + label + nth + "},\"value\":[" + found(TIME, form) + ",\"" + all.get(i)
                            + "\"]}");
                }
            });
            body = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + String.join(",", series)
                    + "]}}";
        } catch (Refusal refusal) {
            status = refusal.status;
            body = "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + refusal.getMessage() + "\"}";
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String found(Pattern pattern, String form) {
        Matcher matcher = pattern.matcher(form);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no query: " + form);
        }
        return matcher.group(1);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

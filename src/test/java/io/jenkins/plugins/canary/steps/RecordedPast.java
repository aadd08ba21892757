package io.jenkins.plugins.canary.steps;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that remembers the same value for every minute of every query. */
final class RecordedPast implements AutoCloseable {

    private static final Pattern FIELD = Pattern.compile("(start|end|step)=([0-9.]+)");

    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();

    RecordedPast(String value) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query_range", exchange -> {
            asked.incrementAndGet();
            String query = exchange.getRequestURI().getRawQuery() + "&"
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] answer = matrix(URLDecoder.decode(query, StandardCharsets.UTF_8), value)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    private static String matrix(String query, String value) {
        double start = 0;
        double end = 0;
        double step = 60;
        Matcher m = FIELD.matcher(query);
        while (m.find()) {
            double number = Double.parseDouble(m.group(2));
            switch (m.group(1)) {
                case "start" -> start = number;
                case "end" -> end = number;
                default -> step = number;
            }
        }
        StringBuilder values = new StringBuilder();
        for (double at = start; at <= end + 0.001; at += step) {
            values.append(values.isEmpty() ? "" : ",")
                    .append('[')
                    .append(at)
                    .append(",\"")
                    .append(value)
                    .append("\"]");
        }
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":["
                + values + "]}]}}";
    }

    int asked() {
        return asked.get();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

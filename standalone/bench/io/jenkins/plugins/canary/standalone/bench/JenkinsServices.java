package io.jenkins.plugins.canary.standalone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the rollouts of a Jenkins under load ask, in a process of its own: a Prometheus in which every service is healthy, and
 * for each service a router as docs/drivers/http.md describes it. Prints {@code port=N}; stops when its input ends.
 */
public final class JenkinsServices {

    private static final int THREADS = 8;
    private static final double REQUESTS_PER_SECOND = 100;
    private static final Pattern TIME = Pattern.compile("(?:^|&)time=([0-9.]+)");
    private static final Pattern QUERY = Pattern.compile("(?:^|&)query=([^&]*)");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, Router> routers = new ConcurrentHashMap<>();

    private JenkinsServices() {}

    /** Splits what its service's users send, by the weight that was in force at the time. */
    private static final class Router {
        private double weight;
        private double canary;
        private double stable;
        private long counted = System.nanoTime();

        synchronized void shift(double percent) {
            count();
            weight = percent;
        }

        synchronized String state() {
            count();
            return "{\"weight\":" + weight + ",\"requests\":{\"canary\":" + (long) canary + ",\"stable\":"
                    + (long) stable + "}}";
        }

        private void count() {
            long now = System.nanoTime();
            double requests = (now - counted) / 1e9 * REQUESTS_PER_SECOND;
            canary += requests * weight / 100;
            stable += requests * (100 - weight) / 100;
            counted = now;
        }
    }

    public static void main(String[] args) throws IOException {
        // Answers are small and connections are kept, as by the real servers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "5000");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        JenkinsServices services = new JenkinsServices();
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.createContext("/prometheus/api/v1/query", services::query);
        server.createContext("/router/", services::route);
        server.start();
        System.out.println("port=" + server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // Whoever started this holds the other end, however it ends.
        }
        System.exit(0);
    }

    private void query(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = URLDecoder.decode(found(QUERY, form), StandardCharsets.UTF_8);
        String time = found(TIME, form);
        answer(
                exchange,
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":["
                        + time + ",\"" + value(query, time) + "\"]}]}}");
    }

    private static String found(Pattern pattern, String form) throws IOException {
        Matcher matcher = pattern.matcher(form);
        if (!matcher.find()) {
            throw new IOException("no query as the plugin asks them: " + form);
        }
        return matcher.group(1);
    }

    /** Of a healthy service, with some noise. */
    private static String value(String query, String time) {
        if (query.contains("timestamp(")) {
            return time;
        }
        double noise = ThreadLocalRandom.current().nextDouble();
        double value = query.contains("histogram_quantile(0.5")
                ? 0.03 + noise / 100
                : query.contains("histogram_quantile(")
                        ? 0.2 + noise / 100
                        : query.contains("!~") ? 1 - noise / 1000 : query.contains("=~") ? noise / 2000 : 100 + noise;
        return String.valueOf(value);
    }

    private void route(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Router router = routers.computeIfAbsent(path.substring(0, path.lastIndexOf('/')), p -> new Router());
        if (!exchange.getRequestMethod().equals("GET")) {
            JsonNode wish = MAPPER.readTree(exchange.getRequestBody());
            router.shift(path.endsWith("/promote") ? 0 : wish.path("weight").asDouble());
        }
        answer(exchange, router.state());
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}

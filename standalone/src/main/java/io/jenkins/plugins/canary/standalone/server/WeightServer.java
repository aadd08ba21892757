package io.jenkins.plugins.canary.standalone.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.weight.DynamicWeight;
import io.jenkins.plugins.canary.engine.weight.WeightPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/**
 * Answers {@code GET /weight} with the dynamic weight of a plan, so that other controllers (Argo Rollouts' web metric, say)
 * can ask for it: 200 {@code {"weight": 12.5, "status": "proceed"}}, or 503 with weight 0 and the threshold that is
 * violated, or 503 without a weight when either track has no data. The weight rises and falls as in a rollout, from one
 * answer to the next; each request reads the plan's metrics anew.
 */
public final class WeightServer implements AutoCloseable {

    private final WeightPolicy policy;
    private final MetricSource source;
    private final LongSupplier now;
    private final HttpServer server;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread t = new Thread(task, "canary-weight");
        t.setDaemon(true);
        return t;
    });
    private Weight weight = Weight.ofPercent(DynamicWeight.LEAST_PERCENT);
    private long changedAt;

    private WeightServer(WeightPolicy policy, MetricSource source, LongSupplier now, HttpServer server) {
        this.policy = policy;
        this.source = source;
        this.now = now;
        this.server = server;
    }

    /**
     * @param source read at each request, one after the other; closed with the server
     * @param now milliseconds since the epoch
     * @throws IOException when the address cannot be had
     */
    public static WeightServer start(WeightPolicy policy, MetricSource source, LongSupplier now, InetSocketAddress address)
            throws IOException {
        WeightServer server = new WeightServer(policy, source, now, HttpServer.create(address, 0));
        server.server.setExecutor(server.thread);
        server.server.createContext("/", server::answer);
        server.server.start();
        return server;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/weight")) {
                send(exchange, 404, Map.of("status", "ask for /weight"));
            } else if (!exchange.getRequestMethod().equals("GET")) {
                send(exchange, 405, Map.of("status", "ask with GET"));
            } else {
                weight(exchange);
            }
        }
    }

    private void weight(HttpExchange exchange) throws IOException {
        long at = now.getAsLong();
        Map<MetricQuery, Reading> readings = source.read(policy.queries(), Instant.ofEpochMilli(at)).join();
        Optional<DynamicWeight.Advice> advice = policy.advise(readings);
        Map<String, Object> answer = new LinkedHashMap<>();
        if (advice.isEmpty()) {
            answer.put("status", "no data");
            answer.put("detail", missing(readings));
        } else if (advice.get().violated() != null) {
            weight = Weight.ofPercent(DynamicWeight.LEAST_PERCENT);
            changedAt = at;
            answer.put("weight", 0);
            answer.put("status", "breaker open");
            answer.put("violated", advice.get().violated());
        } else {
            Weight next = policy.next(weight, Weight.FULL, advice.get().weight(), at - changedAt, possible -> true);
            changedAt = next.equals(weight) ? changedAt : at;
            weight = next;
            answer.put("weight", weight.percent());
            answer.put("status", "proceed");
        }
        send(exchange, answer.get("status").equals("proceed") ? 200 : 503, answer);
    }

    private static String missing(Map<MetricQuery, Reading> readings) {
        return readings.entrySet().stream().filter(e -> !e.getValue().ok())
                .map(e -> e.getKey().metric().label() + " of " + e.getKey().track().word() + ": " + e.getValue().detail())
                .findFirst().orElse("stable's latency is zero");
    }

    private static void send(HttpExchange exchange, int status, Map<String, Object> answer) throws IOException {
        byte[] body = new ObjectMapper().writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
        source.close();
    }
}

package io.jenkins.plugins.canary.standalone.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code GET /weight} with the dynamic weight of a plan, so that other controllers (Argo Rollouts' web metric, say)
 * can ask for it: 200 {@code {"weight": 12.5, "status": "proceed"}}, or 503 with weight 0 and the threshold that is
 * violated, or 503 without a weight when either track has no data. The weight rises and falls as in a rollout, from one
 * answer to the next; each request reads the plan's metrics anew.
 */
public final class WeightServer implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final WeightPolicy policy;
    private final MetricSource source;
    private final InstantSource clock;
    private final PlainServer server;
    private Weight weight = Weight.ofPercent(DynamicWeight.LEAST_PERCENT);
    private long changedAt;

    /**
     * @param source read at each request, one after the other; closed with the server
     * @throws IOException when the address cannot be had
     */
    public WeightServer(WeightPolicy policy, MetricSource source, InstantSource clock, InetSocketAddress address)
            throws IOException {
        this.policy = policy;
        this.source = source;
        this.clock = clock;
        this.server = PlainServer.start("canary-weight", address, true, new Asked());
    }

    public InetSocketAddress address() {
        return server.address();
    }

    private final class Asked extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (!Request.getPathInContext(request).equals("/weight")) {
                send(response, callback, 404, Map.of("status", "ask for /weight"));
            } else if (!request.getMethod().equals("GET")) {
                send(response, callback, 405, Map.of("status", "ask with GET"));
            } else {
                Map<String, Object> answer = weight();
                send(response, callback, answer.get("status").equals("proceed") ? 200 : 503, answer);
            }
            return true;
        }
    }

    /** One after the other: each weight goes on from the one before. */
    private synchronized Map<String, Object> weight() {
        long at = clock.millis();
        Map<MetricQuery, Reading> readings =
                source.read(policy.queries(), Instant.ofEpochMilli(at)).join();
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
        return answer;
    }

    private static String missing(Map<MetricQuery, Reading> readings) {
        return readings.entrySet().stream()
                .filter(e -> !e.getValue().ok())
                .map(e -> e.getKey().metric().label() + " of "
                        + e.getKey().track().word() + ": " + e.getValue().detail())
                .findFirst()
                .orElse("stable's latency is zero");
    }

    private static void send(Response response, Callback callback, int status, Map<String, Object> answer)
            throws IOException {
        PlainServer.answer(response, callback, status, "application/json", MAPPER.writeValueAsBytes(answer));
    }

    @Override
    public void close() {
        server.close();
        source.close();
    }
}

package io.jenkins.plugins.canary.engine.traffic.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Drives a weighted proxy in another process: {@code GET /weight}, {@code PUT /weight} with {@code {"weight": 5}} and
 * {@code POST /promote}. Every answer is {@code {"weight", "promoted", "drained", "draining", "canaryRequests",
 * "stableRequests"}}, or {@code {"error"}} with a status of 400 or more.
 */
final class LocalControlRouter implements TrafficRouter {

    private static final int LARGEST_ANSWER = 64 << 10;

    private static final HttpClientPool HTTP = new HttpClientPool();

    private final URI control;
    private final Duration timeout;
    private final HttpFetcher fetcher;

    /**
     * @param control scheme, host and port
     * @param timeout for one question and its whole answer
     * @param addresses which addresses it may be connected to at
     */
    LocalControlRouter(URI control, Duration timeout, AddressPolicy addresses) {
        this.control = control;
        this.timeout = timeout;
        this.fetcher = HTTP.get(TlsIdentity.SYSTEM, addresses);
    }

    @Override
    public Observation observe() throws RouterException {
        return read(control, ask("GET", "/weight", null));
    }

    /** @throws RouterException when this is not what a weighted proxy answers */
    static Observation read(URI control, JsonNode state) throws RouterException {
        JsonNode weight = state.path("weight");
        JsonNode canary = state.path("canaryRequests");
        JsonNode stable = state.path("stableRequests");
        boolean whole = weight.isNumber()
                && weight.asDouble() >= 0
                && weight.asDouble() <= 100
                && state.path("promoted").isBoolean()
                && isCount(canary)
                && isCount(stable);
        if (!whole) {
            throw new RouterException("the proxy at " + control + " answered without weight, promoted,"
                    + " canaryRequests and stableRequests; is this a weighted proxy's control address?");
        }
        long draining = isCount(state.path("draining")) ? state.path("draining").longValue() : 0;
        return new Observation(
                Weight.ofPercent(weight.asDouble()),
                // Requests are dealt under one lock: once the weight is taken, none goes elsewhere.
                true,
                state.path("promoted").asBoolean(),
                new Observation.Requests(canary.longValue(), stable.longValue()),
                draining == 0 ? "" : Units.count(draining, "request") + " draining",
                List.of());
    }

    private static boolean isCount(JsonNode number) {
        return number.isIntegralNumber()
                && number.canConvertToLong()
                && number.longValue() >= 0
                && number.longValue() <= Observation.MOST_REQUESTS;
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        ask("PUT", "/weight", "{\"weight\":" + weight.percent() + "}");
    }

    @Override
    public void promote(String version) throws RouterException {
        ask("POST", "/promote", "{}");
    }

    private JsonNode ask(String method, String path, String body) throws RouterException {
        HttpCall call =
                HttpCall.to(control.resolve(path)).method(method, body).header("Content-Type", "application/json");
        try {
            HttpAnswer answer = HttpFetcher.await(fetcher.send(call, LARGEST_ANSWER, Deadline.in(timeout)));
            return parse(control, method + " " + path, answer);
        } catch (FetchException e) {
            throw new RouterException("the proxy at " + control + " does not answer: " + e.getMessage(), e);
        }
    }

    static JsonNode parse(URI control, String asked, HttpAnswer answer) throws RouterException {
        if (answer.status() != 200) {
            String refusal = "the proxy at " + control + " answered " + answer.status() + " to " + asked
                    + "; the proxy's own log says why";
            throw answer.status() == 400 ? RouterException.permanent(refusal) : new RouterException(refusal);
        }
        try {
            return BoundedJson.MAPPER.readTree(answer.text());
        } catch (JsonProcessingException notJson) {
            throw new RouterException("the proxy at " + control + " answered " + asked
                    + " with something that is not JSON; is this a weighted proxy's control address?");
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Drives a weighted proxy in another process: {@code GET /weight}, {@code PUT /weight} with {@code {"weight": 5}} and
 * {@code POST /promote}. Every answer is {@code {"weight", "promoted", "drained", "draining", "canaryRequests",
 * "stableRequests"}}, or {@code {"error"}} with a status of 400 or more.
 */
final class LocalControlRouter implements TrafficRouter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_ANSWER = 64 << 10;

    /** One client and its few threads for however many rollouts there are; the client's own pool would know no limit. */
    private static final class Shared {
        private static final int THREADS = 2;

        static final HttpClient CLIENT = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(Executors.newFixedThreadPool(THREADS, task -> {
                    Thread thread = new Thread(task, "canary-local-control");
                    thread.setDaemon(true);
                    return thread;
                }))
                .build();
    }

    private final URI control;
    private final Duration timeout;

    /**
     * @param control scheme, host and port
     * @param timeout for one question and its whole answer
     */
    LocalControlRouter(URI control, Duration timeout) {
        this.control = control;
        this.timeout = timeout;
    }

    @Override
    public Observation observe() throws RouterException {
        JsonNode state = ask("GET", "/weight", BodyPublishers.noBody());
        JsonNode weight = state.path("weight");
        JsonNode canary = state.path("canaryRequests");
        JsonNode stable = state.path("stableRequests");
        boolean whole = weight.isNumber() && weight.asDouble() >= 0 && weight.asDouble() <= 100
                && state.path("promoted").isBoolean()
                && canary.isIntegralNumber() && stable.isIntegralNumber();
        if (!whole) {
            throw new RouterException("the proxy at " + control + " answered without weight, promoted,"
                    + " canaryRequests and stableRequests; is this a weighted proxy's control address?");
        }
        long draining = state.path("draining").asLong();
        return new Observation(
                Weight.ofPercent(weight.asDouble()),
                // Requests are dealt under one lock: once the weight is taken, none goes elsewhere.
                true,
                state.path("promoted").asBoolean(),
                new Observation.Requests(canary.asLong(), stable.asLong()),
                draining == 0 ? "" : draining + " requests draining",
                List.of());
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        ask("PUT", "/weight", BodyPublishers.ofString("{\"weight\":" + weight.percent() + "}"));
    }

    @Override
    public void promote(String version) throws RouterException {
        ask("POST", "/promote", BodyPublishers.ofString("{}"));
    }

    private JsonNode ask(String method, String path, BodyPublisher body) throws RouterException {
        HttpRequest request = HttpRequest.newBuilder(control.resolve(path))
                .method(method, body)
                .header("Content-Type", "application/json")
                .timeout(timeout)
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                Shared.CLIENT.sendAsync(request, headers -> new BoundedBody<>(BodySubscribers.ofByteArray(), LARGEST_ANSWER));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return parse(method + " " + path, response);
        } catch (TimeoutException late) {
            throw new RouterException("the proxy at " + control + " did not answer within " + Units.print(timeout), late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw new RouterException("the proxy at " + control + " does not answer: "
                    + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()), cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RouterException("interrupted while waiting for the proxy at " + control, interrupted);
        } finally {
            answer.cancel(true);
        }
    }

    private JsonNode parse(String asked, HttpResponse<byte[]> response) throws RouterException {
        JsonNode json;
        try {
            json = JSON.readTree(new String(response.body(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException notJson) {
            throw new RouterException("the proxy at " + control + " answered " + response.statusCode() + " to " + asked
                    + " with something that is not JSON; is this a weighted proxy's control address?", notJson);
        }
        if (response.statusCode() == 400) {
            throw RouterException.permanent(refusal(asked, response.statusCode(), json));
        }
        if (response.statusCode() != 200) {
            throw new RouterException(refusal(asked, response.statusCode(), json));
        }
        return json;
    }

    private String refusal(String asked, int status, JsonNode json) {
        return "the proxy at " + control + " answered " + status + " to " + asked + ": "
                + json.path("error").asText("no reason given");
    }
}

package io.jenkins.plugins.canary.engine.traffic.own;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.http.auth.Tls;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.own.HttpDriver.HttpSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;

/**
 * Drives a team's own server: {@code GET URL/weight}, {@code PUT URL/weight} and {@code POST URL/promote}, as
 * docs/router-openapi.yaml describes them.
 */
final class HttpRouter implements TrafficRouter {

    /** How long at most a server is left alone that asks for it. */
    private static final long LONGEST_WAIT_SECONDS = 60;

    /** Of those that are the caller's fault, what may be different a moment later. */
    private static final Set<Integer> TRANSIENT = Set.of(408, 409, 425, 429);

    private static final int LONGEST_QUOTE = 300;
    private static final HttpClientPool HTTP = new HttpClientPool();

    private final HttpSettings settings;
    private final RouterContext context;
    private final HttpFetcher fetcher;
    private final Credentials credentials;
    private volatile String intent;
    private volatile Wait wait = new Wait(Instant.MIN, "");

    /** @param until nothing is sent before, since a server asked for that */
    private record Wait(Instant until, String why) {}

    HttpRouter(HttpSettings settings, RouterContext context) throws RouterException {
        this.settings = settings;
        this.context = context;
        try {
            this.fetcher = HTTP.get(Tls.open(settings.auth(), context.secrets()), context.addresses());
            this.credentials = Credentials.open(settings.auth(), context.secrets());
        } catch (SecretMissing e) {
            throw new RouterException(e.getMessage(), e);
        }
    }

    @Override
    public void intend(String key) {
        intent = key;
    }

    @Override
    public Observation observe() throws RouterException {
        String query = "?rollout=" + encoded(context.rollout())
                + (context.version() == null ? "" : "&version=" + encoded(context.version()));
        HttpAnswer answer = ask("GET", "/weight" + query, null);
        try {
            return RouterAnswer.read(credentials.redact(answer.text()).getBytes(StandardCharsets.UTF_8));
        } catch (RouterAnswer.Malformed e) {
            throw new RouterException(PlainText.address(answer.from()) + " did not answer as a router does: "
                    + e.getMessage() + "; see docs/drivers/http.md");
        }
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        ask("PUT", "/weight", body(context.version()).put("weight", weight.percent()));
    }

    @Override
    public void promote(String version) throws RouterException {
        ask("POST", "/promote", body(version));
    }

    private ObjectNode body(String version) {
        return BoundedJson.MAPPER
                .createObjectNode()
                .put("rollout", context.rollout())
                .put("version", version);
    }

    private HttpAnswer ask(String method, String path, ObjectNode body) throws RouterException {
        Wait waiting = wait;
        if (context.clock().instant().isBefore(waiting.until)) {
            throw new RouterException(waiting.why);
        }
        HttpCall call = HttpCall.to(URI.create(settings.url() + path)).header("Accept", "application/json");
        if (body != null) {
            call.method(method, body.toString()).header("Content-Type", "application/json");
        }
        if (body != null && intent != null) {
            call.header("Idempotency-Key", context.rollout() + "-" + intent);
        }
        HttpAnswer answer;
        try {
            // Each of the three may be sent twice: the key tells a repetition from a new wish.
            answer = HttpFetcher.await(
                    fetcher.fetch(credentials.sign(call), RouterAnswer.LARGEST, Deadline.in(settings.timeout())));
        } catch (FetchException e) {
            throw new RouterException(e.getMessage(), e);
        }
        if (answer.status() / 100 != 2) {
            throw refused(method, answer);
        }
        return answer;
    }

    private RouterException refused(String method, HttpAnswer answer) {
        int status = answer.status();
        String says = credentials.redact(method + " " + answer.refusal() + reason(answer));
        answer.retryAfter()
                .ifPresent(seconds -> wait =
                        new Wait(context.clock().instant().plusSeconds(Math.min(seconds, LONGEST_WAIT_SECONDS)), says));
        return status < 500 && !TRANSIENT.contains(status)
                ? RouterException.permanent(says)
                : new RouterException(says);
    }

    /** The text of {@code {"error": "..."}}, where it may be shown. */
    private static String reason(HttpAnswer answer) {
        try {
            JsonNode error = BoundedJson.MAPPER.readTree(answer.text()).path("error");
            return error.isTextual() ? ": " + answer.quote(error.textValue(), LONGEST_QUOTE) : "";
        } catch (JsonProcessingException noJson) {
            return "";
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

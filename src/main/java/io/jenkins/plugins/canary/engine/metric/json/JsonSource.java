package io.jenkins.plugins.canary.engine.metric.json;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.RetryAfter;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.http.auth.Tls;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Reads a plan's own metrics out of JSON documents, one request each, all at once. */
public final class JsonSource implements MetricSource {

    /** The largest document, in bytes. */
    static final int LARGEST_DOCUMENT = 4 << 20;

    private final Duration timeout;
    private final PlanQueries queries;
    private final Map<String, Document> documents = new HashMap<>();
    private final RetryAfter waits = new RetryAfter();

    /** Where a metric is read from, with what signs the request, and where in the answer the number is. */
    private record Document(
            JsonQuery query, HttpFetcher web, Credentials credentials, Map<Track, JsonAnswer> answers) {}

    /** @throws MetricException when a path or a header is none, or a secret is missing */
    public JsonSource(
            Collection<CustomMetric> metrics,
            HttpClientPool clients,
            SourceContext context,
            Duration timeout,
            PlanQueries queries)
            throws MetricException {
        this.timeout = timeout;
        this.queries = queries;
        for (CustomMetric metric : metrics) {
            JsonQuery json = metric.json();
            try {
                HttpFetcher web = clients.get(Tls.open(json.auth(), context.secrets()), context.addresses());
                Credentials credentials = JsonQuery.Header.signing(
                        json.request().headers(), Credentials.open(json.auth(), context.secrets()), context.secrets());
                Map<Track, JsonAnswer> answers = new EnumMap<>(Track.class);
                for (Track track : Track.values()) {
                    answers.put(track, answer(json, context, track));
                }
                documents.put(metric.name(), new Document(json, web, credentials, answers));
            } catch (IllegalArgumentException | SecretMissing e) {
                throw new MetricException("the metric " + metric.name() + ": " + e.getMessage(), e);
            }
        }
    }

    private static JsonAnswer answer(JsonQuery json, SourceContext context, Track track) {
        Map<String, String> values = context.placeholders();
        values.put("track", track.word());
        return new JsonAnswer(
                new JsonNumber(new Template(json.path(), values).harmless()),
                json.time() == null ? null : JsonPathExpression.compile(json.time()),
                json.take(),
                json.errors().stream().map(JsonPathExpression::compile).toList());
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        return ReadingBatch.read(wanted, query -> ask(query, at), early);
    }

    @Override
    public String describe(MetricQuery query) {
        Document document = documents.get(query.metric().name());
        try {
            return document == null
                    ? null
                    : document.query().request().method() + " "
                            + JsonRequests.uri(document.query().request(), queries.values(query, null, Duration.ZERO))
                            + " " + document.query().path();
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    private CompletableFuture<Reading> ask(MetricQuery query, Instant at) {
        Document document = documents.get(query.metric().name());
        JsonQuery json = document.query();
        HttpCall request;
        try {
            request = JsonRequests.call(json.request(), queries.values(query, at, json.delay()));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Reading.unavailable(e.getMessage()));
        }
        Optional<String> wait = waits.reason(request.uri(), at);
        if (wait.isPresent()) {
            return CompletableFuture.completedFuture(Reading.unavailable(wait.get()));
        }
        return document.web()
                .fetch(
                        document.credentials().sign(request),
                        LARGEST_DOCUMENT,
                        Deadline.in(timeout),
                        answer -> reading(document, query, answer, at));
    }

    private Reading reading(Document document, MetricQuery query, HttpAnswer answer, Instant at) {
        Credentials credentials = document.credentials();
        if (answer.status() / 100 != 2) {
            waits.heed(answer, at);
            return Reading.unavailable(credentials.redact(
                    answer.refusal() + document.answers().get(query.track()).said(answer)));
        }
        String from = PlainText.address(answer.from());
        if (answer.isHtml()) {
            return Reading.unavailable(
                    from + " answered with a web page instead of JSON" + credentials.redact(answer.title()));
        }
        // What was asked for ends before now where the service needs time; its newest sample is that much older.
        Instant until = at.minus(document.query().delay());
        Reading reading = document.answers().get(query.track()).read(answer, queries.age(), query.window(), until);
        return reading.ok() ? reading : reading.withDetail(from + ": " + credentials.redact(reading.detail()));
    }
}

package io.jenkins.plugins.canary.engine.metric.json;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.http.auth.Tls;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
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

    /** Where a metric is read from, with what signs the request, and where in it the number is. */
    private record Document(HttpFetcher web, Credentials credentials, JsonNumber number, JsonTime time) {}

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
            CustomMetric.Json json = metric.json();
            try {
                HttpFetcher web = clients.get(Tls.open(json.auth(), context.secrets()), context.addresses());
                Credentials credentials = Credentials.open(json.auth(), context.secrets());
                JsonNumber number = new JsonNumber(json.path());
                JsonTime time = json.time() == null ? null : new JsonTime(json.time());
                documents.put(metric.name(), new Document(web, credentials, number, time));
                json.headers().forEach(HttpCall::checkHeader);
            } catch (IllegalArgumentException | SecretMissing e) {
                throw new MetricException("the metric " + metric.name() + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        return ReadingBatch.read(wanted, query -> ask(query, at), early);
    }

    @Override
    public String describe(MetricQuery query) {
        CustomMetric.Json json = queries.custom(query).map(CustomMetric::json).orElse(null);
        try {
            return json == null ? null : "GET " + queries.url(json, query) + " " + json.path();
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    private CompletableFuture<Reading> ask(MetricQuery query, Instant at) {
        CustomMetric.Json json = queries.custom(query).map(CustomMetric::json).orElseThrow();
        HttpCall request;
        try {
            request = HttpCall.to(HttpCall.address(queries.url(json, query)));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Reading.unavailable(e.getMessage()));
        }
        request.header("Accept", "application/json");
        json.headers().forEach(request::header);
        Document document = documents.get(query.metric().name());
        return document.web()
                .fetch(
                        document.credentials().sign(request),
                        LARGEST_DOCUMENT,
                        Deadline.in(timeout),
                        answer -> reading(document, answer, at));
    }

    private Reading reading(Document document, HttpAnswer answer, Instant at) {
        if (answer.status() / 100 != 2) {
            return Reading.unavailable(document.credentials().redact(answer.refusal()));
        }
        String from = PlainText.address(answer.from());
        if (answer.isHtml()) {
            return Reading.unavailable(from + " answered with a web page instead of JSON"
                    + document.credentials().redact(answer.title()));
        }
        Reading reading = document.number().in(answer.body());
        reading = document.time() == null ? reading : document.time().check(reading, answer.body(), queries.age(), at);
        return reading.ok()
                ? reading
                : reading.withDetail(from + ": " + document.credentials().redact(reading.detail()));
    }

    /**
     * When a document says that its number was measured: seconds or milliseconds since the epoch, or ISO 8601 such as
     * {@code 2026-02-01T10:00:00Z}. Immutable.
     */
    private record JsonTime(String path, JsonNumber time) {

        /** As seconds this is the year 5138, as milliseconds 1973: no measurement is of either time. */
        private static final double MILLISECONDS = 1e11;

        private static final double LATEST = 1e15;

        /** @throws IllegalArgumentException for people, when the expression cannot be read */
        JsonTime(String path) {
            this(path, new JsonNumber(path));
        }

        /** The reading, unless it is too old, from the future, or of a time that cannot be read. */
        Reading check(Reading reading, byte[] document, SampleAge age, Instant at) {
            if (!reading.ok()) {
                return reading;
            }
            String text = time.textIn(document);
            Reading number = text == null ? time.in(document) : Reading.noData("");
            Instant sampled = text == null ? instant(number) : instant(text);
            return sampled == null
                    ? Reading.unavailable("there is no time at " + path
                            + ": seconds or milliseconds since the epoch, or such as 2026-02-01T10:00:00Z")
                    : age.check(reading, sampled, at);
        }

        private static Instant instant(Reading number) {
            if (!number.ok() || Math.abs(number.value()) > LATEST) {
                return null;
            }
            double millis = Math.abs(number.value()) < MILLISECONDS ? number.value() * 1_000 : number.value();
            return Instant.ofEpochMilli(Math.round(millis));
        }

        private static Instant instant(String text) {
            try {
                return OffsetDateTime.parse(text.trim()).toInstant();
            } catch (DateTimeException noTime) {
                return null;
            }
        }
    }
}

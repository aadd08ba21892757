package io.jenkins.plugins.canary.engine.metric.log;

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
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.metric.log.LogReader.Answer;
import io.jenkins.plugins.canary.engine.metric.log.LogReader.Span;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts errors in the log lines of both tracks, and those of a kind that stable has not logged. Each tick reads what came
 * since the one before: the lines live in memory as counts and templates, and after a restart stable's are read again. A tick
 * of which a part could not be read is read again with the next one.
 */
public final class LogSource implements MetricSource {

    /** The largest answer, in bytes. */
    private static final int LARGEST_ANSWER = 16 << 20;
    /** Stable's past is read in so many parts, so that a burst does not hide the rest. */
    private static final int PARTS = 6;

    private final LogSettings settings;
    private final URI address;
    private final LogServer server;
    private final RetryAfter waits = new RetryAfter();
    private final HttpFetcher web;
    private final Credentials credentials;
    private final Duration timeout;
    private final LogReader reader;
    /** Of the read under way: what an earlier one that was given up brings is dropped. */
    private long reads;

    /** @throws MetricException for people, when an address, a placeholder or a header is wrong, or a secret is missing */
    public LogSource(LogSettings settings, HttpClientPool clients, SourceContext context, Duration timeout)
            throws MetricException {
        this.settings = settings;
        this.timeout = timeout;
        this.reader = new LogReader(settings);
        try {
            this.address = HttpCall.address(settings.server().url());
            this.server = server(settings, context);
            this.web = clients.get(Tls.open(settings.auth(), context.secrets()), context.addresses());
            this.credentials = JsonQuery.Header.signing(
                    settings.headers(), Credentials.open(settings.auth(), context.secrets()), context.secrets());
        } catch (IllegalArgumentException | SecretMissing e) {
            throw new MetricException("metrics.logs: " + e.getMessage(), e);
        }
    }

    private static LogServer server(LogSettings settings, SourceContext context) {
        boolean logQl = settings.server() instanceof LogSettings.Loki;
        Map<Track, String> lines = new EnumMap<>(Track.class);
        settings.lines().forEach((track, text) -> lines.put(track, filled(text, track, context, logQl)));
        String errors = filled(settings.errors(), null, context, logQl);
        return settings.server() instanceof LogSettings.Loki loki
                ? new LokiServer(loki, lines, errors)
                : new ElasticsearchServer((LogSettings.Elasticsearch) settings.server(), lines, errors);
    }

    private static String filled(String text, Track track, SourceContext context, boolean logQl) {
        Map<String, String> values = context.placeholders();
        values.put("track", track == null ? null : track.word());
        Template template = new Template(text, values);
        return logQl ? template.query() : template.harmless();
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Duration shortest = queries.stream()
                .map(MetricQuery::window)
                .min(Duration::compareTo)
                .orElseThrow();
        Instant to = at.minus(settings.delay()).truncatedTo(ChronoUnit.MILLIS);
        Duration first = shortest.minus(settings.delay());
        if (first.isNegative() || first.isZero()) {
            first = shortest;
        }
        Deadline deadline = Deadline.in(timeout);
        Span span;
        long read;
        boolean begins;
        synchronized (this) {
            if (reader.hasRead(to)) {
                return CompletableFuture.completedFuture(readings(queries, at, null));
            }
            Optional<String> wait = waits.reason(address, at);
            if (wait.isPresent()) {
                return CompletableFuture.completedFuture(readings(queries, at, new MetricException(wait.get())));
            }
            span = reader.next(to, first);
            read = ++reads;
            begins = reader.isEmpty();
        }
        CompletableFuture<List<LogLine>> past =
                begins ? past(span.from(), deadline, at) : CompletableFuture.completedFuture(List.of());
        Map<Track, CompletableFuture<Answer>> asked = new EnumMap<>(Track.class);
        settings.lines().keySet().forEach(track -> asked.put(track, ask(track, span, deadline, at)));
        return all(new ArrayList<>(asked.values()))
                .thenCombine(past, (done, before) -> {
                    Map<Track, Answer> answers = new EnumMap<>(Track.class);
                    asked.forEach((track, answer) -> answers.put(track, answer.join()));
                    return take(read, span, before, answers);
                })
                .handle((taken, fault) -> readings(queries, at, fault));
    }

    private synchronized boolean take(long read, Span span, List<LogLine> before, Map<Track, Answer> answers) {
        if (read == reads) {
            reader.learn(before);
            reader.add(span, answers);
        }
        return true;
    }

    /** Stable's errors of the time before. */
    private CompletableFuture<List<LogLine>> past(Instant end, Deadline deadline, Instant at) {
        Duration part = settings.lookback().dividedBy(PARTS);
        List<CompletableFuture<List<LogLine>>> parts = new ArrayList<>();
        for (int i = 0; i < PARTS && !part.isZero(); i++) {
            Instant to = end.minus(part.multipliedBy(i));
            HttpCall call = server.errors(Track.STABLE, to.minus(part), to, settings.most());
            parts.add(fetch(call, server::lines, deadline, at));
        }
        return all(parts)
                .thenApply(
                        done -> parts.stream().flatMap(p -> p.join().stream()).toList());
    }

    private CompletableFuture<Answer> ask(Track track, Span span, Deadline deadline, Instant at) {
        HttpCall errors = server.errors(track, span.read(), span.to(), settings.most());
        HttpCall count = server.count(track, span.from(), span.to());
        return fetch(errors, server::lines, deadline, at)
                .thenCombine(fetch(count, server::counted, deadline, at), Answer::new);
    }

    private <T> CompletableFuture<T> fetch(HttpCall call, Parser<T> parser, Deadline deadline, Instant at) {
        settings.headers().forEach((name, value) -> {
            if (value.secret() == null) {
                call.header(name, value.text());
            }
        });
        return web.fetch(credentials.sign(call), LARGEST_ANSWER, deadline, answer -> {
            waits.heed(answer, at);
            return parser.read(answer);
        });
    }

    @FunctionalInterface
    private interface Parser<T> {
        T read(HttpAnswer answer) throws MetricException;
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> some) {
        return CompletableFuture.allOf(some.toArray(CompletableFuture[]::new));
    }

    private synchronized Map<MetricQuery, Reading> readings(Set<MetricQuery> queries, Instant at, Throwable fault) {
        return queries.stream().collect(Collectors.toMap(Function.identity(), query -> {
            Reading reading = fault == null ? reader.reading(query, at) : ReadingBatch.failed(fault);
            return reading.withDetail(credentials.redact(reading.detail()));
        }));
    }

    @Override
    public String describe(MetricQuery query) {
        boolean all = query.metric().name().equals(LogMetric.LINES.word());
        return all ? server.describeAll(query.track()) : server.describe(query.track());
    }
}

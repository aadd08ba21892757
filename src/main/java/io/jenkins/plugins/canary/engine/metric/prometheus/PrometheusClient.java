package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.prometheus.QueryResult.Series;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Prometheus' HTTP API v1, and what speaks it: Thanos and VictoriaMetrics, asked never to answer from a part of their
 * storage, and Mimir, which wants a tenant in a header and JSON to be asked for. No call blocks; safe for several
 * threads.
 */
public final class PrometheusClient {

    /** The largest body of an answer, in bytes. */
    public static final int LARGEST_ANSWER = 4 << 20;

    private final HttpFetcher web;
    private final URI base;
    private final Credentials credentials;
    private final Map<String, String> headers;
    private final Duration timeout;
    private volatile boolean asksWithGet;
    private boolean strict;

    /**
     * @param base with the path that the API stands under, such as {@code http://host/select/0/prometheus}
     * @param headers sent along with each query, such as {@code X-Scope-OrgID}
     * @param timeout for one query from its first byte out to its last byte in
     */
    public PrometheusClient(
            HttpFetcher web, URI base, Credentials credentials, Map<String, String> headers, Duration timeout) {
        this.web = web;
        this.base = base;
        this.credentials = credentials;
        this.headers = Map.copyOf(headers);
        this.timeout = timeout;
    }

    /** For a server that refuses parameters that are not Prometheus' own, and wants GET: Google Cloud Monitoring. */
    public PrometheusClient strict() {
        PrometheusClient client = new PrometheusClient(web, base, credentials, headers, timeout);
        client.strict = true;
        client.asksWithGet = true;
        return client;
    }

    /** The header that names a tenant, for {@code headers}; empty for null. */
    public static Map<String, String> tenant(String tenant) {
        return tenant == null ? Map.of() : Map.of("X-Scope-OrgID", tenant);
    }

    /** The value of a query at one instant; completes exceptionally with {@link MetricException} only. */
    public CompletableFuture<QueryResult> instant(String promQl, Instant at) {
        return instant(promQl, at, null, deadline());
    }

    /**
     * The same, from samples that are not too old. Prometheus and Thanos obey {@code lookback_delta}, VictoriaMetrics
     * {@code max_lookback}; other servers look back five minutes. Ranges such as {@code [1h]} are not cut.
     *
     * @param lookback how old a sample may be; null for as old as the server takes it
     * @param deadline as {@link #deadline}; queries that are asked one after the other share one
     */
    CompletableFuture<QueryResult> instant(String promQl, Instant at, Duration lookback, Deadline deadline) {
        Map<String, String> form = form(promQl);
        if (lookback != null && !strict) {
            form.put("lookback_delta", lookback.toMillis() + "ms");
            form.put("max_lookback", lookback.toMillis() + "ms");
        }
        form.put("time", seconds(at));
        return call("query", form, deadline);
    }

    /** By when a query that is asked now is answered. */
    Deadline deadline() {
        return Deadline.in(timeout);
    }

    /**
     * The values of a query from {@code start} to {@code end}, both included, each {@code step}. Long ranges are asked
     * for in parts, one after the other, each within the time-out.
     */
    public CompletableFuture<QueryResult> range(String promQl, Instant start, Instant end, Duration step) {
        CompletableFuture<List<QueryResult>> parts = CompletableFuture.completedFuture(new ArrayList<>());
        for (RangeParts.Part part : RangeParts.of(start, end, step)) {
            parts = parts.thenCompose(done -> {
                Map<String, String> form = form(promQl);
                form.put("start", seconds(part.start()));
                form.put("end", seconds(part.end()));
                form.put("step", BigDecimal.valueOf(step.toMillis(), 3).toPlainString());
                return call("query_range", form, deadline()).thenApply(result -> {
                    done.add(result);
                    return done;
                });
            });
        }
        return parts.thenApply(RangeParts::join);
    }

    private CompletableFuture<QueryResult> call(String endpoint, Map<String, String> form, Deadline deadline) {
        boolean get = asksWithGet;
        return send(endpoint, form, get, deadline)
                .thenCompose(result -> {
                    if (result.isEmpty()) {
                        asksWithGet = true;
                        return send(endpoint, form, true, deadline);
                    }
                    return CompletableFuture.completedFuture(result);
                })
                .handle((result, fault) -> {
                    if (fault == null) {
                        return result.orElseThrow();
                    }
                    Throwable cause = HttpFetcher.cause(fault);
                    boolean told = cause instanceof FetchException || cause instanceof MetricException;
                    String message = credentials.redact(
                            told
                                    ? cause.getMessage()
                                    : "the query failed: " + cause.getClass().getSimpleName());
                    throw new CompletionException(
                            cause instanceof QueryRefusedException
                                    ? new QueryRefusedException(message)
                                    : new MetricException(message, cause.getCause()));
                });
    }

    /** Empty when the server does not take what was asked with POST. */
    private CompletableFuture<Optional<QueryResult>> send(
            String endpoint, Map<String, String> form, boolean get, Deadline deadline) {
        String encoded = form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpCall request = HttpCall.to(address(endpoint, get ? encoded : ""));
        headers.forEach(request::header);
        request.header("Accept", "application/json");
        if (!get) {
            request.header("Content-Type", "application/x-www-form-urlencoded").method("POST", encoded);
        }
        return web.fetch(
                credentials.sign(request),
                LARGEST_ANSWER,
                deadline,
                answer -> !get && (answer.status() == 405 || answer.status() == 501)
                        ? Optional.empty()
                        : Optional.of(new AnswerReader(answer, endpoint.equals("query_range")).read()));
    }

    private Map<String, String> form(String promQl) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("query", promQl);
        if (!strict) {
            form.put("timeout", timeout.toMillis() + "ms");
            form.put("partial_response", "false");
            form.put("deny_partial_response", "1");
        }
        return form;
    }

    private static String seconds(Instant at) {
        return BigDecimal.valueOf(at.toEpochMilli(), 3).toPlainString();
    }

    /**
     * Joins the address of the server with the API's path, and keeps the path and the parameters that a proxy needs.
     *
     * @param parameters already encoded; "" for none
     */
    private URI address(String endpoint, String parameters) {
        String path = HttpCall.base(base.getRawPath());
        String query = Stream.of(base.getRawQuery() == null ? "" : base.getRawQuery(), parameters)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("&"));
        return URI.create(base.getScheme() + "://" + base.getRawAuthority() + path + "/api/v1/" + endpoint
                + (query.isEmpty() ? "" : "?" + query));
    }

    /** Cuts a long range into parts that a server accepts, and puts the answers together again. */
    static final class RangeParts {

        /** Prometheus refuses more than 11,000 points a series; and the answer has to stay small. */
        static final int POINTS = 10_000;

        private RangeParts() {}

        /** Both ends are included. */
        record Part(Instant start, Instant end) {}

        static List<Part> of(Instant start, Instant end, Duration step) {
            List<Part> parts = new ArrayList<>();
            Duration reach = step.multipliedBy(POINTS - 1L);
            for (Instant from = start;
                    !from.isAfter(end);
                    from = from.plus(reach).plus(step)) {
                Instant to = from.plus(reach);
                parts.add(new Part(from, to.isBefore(end) ? to : end));
            }
            return parts;
        }

        static QueryResult join(List<QueryResult> parts) {
            Map<Map<String, String>, Series> joined = new LinkedHashMap<>();
            Set<String> notes = new LinkedHashSet<>();
            for (QueryResult part : parts) {
                notes.addAll(part.notes());
                part.series().forEach(s -> joined.merge(s.labels(), s, RangeParts::append));
            }
            return new QueryResult(List.copyOf(joined.values()), List.copyOf(notes));
        }

        private static Series append(Series a, Series b) {
            return new Series(
                    a.labels(),
                    LongStream.concat(LongStream.of(a.millis()), LongStream.of(b.millis()))
                            .toArray(),
                    Stream.of(a.values(), b.values())
                            .flatMapToDouble(java.util.Arrays::stream)
                            .toArray());
        }
    }
}

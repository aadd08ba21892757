package io.jenkins.plugins.canary.engine.metric.source;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.auth.CloudAuth;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.http.auth.Tls;
import io.jenkins.plugins.canary.engine.metric.AlertQuery;
import io.jenkins.plugins.canary.engine.metric.ConfiguredServer;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.alert.AlertSource;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.json.JsonSource;
import io.jenkins.plugins.canary.engine.metric.log.LogSource;
import io.jenkins.plugins.canary.engine.metric.prometheus.PrometheusClient;
import io.jenkins.plugins.canary.engine.metric.prometheus.PrometheusSource;
import io.jenkins.plugins.canary.engine.metric.prometheus.RangeReader;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.metric.scrape.ScrapeSource;
import io.jenkins.plugins.canary.engine.metric.slo.SloSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Opens the metric sources of rollouts. One of these serves the whole process: its rollouts share HTTP connections and
 * a few threads. Safe for several threads.
 */
public final class MetricSources {

    /** What computing may take on a busy machine, after the network's own time-out. */
    private static final Duration SPARE = Duration.ofSeconds(2);

    private final HttpClientPool clients = new HttpClientPool();

    /**
     * Opens what a plan's {@code metrics} section says. Nothing is sent yet.
     *
     * @throws MetricException for people, when a secret, a certificate, a configured server, an address, a label
     *     matcher or a path expression is missing or wrong
     */
    public MetricSource open(Metrics metrics, SourceContext context) throws MetricException {
        PlanQueries queries = new PlanQueries(metrics, context);
        Duration timeout = metrics.timeout();
        MetricSource main = null;
        if (metrics.source() instanceof SourceSettings.Prometheus settings) {
            ConfiguredServer server = server(settings, context);
            timeout = Duration.ofMillis(server.settings().timeoutMillis());
            main = new PrometheusSource(client(server, context.secrets()), queries);
        } else if (metrics.source() instanceof SourceSettings.Scrape settings) {
            main = scrape(settings, metrics, context, queries);
        }
        List<CustomMetric> fromJson =
                metrics.custom().values().stream().filter(m -> m.json() != null).toList();
        MetricSource json = fromJson.isEmpty() ? null : new JsonSource(fromJson, clients, context, timeout, queries);
        MetricSource alerts = alerts(metrics, context, queries, timeout);
        MetricSource logs = metrics.logs() == null ? null : new LogSource(metrics.logs(), clients, context, timeout);
        MetricSource forRest = main;
        MetricSource all = new RoutedSource(
                query -> {
                    if (LogMetric.named(query.metric().name()).isPresent()) {
                        return logs;
                    }
                    CustomMetric own = queries.custom(query).orElse(null);
                    return own == null || own.query() != null ? forRest : own.json() != null ? json : alerts;
                },
                Stream.of(main, json, alerts, logs).filter(Objects::nonNull).toList(),
                queries::checked,
                timeout.plus(SPARE));
        return metrics.custom().values().stream().anyMatch(m -> m.slo() != null) ? new SloSource(all, queries) : all;
    }

    /**
     * Opens a plan's Prometheus server for what it recorded. Nothing is sent yet.
     *
     * @throws MetricException as for {@link #open}, and when the plan has no Prometheus server
     */
    public RangeReader openPast(Metrics metrics, SourceContext context) throws MetricException {
        if (!(metrics.source() instanceof SourceSettings.Prometheus settings)) {
            throw new MetricException("only a Prometheus server remembers the past, and the plan has none");
        }
        PlanQueries queries = new PlanQueries(metrics, context);
        return new RangeReader(client(server(settings, context), context.secrets()), queries);
    }

    private static ConfiguredServer server(SourceSettings.Prometheus settings, SourceContext context)
            throws MetricException {
        if (settings.url() != null) {
            return new ConfiguredServer(settings, context.addresses());
        }
        return context.servers()
                .apply(settings.server())
                .orElseThrow(() -> new MetricException("metrics.prometheus.server: no Prometheus server named '"
                        + settings.server() + "' is configured here; configure it, or write its url into the plan"));
    }

    private PrometheusClient client(ConfiguredServer at, Secrets secrets) throws MetricException {
        SourceSettings.Prometheus server = at.settings();
        URI base;
        try {
            base = HttpCall.address(server.url());
        } catch (IllegalArgumentException e) {
            throw new MetricException("metrics.prometheus.url: " + e.getMessage(), e);
        }
        try {
            PrometheusClient client = new PrometheusClient(
                    clients.get(Tls.open(server.auth(), secrets), at.addresses()),
                    base,
                    Credentials.open(server.auth(), secrets),
                    PrometheusClient.tenant(server.tenant()),
                    Duration.ofMillis(server.timeoutMillis()));
            return server.auth().cloud() instanceof CloudAuth.Google ? client.strict() : client;
        } catch (Secrets.SecretMissing e) {
            throw new MetricException(e.getMessage(), e);
        }
    }

    /** Null when the plan looks for none. */
    private MetricSource alerts(Metrics metrics, SourceContext context, PlanQueries queries, Duration timeout)
            throws MetricException {
        Map<String, AlertSource.Place> places = new LinkedHashMap<>();
        for (CustomMetric metric : metrics.custom().values()) {
            if (metric.alerts() != null) {
                places.put(metric.name(), place(metric.alerts(), metrics, context, queries));
            }
        }
        return places.isEmpty() ? null : new AlertSource(places, context.began(), timeout);
    }

    private AlertSource.Place place(AlertQuery query, Metrics metrics, SourceContext context, PlanQueries queries)
            throws MetricException {
        try {
            List<Matcher> matchers = queries.matchers(query);
            if (query.url() == null) {
                ConfiguredServer at = server((SourceSettings.Prometheus) metrics.source(), context);
                SourceSettings.Prometheus server = at.settings();
                return new AlertSource.Place(
                        query,
                        clients.get(Tls.open(server.auth(), context.secrets()), at.addresses()),
                        HttpCall.address(server.url()),
                        matchers,
                        PrometheusClient.tenant(server.tenant()),
                        Credentials.open(server.auth(), context.secrets()));
            }
            Credentials credentials = Credentials.open(query.auth(), context.secrets());
            for (Map.Entry<String, Secrets.Ref> header : query.headers().entrySet()) {
                credentials = credentials.and(header.getKey(), "", header.getValue(), context.secrets());
            }
            return new AlertSource.Place(
                    query,
                    clients.get(Tls.open(query.auth(), context.secrets()), context.addresses()),
                    HttpCall.address(query.url()),
                    matchers,
                    Map.of(),
                    credentials);
        } catch (IllegalArgumentException | Secrets.SecretMissing e) {
            throw new MetricException("alerts: " + e.getMessage(), e);
        }
    }

    private MetricSource scrape(
            SourceSettings.Scrape settings, Metrics metrics, SourceContext context, PlanQueries queries)
            throws MetricException {
        for (CustomMetric metric : metrics.custom().values()) {
            if (metric.query() != null) {
                throw new MetricException(
                        "the metric " + metric.name() + " is a PromQL query, which needs a Prometheus "
                                + "server: with 'scrape' only the built-in metrics and JSON metrics can be read");
            }
        }
        try {
            return new ScrapeSource(
                    settings,
                    metrics,
                    clients.get(Tls.open(settings.auth(), context.secrets()), context.addresses()),
                    Credentials.open(settings.auth(), context.secrets()),
                    queries);
        } catch (Secrets.SecretMissing e) {
            throw new MetricException(e.getMessage(), e);
        }
    }

    /**
     * Sends each query to the source that knows it, all at once, and makes sure that every query gets a reading.
     *
     * @param route yields null for a query that no source knows
     * @param checked what becomes of a reading whose value its metric cannot have
     * @param within after this long a source that has not answered is given up
     */
    private record RoutedSource(
            Function<MetricQuery, MetricSource> route,
            List<MetricSource> sources,
            BiFunction<MetricQuery, Reading, Reading> checked,
            Duration within)
            implements MetricSource {

        @Override
        public CompletableFuture<Map<MetricQuery, Reading>> read(
                Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
            Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
            Map<MetricSource, Set<MetricQuery>> bySource = new LinkedHashMap<>();
            for (MetricQuery query : queries) {
                MetricSource source = route.apply(query);
                readings.put(
                        query,
                        Reading.unavailable(
                                source == null
                                        ? "the plan's 'metrics' has no source for "
                                                + query.metric().label()
                                        : "it was not read"));
                if (source != null && query.past() != null && !source.remembers()) {
                    readings.put(query, Reading.noData("only a Prometheus server remembers the past"));
                } else if (source != null) {
                    bySource.computeIfAbsent(source, s -> new LinkedHashSet<>()).add(query);
                }
            }
            List<CompletableFuture<Map<MetricQuery, Reading>>> answers = new ArrayList<>();
            bySource.forEach((source, some) -> answers.add(
                    readOne(source, some, at, (query, reading) -> early.accept(query, checked.apply(query, reading)))));
            return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .thenApply(done -> {
                        answers.forEach(answer -> readings.putAll(answer.join()));
                        return readings;
                    });
        }

        /** Never completes exceptionally: one source that throws or hangs takes its own readings with it, and no others. */
        private CompletableFuture<Map<MetricQuery, Reading>> readOne(
                MetricSource source, Set<MetricQuery> some, Instant at, BiConsumer<MetricQuery, Reading> early) {
            CompletableFuture<Map<MetricQuery, Reading>> answer;
            try {
                answer = source.read(some, at, early);
            } catch (Throwable e) {
                answer = CompletableFuture.failedFuture(e);
            }
            return Deadline.in(within).end(answer).handle((read, fault) -> {
                Map<MetricQuery, Reading> all = new LinkedHashMap<>();
                for (MetricQuery query : some) {
                    Reading reading = read == null ? null : read.get(query);
                    if (reading != null) {
                        all.put(query, checked.apply(query, reading));
                    } else if (fault != null) {
                        all.put(query, Reading.unavailable(explain(fault)));
                    }
                }
                return all;
            });
        }

        private String explain(Throwable fault) {
            return fault instanceof TimeoutException
                    ? "the source did not answer within " + Units.print(within)
                    : "the source failed: " + ReadingBatch.failed(fault).detail();
        }

        @Override
        public String describe(MetricQuery query) {
            MetricSource source = route.apply(query);
            return source == null ? null : source.describe(query);
        }

        @Override
        public void close() {
            sources.forEach(MetricSource::close);
        }
    }
}

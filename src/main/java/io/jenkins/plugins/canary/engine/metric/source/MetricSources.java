package io.jenkins.plugins.canary.engine.metric.source;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.HttpAddress;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.metric.ConfiguredServer;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.RoutedSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.http.Credentials;
import io.jenkins.plugins.canary.engine.metric.http.Tls;
import io.jenkins.plugins.canary.engine.metric.json.JsonSource;
import io.jenkins.plugins.canary.engine.metric.prometheus.PrometheusClient;
import io.jenkins.plugins.canary.engine.metric.prometheus.PrometheusSource;
import io.jenkins.plugins.canary.engine.metric.prometheus.RangeReader;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.metric.scrape.ScrapeSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        List<MetricSource> sources = new ArrayList<>();
        Duration timeout = metrics.timeout();
        MetricSource main = null;
        if (metrics.source() instanceof SourceSettings.Prometheus settings) {
            ConfiguredServer server = server(settings, context);
            timeout = Duration.ofMillis(server.settings().timeoutMillis());
            main = new PrometheusSource(client(server, context.secrets()), queries);
        } else if (metrics.source() instanceof SourceSettings.Scrape settings) {
            timeout = Duration.ofMillis(settings.timeoutMillis());
            main = scrape(settings, metrics, context, queries);
        }
        if (main != null) {
            sources.add(main);
        }
        List<CustomMetric> fromJson =
                metrics.custom().values().stream().filter(m -> m.json() != null).toList();
        MetricSource json = null;
        if (!fromJson.isEmpty()) {
            json = new JsonSource(fromJson, clients, context, timeout, queries);
            sources.add(json);
        }
        MetricSource forJson = json;
        MetricSource forRest = main;
        return new RoutedSource(
                query -> queries.custom(query).map(m -> m.json() != null).orElse(false) ? forJson : forRest,
                sources,
                queries::checked,
                timeout.plus(SPARE));
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
        Credentials credentials = Credentials.open(server.auth(), secrets);
        URI base;
        try {
            base = HttpAddress.of(server.url());
        } catch (IllegalArgumentException e) {
            throw new MetricException("metrics.prometheus.url: " + e.getMessage(), e);
        }
        return new PrometheusClient(
                clients.get(Tls.open(server.auth(), secrets), at.addresses()),
                base,
                credentials,
                PrometheusClient.tenant(server.tenant()),
                Duration.ofMillis(server.timeoutMillis()));
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
        return new ScrapeSource(
                settings,
                metrics,
                clients.get(Tls.open(settings.auth(), context.secrets()), context.addresses()),
                Credentials.open(settings.auth(), context.secrets()),
                queries);
    }
}

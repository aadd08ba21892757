package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics sections that tests read with. */
public final class SampleMetrics {

    public static final Duration WINDOW = Duration.ofMinutes(5);
    public static final Map<Track, String> LABELS =
            Map.of(Track.CANARY, "version=\"v2\"", Track.STABLE, "version=\"v1\"");
    public static final Secrets NO_SECRETS = ref -> {
        throw new Secrets.SecretMissing("there is no secret " + ref.name());
    };

    private SampleMetrics() {}

    public static Metrics metrics(SourceSettings source, CustomMetric... custom) {
        return metrics(source, LABELS, custom);
    }

    public static Metrics metrics(SourceSettings source, Map<Track, String> labels, CustomMetric... custom) {
        Map<String, CustomMetric> byName = new LinkedHashMap<>();
        for (CustomMetric metric : custom) {
            byName.put(metric.name(), metric);
        }
        return new Metrics(
                source,
                Duration.ofSeconds(15),
                Duration.ofSeconds(15),
                WINDOW,
                WINDOW,
                labels,
                null,
                HttpNames.DEFAULT,
                byName,
                List.of(),
                null);
    }

    public static SourceSettings.Prometheus prometheus(String url) {
        return new SourceSettings.Prometheus(url, null, Auth.NONE, 10_000);
    }

    public static SourceSettings.Scrape scrape(List<String> canary, List<String> stable) {
        return new SourceSettings.Scrape(canary, stable, Auth.NONE, 10_000);
    }

    public static SourceContext context(Secrets secrets) {
        return SourceContext.of(new Target("shop", "api-gateway"), "v2", secrets);
    }

    public static SourceContext context() {
        return context(NO_SECRETS);
    }

    public static MetricQuery query(String metric, Track track) {
        return new MetricQuery(Metric.parse(metric), track, WINDOW);
    }

    public static CustomMetric promQl(String name, String query) {
        return new CustomMetric(name, Unit.COUNT, query, null, ValueRange.of(Unit.COUNT));
    }

    public static CustomMetric json(String name, String url, String path) {
        return new CustomMetric(name, Unit.COUNT, null, JsonQuery.get(url, path, null), ValueRange.of(Unit.COUNT));
    }

    /** Reads one query and waits for its reading. */
    public static Reading read(MetricSource source, MetricQuery query, java.time.Instant at) {
        return source.read(java.util.Set.of(query), at)
                .orTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
                .join()
                .get(query);
    }
}

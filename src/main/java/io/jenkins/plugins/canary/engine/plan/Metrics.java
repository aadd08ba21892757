package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import java.time.Duration;
import java.util.Map;

/**
 * Where a plan's metrics come from.
 *
 * @param source the source of the built-in metrics and of PromQL queries; null when every metric is read from JSON
 * @param interval the time between ticks
 * @param scrapeInterval how often the source itself gets new samples
 * @param window how far back rates and quantiles look unless a criterion says otherwise
 * @param labels PromQL label matchers that select each track
 * @param names the names and labels of the HTTP metrics that the built-in metrics are computed from
 * @param custom the plan's own metrics by name
 */
public record Metrics(
        SourceSettings source,
        Duration interval,
        Duration scrapeInterval,
        Duration window,
        Map<Track, String> labels,
        HttpNames names,
        Map<String, CustomMetric> custom) {

    public Metrics {
        labels = Map.copyOf(labels);
        custom = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(custom));
    }
}

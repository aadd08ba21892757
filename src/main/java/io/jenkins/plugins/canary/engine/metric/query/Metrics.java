package io.jenkins.plugins.canary.engine.metric.query;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a plan's metrics come from.
 *
 * @param source the source of the built-in metrics and of PromQL queries; null when every metric is read from JSON
 * @param scrapeInterval how often the source itself gets new samples
 * @param window how far back rates and quantiles look unless a criterion says otherwise
 * @param labels PromQL label matchers that select each track
 * @param pod the label by whose values pods are told apart; null where they are not
 * @param names the names and labels of the HTTP metrics that the built-in metrics are computed from
 * @param logs null when the plan reads no log lines
 */
public record Metrics(
        SourceSettings source,
        Duration interval,
        Duration scrapeInterval,
        Duration maxAge,
        Duration window,
        Map<Track, String> labels,
        String pod,
        HttpNames names,
        Map<String, CustomMetric> custom,
        List<SetChoice> sets,
        LogSettings logs) {

    private static final Duration LEAST_AGE = Duration.ofMinutes(2);
    private static final Duration JSON_TIMEOUT = Duration.ofSeconds(10);

    /** Without ready-made sets and log lines, and with the usual age of samples. */
    public Metrics(
            SourceSettings source,
            Duration interval,
            Duration scrapeInterval,
            Duration window,
            Map<Track, String> labels,
            HttpNames names,
            Map<String, CustomMetric> custom) {
        this(
                source,
                interval,
                scrapeInterval,
                usualAge(scrapeInterval),
                window,
                labels,
                null,
                names,
                custom,
                List.of(),
                null);
    }

    /** Two scrape intervals, and two minutes at least: many servers get new samples once a minute, whatever a plan says. */
    public static Duration usualAge(Duration scrapeInterval) {
        Duration two = scrapeInterval.multipliedBy(2);
        return two.compareTo(LEAST_AGE) < 0 ? LEAST_AGE : two;
    }

    public Unit unit(Metric metric) {
        CustomMetric own = custom.get(metric.name());
        if (own != null || metric.probe() != null) {
            return own == null ? Unit.COUNT : own.unit();
        }
        return BuiltInMetric.named(metric.name())
                .map(BuiltInMetric::unit)
                .orElseGet(() -> SetMetric.named(metric.name())
                        .map(SetMetric::unit)
                        .or(() -> LogMetric.named(metric.name()).map(LogMetric::unit))
                        .orElse(Unit.COUNT));
    }

    /** The reading, unless it is a value that its metric cannot have. */
    public Reading checked(Metric metric, Reading reading) {
        CustomMetric own = custom.get(metric.name());
        Unit unit = unit(metric);
        return (own == null ? ValueRange.of(unit) : own.range()).check(unit, reading);
    }

    public Metrics {
        labels = Map.copyOf(labels);
        sets = List.copyOf(sets);
        custom = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(custom));
    }

    /** These, and metrics that criteria define themselves. */
    public Metrics and(Map<String, CustomMetric> more) {
        Map<String, CustomMetric> all = new LinkedHashMap<>(custom);
        all.putAll(more);
        return new Metrics(source, interval, scrapeInterval, maxAge, window, labels, pod, names, all, sets, logs);
    }

    /** How long one answer of a source is waited for, over the network. */
    public Duration timeout() {
        if (source instanceof SourceSettings.Prometheus p) {
            return Duration.ofMillis(p.timeoutMillis());
        }
        if (source instanceof SourceSettings.Scrape s) {
            return Duration.ofMillis(s.timeoutMillis());
        }
        return interval.compareTo(JSON_TIMEOUT) < 0 ? interval : JSON_TIMEOUT;
    }

    /** How long a tick waits for readings: until the next one is due, or for as long as the plan lets a source take. */
    public Duration patience() {
        return interval.compareTo(timeout()) < 0 ? timeout() : interval;
    }

    /** Whether stable's value of a metric can be read at no request more than the canary's. */
    public boolean readsStable(Metric metric) {
        if (metric.name().equals(BuiltInMetric.THROUGHPUT_SHARE.word())) {
            // What one track has of all requests, the other lacks.
            return false;
        }
        if (source instanceof SourceSettings.Scrape scrape) {
            return !scrape.stable().isEmpty() && !custom.containsKey(metric.name());
        }
        CustomMetric own = custom.get(metric.name());
        if (!(source instanceof SourceSettings.Prometheus) || own != null && own.query() == null) {
            return false;
        }
        boolean labelled = labels.containsKey(Track.STABLE);
        if (own != null) {
            Template query = new Template(own.query(), Map.of());
            return query.has("track") || labelled && query.has(Template.LABELS);
        }
        return set(metric.name())
                .map(set ->
                        !set.exporter().isShared() && (labelled || set.labels().containsKey(Track.STABLE)))
                .orElse(labelled && BuiltInMetric.named(metric.name()).isPresent());
    }

    public Optional<SetChoice> set(String metric) {
        return SetMetric.named(metric)
                .flatMap(m -> sets.stream()
                        .filter(s -> s.exporter().metrics().contains(m))
                        .findFirst());
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code metrics:}, where readings come from. */
final class MetricsReader {

    private static final Pattern CUSTOM_NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    static final Section METRICS = Section.of(
                    "metrics",
                    "Where readings come from: at most one source.",
                    Map.of(
                            "prometheus", SourceReader.PROMETHEUS.type(),
                            "scrape", SourceReader.SCRAPE.type(),
                            "interval", SourceReader.INTERVAL,
                            "labels", SeriesReader.LABELS.type(),
                            "http", SeriesReader.HTTP.type(),
                            "sets", SeriesReader.SETS.type(),
                            "logs", LogsReader.LOGS.type(),
                            "custom", CustomMetricReader.CUSTOM.type().byName(customNames())),
                    """
            prometheus | prometheus | none | A Prometheus server, or what speaks its API (Thanos, Mimir, VictoriaMetrics).
            scrape     | scrape     | none | The services' own `/metrics`, read directly.
            interval   | interval   | `15s` | The time between two ticks, unless the source says otherwise.
            maxAge     | duration   | two scrape intervals, `2m` at least | How old a sample may be; at least `scrapeInterval`. An older one, and one from more than 30 s in the future, is [no data](#the-age-of-a-sample).
            window     | duration   | `1m` | How far back rates and quantiles look, unless a criterion says otherwise.
            labels     | labels     | none | What selects each version's series, and tells pods apart. Required when a built-in metric is read from Prometheus.
            http       | http       | its own defaults | How the service's own HTTP metrics are called.
            sets       | sets       | none | [Ready-made metric sets](metric-sets.md).
            logs       | logs       | none | Log lines, for `log-error-rate`, `new-log-error-rate` and `log-lines`.
            custom     | custom     | none | [Metrics of your own](#metrics-of-your-own).
            """)
            .rule("{'not': {'required': ['prometheus', 'scrape']}}");

    private MetricsReader() {}

    private static String customNames() {
        Stream<String> builtIn = Arrays.stream(BuiltInMetric.values()).map(BuiltInMetric::word);
        Stream<String> ofSets = Arrays.stream(SetMetric.values()).map(SetMetric::word);
        Stream<String> ofLogs = Arrays.stream(LogMetric.values()).map(LogMetric::word);
        String taken =
                Stream.of(builtIn, ofSets, ofLogs).flatMap(words -> words).collect(Collectors.joining("|"));
        return "^(?!(" + taken + ")$)" + CUSTOM_NAME + "$";
    }

    /**
     * @param node null when the plan has no such section
     * @return never null; a source that is there but broken is still a source, so that one mistake is reported once
     */
    static Metrics read(YamlNode node, Target target) {
        if (node == null) {
            Duration interval = Duration.ofSeconds(15);
            return new Metrics(null, interval, interval, Duration.ofMinutes(1), Map.of(), HttpNames.DEFAULT, Map.of());
        }
        YamlObject o = METRICS.at(node);
        if (o.has("prometheus") && o.has("scrape")) {
            o.key("scrape").error("a plan reads its metrics from one source", "keep prometheus or scrape");
        }
        Duration interval = o.get("interval");
        SourceReader.Read source = o.has("prometheus")
                ? SourceReader.prometheus(o.value("prometheus"), interval)
                : o.get(
                        "scrape",
                        n -> SourceReader.scrape(n, target, interval),
                        new SourceReader.Read(null, interval, interval));
        SeriesReader series = new SeriesReader(target, source.settings());
        Map<Track, String> labels = o.get("labels", series::labels, Map.of());
        CustomMetricReader own = new CustomMetricReader(source.settings(), labels, target);
        Map<String, CustomMetric> custom = o.get("custom", n -> custom(n, own), Map.of());
        List<SetChoice> sets = o.get("sets", series::sets, List.of());
        HttpNames usual = sets.stream()
                .map(s -> s.exporter().http())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(HttpNames.DEFAULT);
        return new Metrics(
                source.settings(),
                source.interval(),
                source.scrapeInterval(),
                o.get("maxAge", n -> maxAge(n, source), Metrics.usualAge(source.scrapeInterval())),
                o.get("window"),
                labels,
                SeriesReader.pod(o),
                o.get("http", n -> SeriesReader.http(n, usual), usual),
                custom,
                sets,
                o.get("logs", new LogsReader(target)::read));
    }

    /** Reports what only a source can do, where the plan has none. */
    static void needsSource(Metrics metrics, YamlNode place, String what) {
        if (metrics.source() == null) {
            place.error(what + ", and the plan has none", "add metrics.prometheus or metrics.scrape");
        }
    }

    private static Duration maxAge(YamlNode node, SourceReader.Read source) {
        String scrapes = Units.write(source.scrapeInterval());
        return node.checked(
                node.positive(),
                age -> age.compareTo(source.scrapeInterval()) >= 0,
                "a sample is {} old before the next one comes: scrapeInterval is " + scrapes,
                "write two scrape intervals or more");
    }

    private static Map<String, CustomMetric> custom(YamlNode node, CustomMetricReader reader) {
        YamlObject o = node.object();
        return o.map(name -> {
            if (BuiltInMetric.named(name).isPresent()
                    || SetMetric.named(name).isPresent()
                    || LogMetric.named(name).isPresent()) {
                o.key(name).error(YamlNode.shown(name) + " is the name of a built-in metric", "give it another name");
            } else if (!CUSTOM_NAME.matcher(name).matches()) {
                o.key(name)
                        .error(
                                YamlNode.shown(name) + " is not a metric's name",
                                "use lower-case letters, digits and '-', at most 63, a letter first");
            }
            return reader.read(name, o.value(name));
        });
    }
}

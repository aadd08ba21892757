package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import io.jenkins.plugins.canary.engine.plan.query.LabelMatchers;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code metrics:}, where readings come from. */
final class MetricsReader {

    private static final Pattern CUSTOM_NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    static final Section LABELS = TrackLabels.keys("labels", "version=");

    static final Section METRICS = Section.of(
                    "metrics",
                    "Where readings come from: at most one source.",
                    Map.of(
                            "prometheus", SourceReader.PROMETHEUS.type(),
                            "scrape", SourceReader.SCRAPE.type(),
                            "labels", LABELS.type(),
                            "http", HttpNamesReader.HTTP.type(),
                            "sets", SetsReader.SETS.type(),
                            "custom",
                                    CustomMetricReader.CUSTOM
                                            .type()
                                            .byName("^(?!(" + taken() + ")$)" + CUSTOM_NAME + "$")),
                    """
                    prometheus | prometheus | none | A Prometheus server, or what speaks its API (Thanos, Mimir, VictoriaMetrics).
                    scrape     | scrape     | none | The services' own `/metrics`, read directly.
                    maxAge     | duration   | two scrape intervals, `2m` at least | How old a sample may be; at least `scrapeInterval`. An older one, and one from more than 30 s in the future, is [no data](#the-age-of-a-sample).
                    window     | duration   | `1m` | How far back rates and quantiles look, unless a criterion says otherwise.
                    labels     | labels     | none | What selects each version's series. Required when a built-in metric is read from Prometheus.
                    http       | http       | its own defaults | How the service's own HTTP metrics are called.
                    sets       | sets       | none | [Ready-made metric sets](metric-sets.md).
                    custom     | custom     | none | [Metrics of your own](#metrics-of-your-own).
                    """)
            .rule("{'not': {'required': ['prometheus', 'scrape']}}");

    private MetricsReader() {}

    private static String taken() {
        return Stream.concat(
                        Arrays.stream(BuiltInMetric.values()).map(BuiltInMetric::word),
                        Arrays.stream(SetMetric.values()).map(SetMetric::word))
                .collect(Collectors.joining("|"));
    }

    /**
     * @param node null when the plan has no such section
     * @return never null; a source that is there but broken is still a source, so that one mistake is reported once
     */
    static Metrics read(YamlNode node, Target target) {
        if (node == null) {
            return new Metrics(
                    null,
                    SourceReader.INTERVAL,
                    SourceReader.INTERVAL,
                    Duration.ofMinutes(1),
                    Map.of(),
                    HttpNames.DEFAULT,
                    Map.of());
        }
        YamlObject o = METRICS.at(node);
        if (o.has("prometheus") && o.has("scrape")) {
            o.key("scrape").error("a plan reads its metrics from one source", "keep prometheus or scrape");
        }
        SourceReader.Read source = o.has("prometheus")
                ? SourceReader.prometheus(o.value("prometheus"))
                : o.get("scrape", n -> SourceReader.scrape(n, target), SourceReader.Read.NONE);
        Map<Track, String> labels = o.get("labels", n -> trackLabels(n, target), Map.of());
        Map<String, CustomMetric> custom = o.get("custom", n -> custom(n, source, labels, target), Map.of());
        List<SetChoice> sets = o.get("sets", n -> SetsReader.read(n, target, source.settings()), List.of());
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
                o.get("http", n -> HttpNamesReader.read(n, usual), usual),
                custom,
                sets);
    }

    private static Duration maxAge(YamlNode n, SourceReader.Read source) {
        Duration age = n.positive();
        if (age != null && age.compareTo(source.scrapeInterval()) < 0) {
            n.error(
                    "a sample is " + YamlNode.shown(n.text()) + " old before the next one comes: scrapeInterval is "
                            + Units.write(source.scrapeInterval()),
                    "write two scrape intervals or more");
            return null;
        }
        return age;
    }

    /** What selects each track's series; a track is missing after reporting what is wrong with it. */
    static Map<Track, String> labels(YamlNode node, Section section, Target target) {
        YamlObject o = section.at(node);
        Map<Track, String> labels = new EnumMap<>(Track.class);
        for (Track track : Track.values()) {
            String matchers = o.get(track.word(), n -> LabelMatchers.read(n, target));
            if (matchers != null) {
                labels.put(track, matchers);
            }
        }
        return labels;
    }

    private static Map<Track, String> trackLabels(YamlNode node, Target target) {
        Map<Track, String> labels = labels(node, LABELS, target);
        if (labels.size() == 2 && LabelMatchers.same(labels.get(Track.CANARY), labels.get(Track.STABLE))) {
            node.object()
                    .key("stable")
                    .error(
                            "canary and stable have the same labels, so both would read the same series",
                            "write what tells the versions apart, such as version=\"v2\" and version=\"v1\"");
        }
        return labels;
    }

    private static Map<String, CustomMetric> custom(
            YamlNode node, SourceReader.Read source, Map<Track, String> labels, Target target) {
        YamlObject o = node.object();
        Map<String, CustomMetric> custom = new LinkedHashMap<>();
        for (String name : o.keys()) {
            if (BuiltInMetric.named(name).isPresent() || SetMetric.named(name).isPresent()) {
                o.key(name).error(YamlNode.shown(name) + " is the name of a built-in metric", "give it another name");
            } else if (!CUSTOM_NAME.matcher(name).matches()) {
                o.key(name)
                        .error(
                                YamlNode.shown(name) + " is not a metric's name",
                                "use lower-case letters, digits and '-', at most 63, a letter first");
            }
            CustomMetricReader reader = new CustomMetricReader(source.settings(), labels, target);
            custom.put(name, reader.read(name, o.value(name)));
        }
        return custom;
    }
}

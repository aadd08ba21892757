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
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Reads {@code metrics:}, where readings come from. */
final class MetricsReader {

    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Pattern CUSTOM_NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private MetricsReader() {}

    /**
     * @param node null when the plan has no such section
     * @return never null; a source that is there but broken is still a source, so that one mistake is reported once
     */
    static Metrics read(YamlNode node, Target target) {
        if (node == null) {
            return new Metrics(
                    null, SourceReader.INTERVAL, SourceReader.INTERVAL, WINDOW, Map.of(), HttpNames.DEFAULT, Map.of());
        }
        YamlObject o = Section.METRICS.at(node);
        if (o.has("prometheus") && o.has("scrape")) {
            o.key("scrape").error("a plan reads its metrics from one source", "keep prometheus or scrape");
        }
        SourceReader.Read source = o.has("prometheus")
                ? SourceReader.prometheus(o.get("prometheus").orElseThrow())
                : o.get("scrape", n -> SourceReader.scrape(n, target), SourceReader.Read.NONE);
        Map<Track, String> labels = o.get("labels", n -> labels(n, target), Map.of());
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
                maxAge(o, source),
                o.get("window", YamlNode::positive, WINDOW),
                labels,
                o.get("http", n -> HttpNamesReader.read(n, usual), usual),
                custom,
                sets);
    }

    private static Duration maxAge(YamlObject o, SourceReader.Read source) {
        return o.get(
                "maxAge",
                n -> {
                    Duration age = n.positive();
                    if (age != null && age.compareTo(source.scrapeInterval()) < 0) {
                        n.error(
                                "a sample is " + YamlNode.shown(n.text())
                                        + " old before the next one comes: scrapeInterval is "
                                        + Units.print(source.scrapeInterval()),
                                "write two scrape intervals or more");
                        return null;
                    }
                    return age;
                },
                Metrics.usualAge(source.scrapeInterval()));
    }

    private static Map<Track, String> labels(YamlNode node, Target target) {
        YamlObject o = Section.LABELS.at(node);
        Map<Track, String> labels = new EnumMap<>(Track.class);
        for (Track track : Track.values()) {
            String matchers = o.need(track.word(), n -> LabelMatchers.read(n, target), "'version=\"...\"'");
            if (matchers != null) {
                labels.put(track, matchers);
            }
        }
        if (labels.size() == 2 && LabelMatchers.same(labels.get(Track.CANARY), labels.get(Track.STABLE))) {
            o.key("stable")
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
            custom.put(name, reader.read(name, o.get(name).orElseThrow()));
        }
        return custom;
    }
}

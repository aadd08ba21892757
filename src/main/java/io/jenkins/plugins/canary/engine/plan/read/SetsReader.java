package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.set.Exporter;
import io.jenkins.plugins.canary.engine.metric.set.Exporters;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetKind;
import io.jenkins.plugins.canary.engine.plan.query.LabelMatchers;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code metrics.sets:}, which exporters give the ready-made metrics. */
final class SetsReader {

    private SetsReader() {}

    static List<SetChoice> read(YamlNode node, Target target, SourceSettings source) {
        YamlObject o = Section.SETS.at(node);
        List<SetChoice> sets = new ArrayList<>();
        for (SetKind kind : SetKind.values()) {
            SetChoice set = o.get(kind.word(), n -> set(n, kind, target, source), null);
            if (set != null) {
                sets.add(set);
            }
        }
        return sets;
    }

    private static SetChoice set(YamlNode node, SetKind kind, Target target, SourceSettings source) {
        if (!node.isObject()) {
            Exporter exporter = exporter(node, kind, source);
            return exporter == null ? null : new SetChoice(exporter, Map.of(), null);
        }
        YamlObject o = Section.SET.at(node);
        Exporter exporter = o.need(
                "exporter",
                n -> exporter(n, kind, source),
                Exporters.names(kind).get(0));
        Map<Track, String> labels = o.get("labels", n -> labels(n, target), Map.of());
        if (exporter != null && o.has("labels") && (exporter.isShared() || exporter.http() != null)) {
            o.key("labels")
                    .error(
                            exporter.isShared()
                                    ? "both versions share what " + exporter.name()
                                            + " watches, so its series belong to no track"
                                    : "the HTTP metrics' labels are metrics.labels",
                            exporter.isShared() ? "write where: 'instance=\"...\"'" : "write them there");
        }
        if (exporter != null && o.has("where") && exporter.http() != null) {
            o.key("where").error("the HTTP metrics are selected by metrics.labels alone", "write it there");
        }
        String where = o.get("where", n -> LabelMatchers.read(n, target), null);
        return exporter == null ? null : new SetChoice(exporter, labels, where);
    }

    private static Exporter exporter(YamlNode node, SetKind kind, SourceSettings source) {
        String name = node.text();
        Optional<Exporter> exporter = name == null ? Optional.empty() : Exporters.named(kind, name);
        if (name != null && exporter.isEmpty()) {
            node.error(
                    "there is no set " + kind.word() + " for " + YamlNode.shown(name),
                    "there is one for: " + String.join(", ", Exporters.names(kind)));
        }
        if (exporter.isPresent() && exporter.get().isShared() && !(source instanceof SourceSettings.Prometheus)) {
            node.error(
                    name + " is scraped beside the service, which a Prometheus server does", "add metrics.prometheus");
        }
        return exporter.orElse(null);
    }

    private static Map<Track, String> labels(YamlNode node, Target target) {
        YamlObject o = Section.LABELS.at(node);
        Map<Track, String> labels = new EnumMap<>(Track.class);
        for (Track track : Track.values()) {
            String matchers = o.need(track.word(), n -> LabelMatchers.read(n, target), "'pod=~\"...\"'");
            if (matchers != null) {
                labels.put(track, matchers);
            }
        }
        return labels;
    }
}

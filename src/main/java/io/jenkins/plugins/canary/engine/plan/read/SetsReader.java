package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.set.Exporter;
import io.jenkins.plugins.canary.engine.metric.set.Exporters;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetKind;
import io.jenkins.plugins.canary.engine.plan.query.LabelMatchers;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads {@code metrics.sets:}, which exporters give the ready-made metrics. */
final class SetsReader {

    private static final Section LABELS = TrackLabels.keys("setLabels", "pod=~");

    private static final Section SET = Section.of(
            "set",
            "An exporter, and which of its series are meant.",
            Map.of("labels", LABELS.type(), "matchers", TrackLabels.MATCHERS),
            """
            exporter | text     | required         | The exporter that gives the metrics.
            labels   | labels   | those of `metrics` | What selects each track's series.
            where    | matchers | none             | What all series of the set must meet, such as `'instance="redis:9121"'`.
            """);

    static final Section SETS = Section.of(
            "sets",
            "Ready-made metrics, by what they are about: the name of an exporter, or an exporter with labels.",
            Arrays.stream(SetKind.values()).collect(Collectors.toMap(SetKind::word, SetsReader::type)),
            """
            http      | http      | none | Rate, errors and duration of the service's requests.
            limiter   | limiter   | none | The store that a rate limiter keeps its counts in.
            pool      | pool      | none | The pool of connections to the database.
            resources | resources | none | CPU and memory.
            ai        | ai        | none | Calls of a model or another dependency with a fallback.
            security  | security  | none | What was kept out.
            """);

    private SetsReader() {}

    private static KeyType type(SetKind kind) {
        KeyType names = KeyType.oneOf(Exporters.names(kind), null);
        return KeyType.of(
                names.word() + ", or set",
                Map.of(
                        "anyOf",
                        List.of(
                                names,
                                Map.of("allOf", List.of(SET.type(), Map.of("properties", Map.of("exporter", names)))))),
                null);
    }

    static List<SetChoice> read(YamlNode node, Target target, SourceSettings source) {
        YamlObject o = SETS.at(node);
        List<SetChoice> sets = new ArrayList<>();
        for (SetKind kind : SetKind.values()) {
            SetChoice set = o.get(kind.word(), n -> set(n, kind, target, source));
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
        YamlObject o = SET.at(node);
        Exporter exporter = o.need(
                "exporter",
                n -> exporter(n, kind, source),
                Exporters.names(kind).get(0));
        Map<Track, String> labels = o.get("labels", n -> MetricsReader.labels(n, LABELS, target), Map.of());
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
        String where = o.get("where", n -> LabelMatchers.read(n, target));
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
}

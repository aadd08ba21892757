package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.Exporter;
import io.jenkins.plugins.canary.engine.metric.set.Exporters;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads which metric a criterion is about: a built-in one, with a quantile where it needs one, or the plan's own. */
final class MetricReader {

    static final KeyType QUANTILE = KeyType.between("number between 0 and 1", 0, 1, MetricReader::quantile);

    private MetricReader() {}

    /** The metrics that have quantiles, those of a set where one of its exporters has them. */
    static List<String> withQuantiles() {
        return Stream.concat(
                        Arrays.stream(BuiltInMetric.values())
                                .filter(BuiltInMetric::needsQuantile)
                                .map(BuiltInMetric::word),
                        Arrays.stream(SetMetric.values())
                                .filter(m -> Exporters.all().stream().anyMatch(e -> e.needsQuantile(m)))
                                .map(SetMetric::word))
                .toList();
    }

    /** Null after reporting when there is no such metric or its quantile is missing. */
    static Metric read(YamlObject o, String name, Metrics metrics) {
        YamlNode place = o.value("metric");
        Optional<BuiltInMetric> builtIn = BuiltInMetric.named(name);
        Optional<SetChoice> set = builtIn.isPresent() ? Optional.empty() : metrics.set(name);
        if (builtIn.isEmpty() && set.isEmpty() && !metrics.custom().containsKey(name)) {
            SetMetric.named(name)
                    .ifPresentOrElse(
                            m -> place.error(
                                    notInASet(m, metrics),
                                    "write metrics.sets: { " + m.kind().word() + ": " + giving(m)
                                            + " }, one of the exporters that have it"),
                            () -> place.error(
                                    "unknown metric " + YamlNode.shown(name),
                                    "built in: "
                                            + Arrays.stream(BuiltInMetric.values())
                                                    .map(BuiltInMetric::word)
                                                    .collect(Collectors.joining(", "))
                                            + Stream.ofNullable(
                                                            metrics.custom().isEmpty()
                                                                    ? null
                                                                    : metrics.custom()
                                                                            .keySet())
                                                    .map(own -> "; the plan's own: " + String.join(", ", own))
                                                    .collect(Collectors.joining())));
            return null;
        }
        if (builtIn.isPresent() && metrics.source() == null) {
            place.error(
                    name + " is computed from a source, and the plan has none",
                    "add metrics.prometheus or metrics.scrape");
        }
        boolean needed = builtIn.map(BuiltInMetric::needsQuantile).orElseGet(() -> set.map(
                        s -> s.exporter().needsQuantile(SetMetric.named(name).orElseThrow()))
                .orElse(false));
        if (!needed && o.has("quantile")) {
            o.key("quantile")
                    .error(
                            name + " has no quantiles"
                                    + set.map(s -> " from " + s.exporter().name())
                                            .orElse(""),
                            "remove quantile" + (set.isPresent() ? "" : "; only latency and slow-rate have them"));
        }
        if (!needed) {
            return Metric.of(name);
        }
        Double quantile = o.need("quantile");
        return quantile == null ? null : new Metric(name, quantile);
    }

    private static String notInASet(SetMetric metric, Metrics metrics) {
        return metric.word()
                + metrics.sets().stream()
                        .filter(s -> s.exporter().kind() == metric.kind())
                        .findFirst()
                        .map(s -> " is nothing that " + s.exporter().name() + " gives")
                        .orElse(" is a metric of a set that the plan does not use");
    }

    private static String giving(SetMetric metric) {
        return Exporters.all().stream()
                .filter(e -> e.metrics().contains(metric))
                .map(Exporter::name)
                .collect(Collectors.joining(" | "));
    }

    private static Double quantile(YamlNode node) {
        Double q = node.number();
        if (q != null && (q <= 0 || q >= 1)) {
            node.error(
                    YamlNode.shown(node.text()) + " is not a quantile", "write a number between 0 and 1: 0.99 for p99");
            return null;
        }
        return q;
    }
}

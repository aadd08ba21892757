package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads which metric a criterion is about: a built-in one, with a quantile where it needs one, or the plan's own. */
record MetricReader(Metrics metrics) {

    static final KeyType QUANTILE = KeyType.between(
            "number between 0 and 1", 0, 1, "{} is not a quantile", "write a number between 0 and 1: 0.99 for p99");

    private static final String LABEL_NAME = "^[a-zA-Z_][a-zA-Z0-9_]{0,62}$";

    static final KeyType LABEL = KeyType.string("label name", LABEL_NAME, MetricReader::label);

    private static String label(YamlNode node) {
        return node.checked(
                node.text(),
                text -> text.matches(LABEL_NAME),
                "{} is not a label's name",
                "use letters, digits and underscores, such as route");
    }

    /** The metrics that have quantiles, those of a set where one of its exporters has them. */
    static List<String> withQuantiles() {
        Stream<String> builtIn = Arrays.stream(BuiltInMetric.values())
                .filter(BuiltInMetric::needsQuantile)
                .map(BuiltInMetric::word);
        Stream<String> ofSets = Arrays.stream(SetMetric.values())
                .filter(m -> Exporters.all().stream().anyMatch(e -> e.needsQuantile(m)))
                .map(SetMetric::word);
        return Stream.concat(builtIn, ofSets).toList();
    }

    /** Null after reporting when there is no such metric or its quantile is missing. */
    Metric read(YamlObject o, String name) {
        YamlNode place = o.value("metric");
        Optional<BuiltInMetric> builtIn = BuiltInMetric.named(name);
        Optional<SetChoice> set = builtIn.isPresent() ? Optional.empty() : metrics.set(name);
        boolean ofLogs = LogMetric.named(name).isPresent();
        if (ofLogs && metrics.logs() == null) {
            place.error(name + " is counted in log lines, and the plan reads none", "add metrics.logs");
            return null;
        }
        if (builtIn.isEmpty() && set.isEmpty() && !ofLogs && !metrics.custom().containsKey(name)) {
            SetMetric.named(name).ifPresentOrElse(metric -> notInASet(place, metric), () -> unknown(place, name));
            return null;
        }
        if (builtIn.isPresent()) {
            MetricsReader.needsSource(metrics, place, name + " is computed from a source");
        }
        boolean needed = builtIn.isPresent()
                ? builtIn.get().needsQuantile()
                : set.isPresent()
                        && set.get()
                                .exporter()
                                .needsQuantile(SetMetric.named(name).orElseThrow());
        if (needed) {
            Double quantile = o.need("quantile");
            return quantile == null ? null : new Metric(name, quantile);
        }
        if (o.has("quantile")) {
            String from = set.map(s -> " from " + s.exporter().name()).orElse("");
            String only = set.isPresent() ? "" : "; only latency and slow-rate have them";
            o.key("quantile").error(name + " has no quantiles" + from, "remove quantile" + only);
        }
        return Metric.of(name);
    }

    private void unknown(YamlNode place, String name) {
        String builtIn =
                Arrays.stream(BuiltInMetric.values()).map(BuiltInMetric::word).collect(Collectors.joining(", "));
        Set<String> own = metrics.custom().keySet();
        place.error(
                "unknown metric " + YamlNode.shown(name),
                "built in: " + builtIn + (own.isEmpty() ? "" : "; the plan's own: " + String.join(", ", own)));
    }

    private void notInASet(YamlNode place, SetMetric metric) {
        String why = metrics.sets().stream()
                .filter(s -> s.exporter().kind() == metric.kind())
                .findFirst()
                .map(s -> " is nothing that " + s.exporter().name() + " gives")
                .orElse(" is a metric of a set that the plan does not use");
        String giving = Exporters.all().stream()
                .filter(e -> e.metrics().contains(metric))
                .map(Exporter::name)
                .collect(Collectors.joining(" | "));
        place.error(
                metric.word() + why,
                "write metrics.sets: { " + metric.kind().word() + ": " + giving
                        + " }, one of the exporters that have it");
    }
}

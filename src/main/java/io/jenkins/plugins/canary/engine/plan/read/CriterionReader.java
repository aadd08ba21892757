package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.InScore;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads criteria, one by one or as a gate. */
final class CriterionReader {

    private static final List<String> OF_PROBES = List.of("onNoData", "noDataDeadline", "probe", "for", "item");
    private static final List<String> IN_SCORE = List.of("groups", "critical", "mustHaveData");

    private final Metrics metrics;
    private final ProbeSettings probes;
    private final boolean scored;

    /**
     * @param probes null when the plan has none
     * @param scored whether the plan has a score, in which criteria may have a part
     */
    CriterionReader(Metrics metrics, ProbeSettings probes, boolean scored) {
        this.metrics = metrics;
        this.probes = probes;
        this.scored = scored;
    }

    /** The criteria that could be read; each must differ from the others. */
    List<Criterion> gate(YamlNode node) {
        List<Criterion> gate = new ArrayList<>();
        Set<String> labels = new HashSet<>();
        for (YamlNode item : node.list()) {
            Criterion c = read(Section.CRITERION.at(item));
            if (c != null && !labels.add(c.label())) {
                item.error("this criterion is in the gate already: " + c.label(), "keep one of them");
            }
            if (c != null) {
                gate.add(c);
            }
        }
        return gate;
    }

    /** Null after reporting when the metric or a bound is broken, so that nothing is derived from it. */
    Criterion read(YamlObject o) {
        return o.has("probe") ? probe(o) : metric(o);
    }

    /** A probe has no bounds of its own: its expectations are met, or they are not. */
    private Criterion probe(YamlObject o) {
        o.keys().stream().filter(key -> !OF_PROBES.contains(key)).toList().forEach(key -> o.key(key)
                .error(
                        "a criterion with a probe has no " + key,
                        "remove it: what the probe expects stands under probes.run"));
        String name = o.get("probe", YamlNode::text, null);
        if (name != null && (probes == null || !probes.run().containsKey(name))) {
            o.get("probe")
                    .orElseThrow()
                    .error(
                            "there is no probe " + YamlNode.shown(name),
                            probes == null || probes.run().isEmpty()
                                    ? "add it under probes.run"
                                    : "the plan has: "
                                            + String.join(", ", probes.run().keySet()));
            return null;
        }
        return name == null
                ? null
                : Criterion.passes(
                        name,
                        o.get("onNoData", n -> n.choice(NoDataPolicy.class), NoDataPolicy.HOLD),
                        o.get("noDataDeadline", YamlNode::positive, null),
                        metrics.window());
    }

    private Criterion metric(YamlObject o) {
        String name = o.need("metric", YamlNode::text, "success-rate");
        Metric metric = name == null ? null : MetricReader.read(o, name, metrics);
        Unit unit = metric == null ? null : unit(metric);
        Double min = unit == null ? null : o.get("min", n -> threshold(n, metric, unit), null);
        Double max = unit == null ? null : o.get("max", n -> threshold(n, metric, unit), null);
        Versus versus = o.get("versusStable", n -> new VersusReader(metrics).read(n, metric, unit), null);
        var window = o.get("window", YamlNode::positive, metrics.window());
        Trend trend = o.get("trend", n -> TrendReader.read(n, metric, unit, window), null);
        if (o.has("trend") && o.has("versusStable")) {
            o.key("trend").error("a drift and a comparison with stable are two questions", "make two criteria of it");
        }
        if (!o.has("min") && !o.has("max") && !o.has("versusStable") && !o.has("trend") && name != null) {
            o.self()
                    .error(
                            "the criterion has no bound, so nothing can break it",
                            "add min, max, trend or versusStable: { maxIncrease: 20% }");
        }
        if (min != null && max != null && min > max) {
            o.get("min").orElseThrow().error("min is above max, so no value passes", "swap them");
        }
        long minRequests = o.get("minRequests", n -> n.whole(1, 1_000_000_000L), 0L);
        if (minRequests > 0 && metrics.source() == null) {
            o.key("minRequests")
                    .error(
                            "requests are counted by a source, and the plan has none",
                            "add metrics.prometheus or metrics.scrape, or remove minRequests");
        }
        NoDataPolicy onNoData = o.get("onNoData", n -> n.choice(NoDataPolicy.class), NoDataPolicy.HOLD);
        var noDataDeadline = o.get("noDataDeadline", YamlNode::positive, null);
        boolean broken = unit == null
                || o.has("min") && min == null
                || o.has("max") && max == null
                || o.has("versusStable") && versus == null
                || o.has("trend") && trend == null;
        return broken
                ? null
                : new Criterion(
                        metric,
                        unit,
                        min,
                        max,
                        versus,
                        minRequests,
                        onNoData,
                        noDataDeadline,
                        window,
                        trend,
                        inScore(o));
    }

    private InScore inScore(YamlObject o) {
        if (!scored) {
            IN_SCORE.stream().filter(o::has).forEach(key -> o.key(key)
                    .error(
                            key + " is a criterion's part in a score, and the plan has none",
                            "add score: { pass: 95, marginal: 75 }"));
            return InScore.USUAL;
        }
        return new InScore(
                o.get("groups", YamlNode::texts, List.of()),
                Boolean.TRUE.equals(o.get("critical", YamlNode::bool, false)),
                Boolean.TRUE.equals(o.get("mustHaveData", YamlNode::bool, false)));
    }

    /** Null when the plan's own metric is broken, which has been reported. */
    private Unit unit(Metric metric) {
        CustomMetric custom = metrics.custom().get(metric.name());
        return custom != null
                ? custom.unit()
                : BuiltInMetric.named(metric.name())
                        .map(BuiltInMetric::unit)
                        .orElseGet(() ->
                                SetMetric.named(metric.name()).orElseThrow().unit());
    }

    private static Double threshold(YamlNode node, Metric metric, Unit unit) {
        Double value = node.value(unit);
        boolean builtIn = BuiltInMetric.named(metric.name()).isPresent();
        if (value != null && builtIn && (value < 0 || unit == Unit.RATIO && value > 1)) {
            node.error(
                    YamlNode.shown(node.text()) + " is a value that " + metric.name() + " never has",
                    unit == Unit.RATIO ? "write a percentage from 0% to 100%" : "write zero or more");
            return null;
        }
        return value;
    }
}

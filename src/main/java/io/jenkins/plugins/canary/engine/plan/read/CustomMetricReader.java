package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import io.jenkins.plugins.canary.engine.metric.json.JsonPathExpression;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.HashMap;
import java.util.Map;

/** Reads one metric under {@code metrics.custom:}, a PromQL query or a value out of a JSON document. */
final class CustomMetricReader {

    private final SourceSettings source;
    private final Map<Track, String> labels;
    private final Target target;

    /** @param source null when the plan has none */
    CustomMetricReader(SourceSettings source, Map<Track, String> labels, Target target) {
        this.source = source;
        this.labels = labels;
        this.target = target;
    }

    /** Never null: a broken metric still has its name, so that criteria on it are not reported as well. */
    CustomMetric read(String name, YamlNode node) {
        YamlObject o = Section.CUSTOM.at(node);
        if (node.isObject() && o.has("query") == o.has("json")) {
            node.error(
                    o.has("query") ? "both query and json are given" : "neither query nor json is given",
                    "write query: 'PromQL', or json: { url: ..., path: ... }");
        }
        Unit unit = o.need("unit", n -> n.choice(Unit.class), "ratio | seconds | per-second | count");
        ValueRange usual = unit == null ? null : ValueRange.of(unit);
        return new CustomMetric(
                name,
                unit,
                o.get("query", this::query, null),
                o.get("json", this::json, null),
                usual == null ? null : o.get("range", n -> range(n, unit, usual), usual));
    }

    private static ValueRange range(YamlNode node, Unit unit, ValueRange usual) {
        YamlObject o = Section.RANGE.at(node);
        double min = o.get("min", n -> n.value(unit), usual.min());
        double max = o.get("max", n -> n.value(unit), usual.max());
        if (min >= max) {
            node.error(
                    "the metric's range is empty: min is not below max",
                    "write min and max of the values that it can have");
            return usual;
        }
        return new ValueRange(min, max);
    }

    private String query(YamlNode node) {
        String text = node.shortText(10_000);
        if (text == null) {
            return null;
        }
        if (!(source instanceof SourceSettings.Prometheus)) {
            node.error(
                    "a PromQL query needs a Prometheus server to answer it",
                    "add metrics.prometheus, or read the value with json");
        }
        String flaw = PromQl.parse(text).flaw();
        if (flaw != null) {
            node.error("the query is not PromQL: " + flaw, "close what is open, and try the query in Prometheus");
        }
        placeholders(node, text);
        quoted(node, text, Placeholders.TARGET, target.deployment());
        quoted(node, text, Placeholders.NAMESPACE, target.namespace());
        return text;
    }

    /** Names with a dash or a dot can only stand in quotes; what the rollout would refuse is told now. */
    private void quoted(YamlNode node, String text, Placeholders name, String value) {
        if (!value.isEmpty() && fits(text, name, "x") && !fits(text, name, value)) {
            node.error(
                    "{{" + name.word() + "}} stands outside of quotes, where " + YamlNode.shown(value)
                            + " cannot be put",
                    "put it into quotes, as a label's value");
        }
    }

    private static boolean fits(String text, Placeholders name, String value) {
        Map<String, String> values = new HashMap<>();
        for (Placeholders any : Placeholders.values()) {
            values.put(any.word(), any == name ? value : "x");
        }
        try {
            new Template(text, values).promQl();
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    private CustomMetric.Json json(YamlNode node) {
        YamlObject o = Section.JSON.at(node);
        String url = o.need("url", YamlNode::url, "http://reports:8080/quality?track={{track}}");
        String path = o.need("path", CustomMetricReader::path, "$.errors.total");
        if (url != null) {
            placeholders(o.get("url").orElseThrow(), url);
        }
        return new CustomMetric.Json(
                url,
                path,
                o.get("time", CustomMetricReader::path, null),
                o.get("headers", HeadersReader::read, Map.of()),
                o.get("auth", AuthReader::read, SourceSettings.Auth.NONE));
    }

    private void placeholders(YamlNode node, String text) {
        Placeholders.check(node, text, target, Placeholders.values());
        if (Placeholders.LABELS.in(text) && !labels.containsKey(Track.CANARY)) {
            node.error("{{labels}} stands for nothing: the plan has no labels", "add metrics.labels.canary and stable");
        }
    }

    /** A JSONPath expression; null after reporting that it is none. */
    static String path(YamlNode node) {
        String text = node.shortText(1_000);
        try {
            if (text != null) {
                JsonPathExpression.compile(text);
            }
            return text;
        } catch (IllegalArgumentException broken) {
            node.error(YamlNode.shown(text) + " is not a JSONPath expression", "write for example $.data.errorRate");
            return null;
        }
    }
}

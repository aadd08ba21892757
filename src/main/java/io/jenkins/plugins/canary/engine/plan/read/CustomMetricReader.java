package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads one metric under {@code metrics.custom:}, a PromQL query or a value out of a JSON document.
 *
 * @param source null when the plan has none
 */
record CustomMetricReader(SourceSettings source, Map<Track, String> labels, Target target) {

    private static final Section RANGE =
            Section.of("range", "The values that the metric can have, in its unit.", Map.of(), """
            min | threshold | 0                           | The lowest value.
            max | threshold | 100% for a ratio, else none that matters | The highest value.
            """);

    static final Section CUSTOM = Section.of(
                    "custom",
                    "A PromQL query, or a value out of a JSON document.",
                    Map.of(
                            "unit",
                            KeyType.choice(Unit.class),
                            "json",
                            JsonQueryReader.JSON.type(),
                            "range",
                            RANGE.type()),
                    """
            query | text  | none | PromQL that yields one number for a track; needs `metrics.prometheus`. [Placeholders](#placeholders) stand for what differs.
            json  | json  | none | A JSON document, instead of a query; beside a recipe, what differs from it.
            recipe | text | none | How a kind of service is asked, instead of a query: [one of these](metrics/README.md), or a file of your own.
            with  | texts by name | none | What the recipe needs to know.
            unit  | unit  | required | Thresholds are written in it.
            range | range | 0% to 100% for a ratio, zero or more for the others | The [values that can be](#values-that-cannot-be).
            """)
            .rule("{'oneOf': [{'required': ['query']}, {'anyOf': [{'required': ['json']}, {'required': ['recipe']}]}]}")
            .rule("{'dependentRequired': {'with': ['recipe']}}");

    /** Never null: a broken metric still has its name, so that criteria on it are not reported as well. */
    CustomMetric read(String name, YamlNode node) {
        YamlObject o = CUSTOM.at(node);
        if (o.has("recipe") || o.has("with")) {
            // A recipe that could be filled in is gone when a plan is read.
            o.key(o.has("recipe") ? "recipe" : "with")
                    .error("there is no recipe to fill in here", "write it into a plan in a file");
        } else if (node.isObject() && o.has("query") == o.has("json")) {
            node.error(
                    o.has("query") ? "both query and json are given" : "neither query, json nor recipe is given",
                    "write query: 'PromQL', or json: { url: ..., path: ... }");
        }
        Unit unit = o.get("unit");
        ValueRange usual = unit == null ? null : ValueRange.of(unit);
        ValueRange range = unit == null ? null : o.get("range", n -> range(n, unit, usual), usual);
        return new CustomMetric(name, unit, o.get("query", this::query), o.get("json", this::json), range);
    }

    private static ValueRange range(YamlNode node, Unit unit, ValueRange usual) {
        YamlObject o = RANGE.at(node);
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

    /** PromQL; null after reporting what is wrong. */
    String query(YamlNode node) {
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
        String variable = PromQl.grafanaVariable(text);
        if (variable != null) {
            node.error(
                    YamlNode.shown(variable) + " is a variable of Grafana",
                    "write {{window}} for a range, and {{labels}}, {{target}}, {{namespace}}, {{version}} or the value"
                            + " itself for what it selects");
        }
        placeholders(node, text);
        quoted(node, text, Placeholders.TARGET, target.deployment());
        quoted(node, text, Placeholders.NAMESPACE, target.namespace());
        return text;
    }

    /** Names with a dash or a dot can only stand in quotes; what the rollout would refuse is told now. */
    private static void quoted(YamlNode node, String text, Placeholders name, String value) {
        if (!value.isEmpty() && fits(text, name, "x") && !fits(text, name, value)) {
            String where = "{{" + name.word() + "}} stands outside of quotes, where " + YamlNode.shown(value);
            node.error(where + " cannot be put", "put it into quotes, as a label's value");
        }
    }

    private static boolean fits(String text, Placeholders name, String value) {
        Map<String, String> values = new HashMap<>();
        for (Placeholders any : Placeholders.OF_QUERIES) {
            values.put(any.word(), any == name ? value : "x");
        }
        try {
            new Template(text, values).query();
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    private JsonQuery json(YamlNode node) {
        return new JsonQueryReader(labels, target).read(node);
    }

    private void placeholders(YamlNode node, String text) {
        Placeholders.check(node, text, target, Placeholders.OF_QUERIES);
        if (Placeholders.LABELS.in(text) && !labels.containsKey(Track.CANARY)) {
            node.error("{{labels}} stands for nothing: the plan has no labels", "add metrics.labels.canary and stable");
        }
    }
}

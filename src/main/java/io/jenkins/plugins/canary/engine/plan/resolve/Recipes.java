package io.jenkins.plugins.canary.engine.plan.resolve;

import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import io.jenkins.plugins.canary.engine.yaml.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Puts the request that a recipe has in place of {@code recipe} and {@code with} of a plan's own metrics: how one kind of
 * service is asked for a number. A name without a dot is a recipe of the plugin's own; other names are files beside the plan.
 */
final class Recipes {

    static final String RECIPE = "recipe";
    static final String WITH = "with";

    private static final String JSON = "json";
    private static final String PREFIX = "params.";
    private static final String DIRECTORY = "recipes/";

    /** The plugin's own. */
    static final List<String> NAMES = List.of(
            "cloudwatch",
            "datadog",
            "datadog-v2",
            "datadog-v2-share",
            "dynatrace",
            "elasticsearch-average",
            "elasticsearch-count",
            "elasticsearch-percentile",
            "elasticsearch-share",
            "graphite",
            "influxdb-sql",
            "influxql",
            "jira",
            "loki",
            "newrelic",
            "servicenow");

    private static final Section PARAM =
            Section.of("recipeParameter", "What a metric says to a recipe.", Map.of(), """
            says    | text | required | What it is, for who writes a plan.
            default | text | none     | Its value when the metric does not say.
            """);

    private static final Section FILE = Section.of(
            "recipe",
            "How a kind of service is asked for a number.",
            Map.of(
                    "params",
                    PARAM.type().byName("^[A-Za-z][A-Za-z0-9]*$"),
                    JSON,
                    KeyType.of("json", Map.of("type", "object"), YamlNode::object)),
            """
            says   | text   | required | What it is asked for.
            params | params | none     | What differs from metric to metric.
            json   | json   | required, `{ url: "http://metrics/{{params.service}}", path: $.value }` | The request and where the number is, with `{{params.NAME}}` in it.
            """);

    private final BasePlans files;
    private final Problems problems;

    Recipes(BasePlans files, Problems problems) {
        this.files = files;
        this.problems = problems;
    }

    /** The plan without recipes; the same node when it has none. */
    Node resolved(Node plan) {
        YamlNode root = new YamlNode(plan, "", problems);
        YamlNode custom = root.has("metrics", "custom") ? root.at("metrics", "custom") : null;
        if (custom == null || !custom.isObject()) {
            return plan;
        }
        YamlObject metrics = custom.object();
        Node all = custom.node();
        for (String name : metrics.keys()) {
            YamlNode metric = metrics.value(name);
            if (metric.isObject() && metric.has(RECIPE)) {
                Node json = json(metric);
                if (json == null) {
                    return plan;
                }
                all = YamlTree.with(
                        all, name, YamlTree.with(YamlTree.without(metric.node(), Set.of(RECIPE, WITH)), JSON, json));
            }
        }
        return all == custom.node()
                ? plan
                : YamlTree.with(
                        plan, "metrics", YamlTree.with(root.at("metrics").node(), "custom", all));
    }

    /** Null after reporting. */
    private Node json(YamlNode metric) {
        YamlNode place = metric.at(RECIPE);
        YamlNode recipe = read(place);
        YamlObject o = recipe == null ? null : FILE.at(recipe);
        if (o == null || o.value(JSON) == null || !o.value(JSON).isObject()) {
            if (recipe != null) {
                o.need(JSON);
            }
            return null;
        }
        YamlObject params = o.has("params") ? o.value("params").object() : null;
        Set<String> known = params == null ? Set.of() : params.keys();
        YamlObject given = metric.has(WITH) ? metric.at(WITH).object() : null;
        if (given != null) {
            given.keys().stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> given.key(name)
                            .error(
                                    "the recipe " + YamlNode.shown(place.scalar()) + " has no " + YamlNode.shown(name),
                                    "it has: " + String.join(", ", known)));
        }
        Set<String> missing = new TreeSet<>();
        Node filled = YamlTree.filled(
                o.value(JSON).node(),
                scalar -> fill(scalar, name -> {
                    if (given != null && given.has(name)) {
                        return given.value(name).text();
                    }
                    YamlObject param = params == null || !params.has(name) ? null : PARAM.at(params.value(name));
                    String fallback = param == null ? null : param.get("default");
                    if (fallback == null && missing.add(name)) {
                        place.error(
                                "the recipe needs " + YamlNode.shown(name)
                                        + (param == null ? "" : ": " + param.<String>get("says")),
                                "add with: { " + name + ": ... }");
                    }
                    return fallback;
                }));
        boolean own = metric.has(JSON);
        return !missing.isEmpty()
                ? null
                : own ? YamlTree.merged(filled, metric.at(JSON).node()) : filled;
    }

    private static ScalarNode fill(ScalarNode scalar, UnaryOperator<String> value) {
        String text = Placeholders.replaced(
                scalar.getValue(),
                name -> name.startsWith(PREFIX) ? value.apply(name.substring(PREFIX.length())) : null);
        return text.equals(scalar.getValue()) ? scalar : YamlTree.text(scalar, text);
    }

    private YamlNode read(YamlNode place) {
        String name = place.text();
        if (name == null) {
            return null;
        }
        if (NAMES.contains(name)) {
            return YamlText.parse("recipe " + name, own(name), problems);
        }
        if (name.indexOf('.') < 0 && name.indexOf(':') < 0) {
            place.error(
                    YamlNode.shown(name) + " is no recipe",
                    "there are: " + String.join(", ", NAMES) + "; a file of your own ends in .yaml");
            return null;
        }
        try {
            PlanFile file = files.find(name, place.file());
            return YamlText.parse(file.name(), file.text(), problems);
        } catch (IOException e) {
            place.error("the recipe " + YamlNode.shown(name) + " cannot be read: " + e.getMessage(), "");
            return null;
        }
    }

    static String own(String name) {
        try (InputStream in = Recipes.class.getResourceAsStream(DIRECTORY + name + ".yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the recipe " + name + " cannot be read", e);
        }
    }
}

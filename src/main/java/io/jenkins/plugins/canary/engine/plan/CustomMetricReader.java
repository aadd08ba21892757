package io.jenkins.plugins.canary.engine.plan;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.metric.Unit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads one metric under {@code metrics.custom:}, a PromQL query or a value out of a JSON document. */
final class CustomMetricReader {

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern SECRET_HEADER =
            Pattern.compile("(proxy-)?authorization|cookie|.*(token|secret|password|api-?key).*", Pattern.CASE_INSENSITIVE);

    private final SourceSettings source;
    private final Map<Track, String> labels;
    private final CanaryPlan.Target target;

    /** @param source null when the plan has none */
    CustomMetricReader(SourceSettings source, Map<Track, String> labels, CanaryPlan.Target target) {
        this.source = source;
        this.labels = labels;
        this.target = target;
    }

    /** Never null: a broken metric still has its name, so that criteria on it are not reported as well. */
    CustomMetric read(String name, PlanNode node) {
        PlanObject o = Section.CUSTOM.at(node);
        if (node.isObject() && o.has("query") == o.has("json")) {
            node.error(o.has("query") ? "both query and json are given" : "neither query nor json is given",
                    "write query: 'PromQL', or json: { url: ..., path: ... }");
        }
        Unit unit = o.need("unit", n -> n.choice(Unit.class), "ratio | seconds | per-second | count");
        return new CustomMetric(name, unit, o.get("query", this::query, null), o.get("json", this::json, null));
    }

    private String query(PlanNode node) {
        String text = node.shortText(10_000);
        if (text == null) {
            return null;
        }
        if (!(source instanceof SourceSettings.Prometheus)) {
            node.error("a PromQL query needs a Prometheus server to answer it",
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
    private void quoted(PlanNode node, String text, Placeholders name, String value) {
        if (!value.isEmpty() && fits(text, name, "x") && !fits(text, name, value)) {
            node.error("{{" + name.word() + "}} stands outside of quotes, where " + PlanNode.shown(value)
                    + " cannot be put", "put it into quotes, as a label's value");
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

    private CustomMetric.Json json(PlanNode node) {
        PlanObject o = Section.JSON.at(node);
        String url = o.need("url", PlanNode::url, "http://reports:8080/quality?track={{track}}");
        String path = o.need("path", CustomMetricReader::path, "$.errors.total");
        if (url != null) {
            placeholders(o.get("url").orElseThrow(), url);
        }
        return new CustomMetric.Json(url, path, o.get("headers", CustomMetricReader::headers, Map.of()),
                o.get("auth", AuthReader::read, SourceSettings.Auth.NONE));
    }

    private void placeholders(PlanNode node, String text) {
        Placeholders.check(node, text, target, Placeholders.values());
        if (Placeholders.LABELS.in(text) && !labels.containsKey(Track.CANARY)) {
            node.error("{{labels}} stands for nothing: the plan has no labels", "add metrics.labels.canary and stable");
        }
    }

    private static String path(PlanNode node) {
        String text = node.shortText(1_000);
        try {
            if (text != null) {
                JsonPath.compile(text);
            }
            return text;
        } catch (InvalidPathException | IllegalArgumentException broken) {
            node.error(PlanNode.shown(text) + " is not a JSONPath expression", "write for example $.data.errorRate");
            return null;
        }
    }

    private static Map<String, String> headers(PlanNode node) {
        PlanObject o = node.object();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : o.keys()) {
            PlanNode value = o.get(name).orElseThrow();
            if (!HEADER.matcher(name).matches()) {
                o.key(name).error(PlanNode.shown(name) + " is not a header's name", "write for example Accept");
            } else if (SECRET_HEADER.matcher(name).matches()) {
                o.key(name).error("the header " + name + " carries a secret, and a plan holds none",
                        "write auth: { bearer: env:TOKEN } beside the headers");
            } else {
                String text = value.text();
                if (text != null && text.chars().anyMatch(c -> c < ' ' || c == 127)) {
                    value.error("a header's value stands on one line", "remove line breaks and control characters");
                } else if (text != null) {
                    headers.put(name, text);
                }
            }
        }
        return headers;
    }
}

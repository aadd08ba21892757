package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.find;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.keys;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the metrics of a Canary: Flagger's own two, and those of MetricTemplates. Not for use by several threads. */
final class FlaggerMetrics {

    private static final String SUCCESS = "request-success-rate";
    private static final String DURATION = "request-duration";
    private static final Pattern USE = Pattern.compile("\\{\\{\\s*+([a-z]++(?:\\.[A-Za-z0-9_]++)?+)\\s*+}}");
    private static final String OUT = "; the metric is left out";

    private final Inputs in;
    private final PlanBuilder builder;
    private final Manifest canary;
    private final YamlNode analysis;
    private final Duration patience;
    private final Map<String, String> names = new HashMap<>();

    /** @param patience after how long without data Flagger's threshold is reached */
    FlaggerMetrics(
            Inputs in, PlanBuilder builder, Manifest canary, YamlNode analysis, String target, Duration patience) {
        this.patience = patience;
        this.in = in;
        this.builder = builder;
        this.canary = canary;
        this.analysis = analysis;
        names.put("name", canary.name());
        names.put("namespace", in.namespace(canary));
        names.put("target", target);
        names.put("service", or(text(canary.spec(), "service", "name"), target));
        names.put("ingress", or(text(canary.spec(), "ingressRef", "name"), target));
        names.put("route", or(text(canary.spec(), "routeRef", "name"), target));
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    /** The criteria; a query without an answer is a failed check for Flagger, and threshold of them are a rollback. */
    List<Map<String, Object>> read() {
        YamlNode server = find(canary.spec(), "metricsServer");
        if (server != null) {
            builder.server(canary, server, text(server));
        }
        List<Map<String, Object>> gate = new ArrayList<>();
        for (YamlNode metric : items(analysis, "metrics")) {
            Map<String, Object> criterion = criterion(metric);
            if (criterion != null && !gate.contains(criterion)) {
                gate.add(criterion);
            }
        }
        return gate;
    }

    /** Null after saying why there is none. */
    private Map<String, Object> criterion(YamlNode metric) {
        String name = text(metric, "name");
        String window = or(text(metric, "interval"), "1m");
        if (Units.duration(window) == null) {
            return out(metric.at("interval"), "is not a duration" + OUT, "write the metric by hand");
        }
        boolean builtIn = name.equals(SUCCESS) || name.equals(DURATION);
        String query;
        if (find(metric, "templateRef") != null) {
            query = template(metric, window);
        } else {
            String text = builtIn ? builtIn(metric, name, window) : text(metric, "query");
            query = text == null ? null : filled(metric, text, window);
        }
        Bounds bounds = bounds(metric, name.equals(SUCCESS));
        if (query == null || bounds == null) {
            return null;
        }
        String own = builder.names.next(name);
        builder.custom(own, query);
        Map<String, Object> criterion = PlanBuilder.map("metric", own);
        criterion.putAll(bounds.keys());
        criterion.put("noDataDeadline", Units.write(patience));
        return criterion;
    }

    private Map<String, Object> out(YamlNode at, String reason, String remedy) {
        builder.lost(canary, at, true, reason, remedy);
        return null;
    }

    private String builtIn(YamlNode metric, String name, String window) {
        String provider = text(canary.spec(), "provider");
        FlaggerQueries queries = FlaggerQueries.of(provider);
        if (queries == null) {
            out(
                    metric.at("name"),
                    (provider.isEmpty()
                                    ? "what Flagger asks for it depends on the provider, which the Canary does not name"
                                    : "what Flagger asks for it with the provider " + YamlNode.shown(provider)
                                            + " is not known here")
                            + OUT,
                    provider.isEmpty()
                            ? "write spec.provider into the manifest, as Flagger's -mesh-provider has it"
                            : "write the query as a metric of your own");
            return null;
        }
        String text = name.equals(SUCCESS) ? queries.successRate(window) : queries.latency(window);
        return text.replace("NAMESPACE", "{{ namespace }}")
                .replace("TARGET", "{{ target }}")
                .replace("SERVICE", "{{ service }}")
                .replace("INGRESS", "{{ ingress }}");
    }

    private String template(YamlNode metric, String window) {
        String namespace = or(text(metric, "templateRef", "namespace"), in.namespace(canary));
        String name = text(metric, "templateRef", "name");
        Manifest template = in.find(FlaggerPlan.GROUP, "MetricTemplate", namespace, name);
        if (template == null) {
            out(
                    metric.at("templateRef"),
                    "the MetricTemplate " + YamlNode.shown(name) + " was not given" + OUT,
                    "add its manifest");
            return null;
        }
        builder.uses(template);
        String type = text(template.spec(), "provider", "type");
        if (!type.equals("prometheus")) {
            builder.lost(
                    template,
                    template.spec(),
                    true,
                    "its provider is " + YamlNode.shown(type) + ", and a plan asks Prometheus only; the metric "
                            + YamlNode.shown(text(metric, "name")) + " is left out",
                    "leave the metric in the Canary, where Flagger goes on judging it");
            return null;
        }
        YamlNode address = find(template.spec(), "provider", "address");
        if (address != null) {
            builder.server(template, address, text(address));
        }
        String filled = filled(metric, text(template.spec(), "query"), window);
        if (filled == null) {
            builder.lost(template, template.spec().at("query"), true, "a value in it is missing" + OUT, "");
        }
        return filled;
    }

    /** The query with the values that Flagger puts into it; null after saying what is missing. */
    private String filled(YamlNode metric, String query, String window) {
        Map<String, String> values = new HashMap<>(names);
        values.put("interval", window);
        keys(metric, "templateVariables")
                .forEach(key -> values.put("variables." + key, text(metric, "templateVariables", key)));
        StringBuilder out = new StringBuilder();
        Matcher use = USE.matcher(query);
        while (use.find()) {
            String value = values.getOrDefault(use.group(1), "");
            if (value.isEmpty()) {
                String what = use.group(1);
                this.out(
                        metric,
                        "{{ " + what + " }} has no value here" + OUT,
                        what.equals("namespace") ? "give --namespace NAME" : "write its value into the manifest");
                return null;
            }
            use.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        String text = use.appendTail(out).toString().strip();
        if (text.isEmpty() || USE.matcher(query).replaceAll("").contains("{{")) {
            this.out(
                    metric,
                    "its query is empty, or more of a template than single values" + OUT,
                    "write the query by hand");
            return null;
        }
        return text;
    }

    /** Flagger's limits: the range, or the threshold alone, which is 0 when it is not given. */
    private Bounds bounds(YamlNode metric, boolean lowest) {
        YamlNode range = find(metric, "thresholdRange");
        Double min = number(range, "min");
        Double max = number(range, "max");
        if (range == null) {
            Double threshold = number(metric, "threshold");
            Double limit = threshold == null && find(metric, "threshold") == null ? Double.valueOf(0) : threshold;
            min = lowest ? limit : null;
            max = lowest ? null : limit;
        }
        if (min == null && max == null || min != null && max != null && min > max) {
            out(range == null ? metric : range, "has no limits that can be met" + OUT, "write min or max");
            return null;
        }
        return new Bounds(min, max);
    }

    private Double number(YamlNode from, String key) {
        OptionalDouble number = Units.number(text(from, key));
        if (number.isEmpty() && find(from, key) != null) {
            out(from.at(key), "is not a number that can be read", "write it as a plain number");
        }
        return number.isPresent() ? number.getAsDouble() : null;
    }
}

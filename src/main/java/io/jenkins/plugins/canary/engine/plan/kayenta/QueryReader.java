package io.jenkins.plugins.canary.engine.plan.kayenta;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes of a metric's {@code query} what Kayenta sends to Prometheus, to the letter: PrometheusMetricsService.buildQuery and
 * QueryConfigUtils.expandCustomFilter of Kayenta 2.46.
 *
 * @param templates of the whole configuration
 * @param lost takes what cannot be carried over
 */
record QueryReader(JsonNode templates, ScopeValues scopes, Consumer<String> lost) {

    private static final String PROMQL = "PromQL:";
    private static final Set<String> KNOWN = Set.of(
            "type",
            "serviceType",
            "resourceType",
            "metricName",
            "labelBindings",
            "groupByFields",
            "customFilter",
            "customInlineTemplate",
            "customFilterTemplate");

    /** PromQL with the plan's placeholders, and {@code {{FILL_name}}} for what has no value; null when there is none. */
    String promql(JsonNode query, String at, String scopeName, String metric) {
        KayentaConfig.unknown(query, KNOWN, at + ".", lost);
        String resource = query.path("resourceType").asText("");
        Map<String, String> own = resource.isEmpty() ? Map.of() : Map.of("resourceType", resource);
        String template = template(query, at);
        if (template == null) {
            return null;
        }
        String filter = scopes.fill(template.replace("$\\{", "${"), scopeName, metric, own);
        if (filter.startsWith(PROMQL)) {
            return filter.substring(PROMQL.length()).strip();
        }
        String name = query.path("metricName").asText("");
        if (name.isEmpty()) {
            lost.accept(at + ": no metricName, and no template that begins with 'PromQL:'; Kayenta refuses it too. "
                    + "Put PromQL: in front of a template that is a whole query");
            return null;
        }
        List<String> filters = new ArrayList<>();
        if (!filter.isEmpty()) {
            filters.addAll(List.of(filter.split(",")));
        }
        query.path("labelBindings").forEach(binding -> filters.add(binding.asText()));
        if (filter.isEmpty() && !ofResource(resource, filters, at, scopeName, metric)) {
            return null;
        }
        List<String> by = new ArrayList<>();
        query.path("groupByFields").forEach(field -> by.add(field.asText()));
        if (!by.isEmpty()) {
            lost.accept(at + ".groupByFields: Kayenta judges each series by " + String.join(", ", by)
                    + " on its own; here the query must yield one series, or it counts as no answer");
        }
        return "avg(" + name + "{" + String.join(",", filters) + "})"
                + (by.isEmpty() ? "" : " by (" + String.join(",", by) + ")");
    }

    /** The template's text, "" without one; null after saying that there is none of its name. */
    private String template(JsonNode query, String at) {
        String inline = query.path("customInlineTemplate").asText("");
        String name = query.path("customFilterTemplate").asText("");
        if (query.hasNonNull("customFilter")) {
            lost.accept(at + ".customFilter: Kayenta refuses it since it has customInlineTemplate; read as that");
            inline = inline.isEmpty() ? query.path("customFilter").asText() : inline;
        }
        if (!inline.isEmpty() || name.isEmpty()) {
            return inline;
        }
        if (!templates.path(name).isTextual()) {
            lost.accept(at + ".customFilterTemplate: templates has no '" + name + "'; Kayenta refuses it too");
            return null;
        }
        return templates.path(name).asText();
    }

    /** Adds the matchers that Kayenta knows for a kind of machine, behind the label bindings. */
    private boolean ofResource(String written, List<String> filters, String at, String scopeName, String metric) {
        String given = scopes.value(scopeName, "resourceType");
        String resource = !written.isBlank() || given == null ? written : given;
        if (resource.equals("gce_instance")) {
            String label = scopes.value(scopeName, "scopeLabel");
            String project = scopes.value(scopeName, "project");
            filters.add(filled((label == null ? "instance" : label) + "=~\"${scope}-.{4}\"", scopeName, metric));
            filters.add(filled(
                    "zone=~\".+/" + (project == null ? "" : "projects/" + project + "/") + "zones/${location}-.{1}\"",
                    scopeName,
                    metric));
        } else if (resource.equals("aws_ec2_instance")) {
            filters.add(filled("asg_groupName=\"${scope}\"", scopeName, metric));
            filters.add(filled("zone=~\"${location}.{1}\"", scopeName, metric));
        } else {
            lost.accept(at + ": " + (resource.isEmpty() ? "no resourceType" : "resourceType '" + resource + "'")
                    + " and no template, so that nothing selects the track; give --arg resourceType=gce_instance or"
                    + " aws_ec2_instance if each run gave it to Kayenta, or write the PromQL as a custom metric");
            return false;
        }
        return true;
    }

    private String filled(String text, String scopeName, String metric) {
        return scopes.fill(text, scopeName, metric, Map.of());
    }
}

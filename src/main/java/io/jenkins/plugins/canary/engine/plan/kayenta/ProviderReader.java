package io.jenkins.plugins.canary.engine.plan.kayenta;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes of a metric of another server than Prometheus the JSON document that answers the same: Graphite and InfluxDB, whose
 * answers to a GET without a time of day or a secret header a plan can read. The others are named, with what they ask for.
 *
 * @param servers addresses by type, such as {@code graphite}
 * @param lost takes what cannot be carried over
 */
record ProviderReader(ScopeValues scopes, Map<String, String> servers, Consumer<String> lost) {

    private static final Pattern OTHERS = Pattern.compile("(?s)(\\{\\{\\w++}})|.(?:(?!\\{\\{\\w++}}).)*+");

    /** What says what is asked for, in the query of one provider or another. */
    private static final List<String> ASKS =
            List.of("customInlineTemplate", "select", "q", "metricType", "metricName", "customFilterTemplate");

    /** Null after saying why there is none. */
    JsonQuery json(JsonNode query, String type, String at, String scopeName, String metric) {
        if (!type.equals("graphite") && !type.equals("influxdb")) {
            named(query, type, at);
            return null;
        }
        String server = servers.get(type);
        if (server == null) {
            lost.accept(at + ": asks " + type + " for " + asked(query) + "; give --server " + type + "="
                    + (type.equals("graphite") ? "http://HOST" : "http://HOST:8086/query?db=NAME"));
            return null;
        }
        return type.equals("graphite")
                ? graphite(query, server, at, scopeName, metric)
                : influx(query, server, at, scopeName, metric);
    }

    private void named(JsonNode query, String type, String at) {
        lost.accept(at + ": asks '" + type + "' for " + asked(query) + ", which no source of a plan can read; write a"
                + " metric of your own with what your Prometheus has, or with json of a page that answers with this"
                + (type.equals("stackdriver")
                        ? " (Google Cloud Monitoring answers PromQL as well: let metrics.prometheus name it)"
                        : ""));
    }

    private static String asked(JsonNode query) {
        return ASKS.stream()
                .filter(key -> !query.path(key).asText("").isEmpty())
                .findFirst()
                .map(key -> key + " '" + query.path(key).asText() + "'")
                .orElse("nothing that is known here");
    }

    /** GraphiteMetricsService.buildQuery: $scope and $location are replaced, and nothing else. */
    private JsonQuery graphite(JsonNode query, String server, String at, String scopeName, String metric) {
        String name = query.path("metricName").asText("");
        if (name.isEmpty()) {
            lost.accept(at + ".metricName is missing");
            return null;
        }
        String target = scopes.fill(
                name.replace("$scope", "${scope}").replace("$location", "${location}"), scopeName, metric, Map.of());
        return JsonQuery.get(
                server.replaceAll("/$", "") + "/render?format=json&from=-2min&until=-1min&target=" + encoded(target),
                "$[0].datapoints[-1][0]",
                "$[0].datapoints[-1][1]");
    }

    /** InfluxDbQueryBuilder.build, over the last minute. */
    private JsonQuery influx(JsonNode query, String server, String at, String scopeName, String metric) {
        String template = query.path("customInlineTemplate").asText("").replace("$\\{", "${");
        List<String> fields = new ArrayList<>();
        query.path("fields").forEach(field -> fields.add(field.asText()));
        if (template.isEmpty()
                && (fields.size() != 1 || query.path("metricName").asText("").isEmpty())) {
            lost.accept(at + ": a plan's metric is one value, so that metricName and one of fields are needed, not "
                    + (fields.isEmpty() ? "all fields" : String.join(", ", fields)));
            return null;
        }
        String select = template.isEmpty()
                ? "SELECT " + fields.get(0) + " FROM "
                        + query.path("metricName").asText() + " WHERE ${timeFilter} AND" + " ${scope}"
                : template;
        String scope = scopes.fill("${scope}", scopeName, metric, Map.of());
        String[] parts = scope.split(":", 2);
        String filled = scopes.fill(
                select.replace("${scope}", parts.length == 2 ? parts[0] + " = '" + parts[1] + "'" : scope),
                scopeName,
                metric,
                Map.of("timeFilter", "time >= now() - 1m", "step", "60s"));
        return JsonQuery.get(
                server + (server.contains("?") ? "&" : "?") + "q=" + encoded(filled),
                "$.results[0].series[0].values[-1][1]",
                "$.results[0].series[0].values[-1][0]");
    }

    /** Percent-encoded, but for the placeholders of the plan. */
    private static String encoded(String text) {
        return OTHERS.matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(
                        m.group(1) != null
                                ? m.group()
                                : URLEncoder.encode(m.group(), StandardCharsets.UTF_8)
                                        .replace("+", "%20")));
    }
}

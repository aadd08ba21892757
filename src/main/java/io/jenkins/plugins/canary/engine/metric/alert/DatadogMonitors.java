package io.jenkins.plugins.canary.engine.metric.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.json.JsonTime;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The groups of Datadog's monitors that are in the state Alert and not muted. The tags of the group and of its monitor
 * stand for labels; of several tags of one name the first counts.
 *
 * @param app where monitors are shown to people; null where that is not known
 */
record DatadogMonitors(String app) implements AlertSystem {

    private static final int PER_PAGE = 100;

    /** @param api the base address: {@code https://api.datadoghq.eu}, or {@code https://api.us3.datadoghq.com} */
    static DatadogMonitors at(String api) {
        String host = URI.create(api).getHost();
        if (host == null || !host.startsWith("api.")) {
            return new DatadogMonitors(null);
        }
        String site = host.substring("api.".length());
        return new DatadogMonitors("https://" + (site.indexOf('.') == site.lastIndexOf('.') ? "app." : "") + site);
    }

    @Override
    public String path(List<Matcher> matchers, int page) {
        return "/api/v1/monitor/groups/search?query=group_status%3Aalert%20muted%3Afalse&per_page=" + PER_PAGE
                + "&page=" + page;
    }

    @Override
    public Page read(JsonNode answer) throws MetricException {
        if (!answer.path("errors").isEmpty()) {
            throw new MetricException("the service answered that it failed");
        }
        List<Alert> alerts = new ArrayList<>();
        JsonNode groups = AlertFields.list(answer.path("groups"), "groups");
        for (JsonNode group : groups) {
            if (group.path("status").asText("Alert").equals("Alert")) {
                alerts.add(alert(group));
            }
        }
        JsonNode metadata = answer.path("metadata");
        return new Page(
                alerts,
                !groups.isEmpty()
                        && metadata.path("page").asInt() + 1
                                < metadata.path("page_count").asInt());
    }

    private Alert alert(JsonNode group) {
        Map<String, String> labels = new HashMap<>();
        labels.put(Alert.NAME, group.path("monitor_name").asText());
        tags(group.path("group_tags"), labels);
        tags(group.path("monitor_tags"), labels);
        JsonNode id = group.path("monitor_id");
        return new Alert(
                labels,
                JsonTime.of(group.path("last_triggered_ts")),
                app == null || !id.isIntegralNumber() ? null : app + "/monitors/" + id.asText());
    }

    private static void tags(JsonNode tags, Map<String, String> labels) {
        for (JsonNode tag : tags) {
            String[] parts = tag.asText().split(":", 2);
            labels.putIfAbsent(parts[0], parts.length < 2 ? "" : parts[1]);
        }
    }
}

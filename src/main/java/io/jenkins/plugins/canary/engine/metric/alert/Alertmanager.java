package io.jenkins.plugins.canary.engine.metric.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.json.JsonTime;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Alertmanager's API, version 2, which Grafana speaks as well.
 *
 * @param prefix of the API's path
 */
record Alertmanager(String prefix) implements AlertSystem {

    private static final String NOT_SILENT =
            "/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=false";

    @Override
    public String path(List<Matcher> matchers, int page) {
        StringBuilder path = new StringBuilder(prefix + NOT_SILENT);
        for (Matcher matcher : matchers) {
            path.append("&filter=").append(URLEncoder.encode(matcher.toString(), StandardCharsets.UTF_8));
        }
        return path.toString();
    }

    @Override
    public Page read(JsonNode answer) throws MetricException {
        List<Alert> alerts = new ArrayList<>();
        for (JsonNode alert : AlertFields.list(answer, "alerts")) {
            // A proxy may have dropped the parameters that leave out silenced alerts.
            if (alert.path("status").path("state").asText("active").equals("active")) {
                alerts.add(new Alert(
                        AlertFields.labels(alert),
                        JsonTime.of(alert.path("startsAt")),
                        alert.path("generatorURL").textValue()));
            }
        }
        return new Page(alerts, false);
    }
}

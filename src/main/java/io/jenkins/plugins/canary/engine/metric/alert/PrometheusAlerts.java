package io.jenkins.plugins.canary.engine.metric.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.json.JsonTime;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The alerts of Prometheus' own rules, and of what speaks its API. It knows neither silences nor inhibitions.
 *
 * @param base the server's address, under which it shows its alerts to people
 */
record PrometheusAlerts(String base) implements AlertSystem {

    @Override
    public String path(List<Matcher> matchers, int page) {
        return "/api/v1/alerts";
    }

    @Override
    public Page read(JsonNode answer) throws MetricException {
        if (!answer.path("status").asText().equals("success")) {
            throw new MetricException("the server answered that it failed");
        }
        if (!answer.path("warnings").isEmpty() || answer.path("isPartial").asBoolean()) {
            throw new MetricException("the server says that its answer is not complete");
        }
        List<Alert> alerts = new ArrayList<>();
        for (JsonNode alert : AlertFields.list(answer.path("data").path("alerts"), "alerts")) {
            if (alert.path("state").asText().equals("firing")) {
                Map<String, String> labels = AlertFields.labels(alert);
                String name = labels.getOrDefault(Alert.NAME, "");
                String link = base + "/alerts?search=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
                alerts.add(new Alert(labels, JsonTime.of(alert.path("activeAt")), link));
            }
        }
        return new Page(alerts, false);
    }
}

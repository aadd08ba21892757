package io.jenkins.plugins.canary.engine.metric.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.util.HashMap;
import java.util.Map;

/** Reads the fields that answers about alerts have. */
final class AlertFields {

    private AlertFields() {}

    /** @throws MetricException when there is no list, as in the answer of something else */
    static JsonNode list(JsonNode node, String what) throws MetricException {
        if (!node.isArray()) {
            throw new MetricException("the answer has no list of " + what + ": is this the server's address?");
        }
        return node;
    }

    /** @throws MetricException when an alert has no labels, and so cannot be told from others */
    static Map<String, String> labels(JsonNode alert) throws MetricException {
        JsonNode labels = alert.path("labels");
        if (!labels.isObject()) {
            throw new MetricException("the answer has an alert without labels: is this the server's address?");
        }
        Map<String, String> read = new HashMap<>();
        labels.fields()
                .forEachRemaining(
                        label -> read.put(label.getKey(), label.getValue().asText()));
        return read;
    }
}

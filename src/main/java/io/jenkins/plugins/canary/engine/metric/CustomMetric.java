package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import java.util.Map;

/**
 * A metric that a plan defines: a PromQL query, or a value out of a JSON document.
 *
 * @param query PromQL with {@code {{track}}}, {@code {{target}}}, {@code {{namespace}}}, {@code {{version}}},
 *     {@code {{window}}}, {@code {{labels}}}; null for JSON
 * @param json null for PromQL
 * @param range the values that it can have
 */
public record CustomMetric(String name, Unit unit, String query, Json json, ValueRange range) {

    /**
     * @param url with the same placeholders, escaped as URL components
     * @param time a JSONPath expression that yields when the number was measured; null when the document does not say
     */
    public record Json(String url, String path, String time, Map<String, String> headers, Auth auth) {
        public Json {
            headers = Map.copyOf(headers);
        }
    }
}

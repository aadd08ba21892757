package io.jenkins.plugins.canary.engine.metric;

import java.util.Map;

/**
 * A metric that a plan defines: a PromQL query, or a value out of a JSON document.
 *
 * @param query PromQL with {@code {{track}}}, {@code {{target}}}, {@code {{namespace}}}, {@code {{version}}},
 *     {@code {{window}}}, {@code {{labels}}}; null for JSON
 * @param json null for PromQL
 */
public record CustomMetric(String name, Unit unit, String query, Json json) {

    /**
     * @param url with the same placeholders, escaped as URL components
     * @param path a JSONPath expression that yields one number
     * @param headers sent with the request
     * @param auth how to sign in
     */
    public record Json(String url, String path, Map<String, String> headers, SourceSettings.Auth auth) {
        public Json {
            headers = Map.copyOf(headers);
        }

        /** A document that anybody may read. */
        public Json(String url, String path, Map<String, String> headers) {
            this(url, path, headers, SourceSettings.Auth.NONE);
        }
    }
}

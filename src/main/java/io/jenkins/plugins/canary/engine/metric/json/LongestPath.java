package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The length in characters of the longest path to a value, {@code $['a'][0]}. The JSONPath library writes the path to each
 * value that it visits, so this is what a visit costs.
 */
final class LongestPath {

    private LongestPath() {}

    static int in(JsonNode node) {
        int longest = 0;
        for (var child : node.properties()) {
            longest = Math.max(longest, child.getKey().length() + 4 + in(child.getValue()));
        }
        if (node.isArray()) {
            int index = String.valueOf(node.size()).length() + 2;
            for (JsonNode child : node) {
                longest = Math.max(longest, index + in(child));
            }
        }
        return longest;
    }
}

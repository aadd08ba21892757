package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One object as the API server gave it, whole. Kept as the JSON tree that came, so that a field which this code has
 * never heard of goes back exactly as it was.
 */
public record KubeObject(ObjectRef ref, ObjectNode tree) {

    public JsonNode metadata() {
        return tree.path("metadata");
    }

    public JsonNode spec() {
        return tree.path("spec");
    }

    public JsonNode status() {
        return tree.path("status");
    }

    public String resourceVersion() {
        return metadata().path("resourceVersion").asText();
    }

    /** Goes up with every change of the spec; what controllers have caught up with is told in the status. */
    public long generation() {
        return metadata().path("generation").asLong();
    }

    /** Null when there is none. */
    public String annotation(String name) {
        return metadata().path("annotations").path(name).asText(null);
    }

    /** Null removes it. */
    public static void annotate(ObjectNode tree, String name, String value) {
        if (value != null) {
            tree.withObject("/metadata/annotations").put(name, value);
        } else if (tree.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(name);
        }
    }
}

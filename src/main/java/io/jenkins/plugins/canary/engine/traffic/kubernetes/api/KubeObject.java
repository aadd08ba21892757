package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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

    /** A condition of the status; a missing node when there is none of the type. */
    public JsonNode condition(String type) {
        for (JsonNode condition : status().path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
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

    /** What we wrote there; null when there is nothing, or it cannot be read: then somebody else wrote it. */
    public <T> T annotation(String name, Class<T> type) {
        String text = annotation(name);
        try {
            return text == null ? null : Cluster.JSON.readValue(text, type);
        } catch (JsonProcessingException notOurs) {
            return null;
        }
    }

    /** @param value null removes it; what is no text is written as JSON */
    public void annotate(String name, Object value) {
        if (value != null) {
            String text = value instanceof String given ? given : Cluster.text(value);
            tree.withObject("/metadata/annotations").put(name, text);
        } else if (metadata().path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(name);
        }
    }
}

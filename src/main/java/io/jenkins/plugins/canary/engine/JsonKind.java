package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.databind.JsonNode;

/** What a value is, for messages that must not tell the value itself: it comes from a place that a plan chose. */
public final class JsonKind {

    private JsonKind() {}

    public static String of(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list of " + value.size();
            case STRING -> "text of " + value.textValue().length() + " characters";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            default -> "nothing";
        };
    }
}

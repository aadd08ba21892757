package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.util.OptionalDouble;

/** The one number that a JSONPath expression finds in a document. Immutable. */
final class JsonNumber {

    private final JsonPathExpression path;

    /** @throws IllegalArgumentException for people, when the expression cannot be read */
    JsonNumber(String path) {
        try {
            this.path = JsonPathExpression.compile(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + path + "' is not a JSONPath expression: "
                            + PlainText.clip(String.valueOf(e.getMessage()), 160),
                    e);
        }
    }

    JsonPathExpression path() {
        return path;
    }

    /**
     * NO_DATA when the number is null or not finite; UNAVAILABLE when there is something else or several.
     *
     * @throws com.jayway.jsonpath.PathNotFoundException when there is nothing
     */
    Reading in(JsonNode root) {
        return reading(path.find(root), !path.isDefinite());
    }

    private Reading reading(JsonNode found, boolean several) {
        if (several && found.isArray()) {
            return switch (found.size()) {
                case 0 -> Reading.noData("there is nothing at " + path);
                case 1 -> at(reading(found.get(0)));
                default -> Reading.unavailable(path + " finds " + found.size() + " values, and one is wanted");
            };
        }
        return at(reading(found));
    }

    /** What is no number, with its place. */
    private Reading at(Reading reading) {
        return reading.ok() ? reading : reading.withDetail(reading.detail() + " at " + path);
    }

    /** The value as a number, however it is written. */
    static Reading reading(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return Reading.noData("there is null");
        }
        if (value.isNumber()) {
            return Reading.of(value.doubleValue());
        }
        OptionalDouble number =
                value.isTextual() ? PromQlText.number(value.textValue().trim()) : OptionalDouble.empty();
        return number.isPresent()
                ? Reading.of(number.getAsDouble())
                : Reading.unavailable("there is no number but " + BoundedJson.kind(value));
    }
}

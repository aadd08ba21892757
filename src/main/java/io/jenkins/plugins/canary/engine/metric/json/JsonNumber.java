package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.PathNotFoundException;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.io.IOException;
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

    /** NO_DATA when the number is absent, null or not finite; UNAVAILABLE when the document is not what was expected. */
    Reading in(byte[] document) {
        try {
            JsonNode root = BoundedJson.MAPPER.readTree(document);
            if (root.isMissingNode()) {
                return Reading.unavailable("the answer is empty");
            }
            if (root.isNull()) {
                return reading(root, false);
            }
            return reading(path.find(root), !path.isDefinite());
        } catch (PathNotFoundException e) {
            return Reading.noData("there is nothing at " + path);
        } catch (JsonProcessingException e) {
            return Reading.unavailable(BoundedJson.fault(e, document.length));
        } catch (WorkBudget.Exceeded e) {
            return Reading.unavailable(path + " takes too much work on this document; name the way to the value");
        } catch (IOException | JsonPathException e) {
            return Reading.unavailable(path + " cannot be applied to this document");
        }
    }

    /** The text at the place, where there is one that is no number; else null. */
    String textIn(byte[] document) {
        try {
            JsonNode found = path.find(BoundedJson.MAPPER.readTree(document));
            JsonNode one = !path.isDefinite() && found.isArray() && found.size() == 1 ? found.get(0) : found;
            return one.isTextual() && PromQlText.number(one.textValue().trim()).isEmpty() ? one.textValue() : null;
        } catch (IOException | JsonPathException | WorkBudget.Exceeded unreadable) {
            return null;
        }
    }

    private Reading reading(JsonNode found, boolean several) {
        if (several && found.isArray()) {
            return switch (found.size()) {
                case 0 -> Reading.noData("there is nothing at " + path);
                case 1 -> reading(found.get(0), false);
                default -> Reading.unavailable(path + " finds " + found.size() + " values, and one is wanted");
            };
        }
        if (found.isNull() || found.isMissingNode()) {
            return Reading.noData("there is null at " + path);
        }
        if (found.isNumber()) {
            return Reading.of(found.doubleValue());
        }
        OptionalDouble number =
                found.isTextual() ? PromQlText.number(found.textValue().trim()) : OptionalDouble.empty();
        return number.isPresent()
                ? Reading.of(number.getAsDouble())
                : Reading.unavailable("at " + path + " there is no number but " + BoundedJson.kind(found));
    }
}

package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.PathNotFoundException;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.metric.JsonQuery.Take;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Where in a service's answer the number is, when it was measured, and what says that the answer is none. Immutable.
 *
 * @param time null when the answer does not say
 * @param take null where there is one number
 */
record JsonAnswer(JsonNumber number, JsonPathExpression time, Take take, List<JsonPathExpression> errors) {

    /** Characters of what a service says of its failure. */
    private static final int LONGEST_ERROR = 200;

    /** NO_DATA when the number is absent, null, not finite or too old; UNAVAILABLE when the answer is not what was expected. */
    Reading read(HttpAnswer answer, SampleAge age, Duration window, Instant at) {
        try {
            JsonNode root = BoundedJson.MAPPER.readTree(answer.body());
            if (root.isMissingNode()) {
                return Reading.unavailable("the answer is empty");
            }
            if (root.isNull()) {
                return JsonNumber.reading(root);
            }
            for (JsonPathExpression error : errors) {
                JsonNode said = found(error, root);
                if (says(said)) {
                    return Reading.unavailable("the service answered that it failed" + words(said, error, answer));
                }
            }
            if (take != null) {
                List<JsonNode> times = time == null ? null : list(time.find(root));
                return new JsonPoints(take, age, window, at)
                        .of(list(number.path().find(root)), times);
            }
            Reading reading = number.in(root);
            return time == null || !reading.ok() ? reading : timed(reading, found(time, root), age, at);
        } catch (PathNotFoundException e) {
            return Reading.noData("there is nothing at " + number.path());
        } catch (JsonProcessingException e) {
            return Reading.unavailable(BoundedJson.fault(e, answer.body().length));
        } catch (WorkBudget.Exceeded e) {
            return Reading.unavailable(
                    number.path() + " takes too much work on this document; name the way to the value");
        } catch (IOException | JsonPathException e) {
            return Reading.unavailable(number.path() + " cannot be applied to this document");
        }
    }

    private Reading timed(Reading reading, JsonNode found, SampleAge age, Instant at) {
        Instant sampled = found == null ? null : JsonTime.of(one(found));
        return sampled == null
                ? Reading.unavailable("there is no time at " + time + ": " + JsonTime.FORMS)
                : age.check(reading, sampled, at);
    }

    private JsonNode one(JsonNode found) {
        return !time.isDefinite() && found.isArray() && found.size() == 1 ? found.get(0) : found;
    }

    /** What an answer without success says of it where failures are told, in words; "" when it says nothing there. */
    String said(HttpAnswer answer) {
        try {
            JsonNode root = BoundedJson.MAPPER.readTree(answer.body());
            for (JsonPathExpression error : errors) {
                JsonNode said = found(error, root);
                if (says(said) && first(said).isTextual()) {
                    return words(said, error, answer);
                }
            }
        } catch (IOException | WorkBudget.Exceeded notJson) {
            // then the status is all that it says
        }
        return "";
    }

    /** Null when there is nothing. */
    private static JsonNode found(JsonPathExpression path, JsonNode root) {
        try {
            return path.find(root);
        } catch (JsonPathException nothing) {
            return null;
        }
    }

    /** Whether something stands where a failure would be told. */
    private static boolean says(JsonNode said) {
        if (said == null || said.isNull() || said.isMissingNode()) {
            return false;
        }
        if (said.isArray()) {
            return StreamSupport.stream(said.spliterator(), false).anyMatch(JsonAnswer::says);
        }
        return said.isObject()
                ? !said.isEmpty()
                : said.isNumber()
                        ? said.doubleValue() != 0
                        : said.isBoolean()
                                ? said.booleanValue()
                                : !said.asText().isEmpty();
    }

    /** What the service says of its failure; where there are several texts, the first one. */
    private static String words(JsonNode said, JsonPathExpression at, HttpAnswer answer) {
        JsonNode first = first(said);
        return first.isTextual() ? ": " + answer.quote(first.textValue(), LONGEST_ERROR) : ", see " + at;
    }

    private static JsonNode first(JsonNode said) {
        JsonNode first = said;
        while (first.isArray()) {
            first = StreamSupport.stream(first.spliterator(), false)
                    .filter(JsonAnswer::says)
                    .findFirst()
                    .orElseThrow();
        }
        return first;
    }

    private static List<JsonNode> list(JsonNode found) {
        return found.isArray()
                ? StreamSupport.stream(found.spliterator(), false).toList()
                : List.of(found);
    }
}

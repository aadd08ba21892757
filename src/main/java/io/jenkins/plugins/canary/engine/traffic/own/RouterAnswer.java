package io.jenkins.plugins.canary.engine.traffic.own;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what a team's own router says is in force: {@code {"weight": 25, "settled": true, "promoted": false, "requests":
 * {"canary": 10, "stable": 30}, "detail": "", "warnings": [], "health": {"state": "ready", "detail": ""}}}. Only the weight
 * must be there; fields of other names are for others.
 */
public final class RouterAnswer {

    /** The largest answer, in bytes. */
    public static final int LARGEST = 64 << 10;

    private static final int LONGEST_TEXT = 500;
    private static final int MOST_WARNINGS = 20;

    private RouterAnswer() {}

    /** An answer that is none. The message tells the field and what kind of value it has, and quotes nothing. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private Malformed(String message) {
            super(message);
        }
    }

    public static Observation read(byte[] json) throws Malformed {
        if (json.length > LARGEST) {
            throw new Malformed("it has more than " + LARGEST / 1024 + " KiB");
        }
        JsonNode answer;
        try {
            answer = BoundedJson.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new Malformed(BoundedJson.fault(e, json.length));
        } catch (IOException e) {
            throw new Malformed("it is no text: " + e.getMessage());
        }
        if (!answer.isObject()) {
            throw new Malformed("it is " + BoundedJson.kind(answer) + ", not an object such as {\"weight\": 25}");
        }
        return new Observation(
                weight(answer.path("weight")),
                truth(answer, "settled", true),
                truth(answer, "promoted", false),
                requests(answer.path("requests")),
                text(answer.path("detail"), "detail"),
                warnings(answer.path("warnings")),
                null,
                health(answer.path("health")),
                null,
                null);
    }

    private static Weight weight(JsonNode value) throws Malformed {
        if (!value.isNumber()) {
            throw wrong("weight", value, "a number from 0 to 100");
        }
        return Weight.exactly(value.asDouble())
                .orElseThrow(() -> new Malformed(
                        "weight is not a number from 0 to 100 with at most one decimal: round it to what was set"));
    }

    private static boolean truth(JsonNode answer, String field, boolean otherwise) throws Malformed {
        JsonNode value = answer.path(field);
        if (isAbsent(value)) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(field, value, "true or false");
        }
        return value.booleanValue();
    }

    private static Observation.Requests requests(JsonNode value) throws Malformed {
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isObject()) {
            throw wrong("requests", value, "an object such as {\"canary\": 10, \"stable\": 30}");
        }
        return new Observation.Requests(
                count(value.path("canary"), "requests.canary"), count(value.path("stable"), "requests.stable"));
    }

    private static long count(JsonNode value, String field) throws Malformed {
        boolean count = value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= 0
                && value.longValue() <= Observation.MOST_REQUESTS;
        if (!count) {
            throw wrong(field, value, "a whole number from 0 to 2^50");
        }
        return value.longValue();
    }

    private static List<String> warnings(JsonNode value) throws Malformed {
        if (isAbsent(value)) {
            return List.of();
        }
        if (!value.isArray() || value.size() > MOST_WARNINGS) {
            throw wrong("warnings", value, "a list of at most " + MOST_WARNINGS + " texts");
        }
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            warnings.add(text(value.get(i), "warnings[" + i + "]"));
        }
        return warnings;
    }

    private static CanaryHealth health(JsonNode value) throws Malformed {
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isObject()) {
            throw wrong("health", value, "an object such as {\"state\": \"ready\"}");
        }
        String word = value.path("state").asText("");
        for (CanaryHealth.State state : CanaryHealth.State.values()) {
            if (word.equals(word(state))) {
                return new CanaryHealth(state, text(value.path("detail"), "health.detail"));
            }
        }
        String known =
                Stream.of(CanaryHealth.State.values()).map(RouterAnswer::word).collect(Collectors.joining(", "));
        throw wrong("health.state", value.path("state"), "one of " + known);
    }

    private static String word(CanaryHealth.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String text(JsonNode value, String field) throws Malformed {
        if (isAbsent(value)) {
            return "";
        }
        if (!value.isTextual()) {
            throw wrong(field, value, "text");
        }
        return PlainText.clip(value.textValue(), LONGEST_TEXT);
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static Malformed wrong(String field, JsonNode value, String right) {
        return new Malformed(field + " is " + BoundedJson.kind(value) + ", not " + right);
    }
}

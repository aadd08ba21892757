package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalDouble;

/** When a document says that its number was measured. */
public final class JsonTime {

    static final String FORMS = "seconds or milliseconds since the epoch, or such as 2026-02-01T10:00:00Z";

    /** As seconds this is the year 5138, as milliseconds 1973: no measurement is of either time. */
    private static final double MILLISECONDS = 1e11;

    private static final double LATEST = 1e15;

    private JsonTime() {}

    /** Null when the value is no time. */
    public static Instant of(JsonNode value) {
        if (value.isNumber()) {
            return instant(value.doubleValue());
        }
        if (!value.isTextual()) {
            return null;
        }
        String text = value.textValue().trim();
        OptionalDouble number = PromQlText.number(text);
        if (number.isPresent()) {
            return instant(number.getAsDouble());
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException noTime) {
            return null;
        }
    }

    private static Instant instant(double number) {
        if (!(Math.abs(number) <= LATEST)) {
            return null;
        }
        return Instant.ofEpochMilli(Math.round(Math.abs(number) < MILLISECONDS ? number * 1_000 : number));
    }
}

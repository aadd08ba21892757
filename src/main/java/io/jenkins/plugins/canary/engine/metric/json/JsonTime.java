package io.jenkins.plugins.canary.engine.metric.json;

import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * When a document says that its number was measured: seconds or milliseconds since the epoch, or ISO 8601 such as
 * {@code 2026-02-01T10:00:00Z}. Immutable.
 */
final class JsonTime {

    /** As seconds this is the year 5138, as milliseconds 1973: no measurement is of either time. */
    private static final double MILLISECONDS = 1e11;

    private static final double LATEST = 1e15;

    private final String path;
    private final JsonNumber time;

    /** @throws IllegalArgumentException for people, when the expression cannot be read */
    JsonTime(String path) {
        this.path = path;
        this.time = new JsonNumber(path);
    }

    /** The reading, unless it is too old, from the future, or of a time that cannot be read. */
    Reading check(Reading reading, byte[] document, SampleAge age, Instant at) {
        if (!reading.ok()) {
            return reading;
        }
        String text = time.textIn(document);
        Reading number = text == null ? time.in(document) : Reading.noData("");
        Instant sampled = text == null ? instant(number) : instant(text);
        return sampled == null
                ? Reading.unavailable("there is no time at " + path
                        + ": seconds or milliseconds since the epoch, or such as 2026-02-01T10:00:00Z")
                : age.check(reading, sampled, at);
    }

    private static Instant instant(Reading number) {
        if (!number.ok() || Math.abs(number.value()) > LATEST) {
            return null;
        }
        double millis = Math.abs(number.value()) < MILLISECONDS ? number.value() * 1_000 : number.value();
        return Instant.ofEpochMilli(Math.round(millis));
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text.trim()).toInstant();
        } catch (DateTimeException noTime) {
            return null;
        }
    }
}

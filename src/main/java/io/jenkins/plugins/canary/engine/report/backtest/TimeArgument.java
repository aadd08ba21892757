package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Moments as people write them: {@code 2026-10-01}, {@code 2026-10-01T06:00:00Z}, or {@code 30d} for so long ago. */
public final class TimeArgument {

    private TimeArgument() {}

    /** @throws IllegalArgumentException for people */
    public static Instant parse(String text, Instant now) {
        Duration ago = Units.duration(text);
        if (ago != null) {
            return now.minus(ago);
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time: write 2026-10-01, 2026-10-01T06:00:00Z, or 30d for thirty days ago");
        }
    }
}

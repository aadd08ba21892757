package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Moments on the command line: {@code 2026-10-01}, {@code 2026-10-01T06:00:00Z}, or {@code 30d} for so long ago. */
final class MomentOption implements ITypeConverter<Instant> {

    @Override
    public Instant convert(String value) {
        Duration ago = Units.duration(value);
        if (ago != null) {
            return Instant.now().minus(ago);
        }
        try {
            return value.length() == 10 ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant() : Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + value
                    + "' is no moment: write 2026-10-01, 2026-10-01T06:00:00Z, or 30d for thirty days ago");
        }
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line are written as in plans. */
final class DurationOption implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String value) {
        Duration duration = Units.duration(value);
        if (duration == null) {
            throw new TypeConversionException("'" + value + "' is not a duration: write 90s, 5m or 1h30m");
        }
        return duration;
    }
}

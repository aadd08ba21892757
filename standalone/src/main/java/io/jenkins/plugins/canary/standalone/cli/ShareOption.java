package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import java.util.OptionalDouble;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Shares on the command line: {@code 0.2%} as in plans, or {@code 0.002}. */
final class ShareOption implements ITypeConverter<Double> {

    @Override
    public Double convert(String value) {
        OptionalDouble percent = Units.percentage(value);
        OptionalDouble share = percent.isPresent() ? percent : Units.number(value);
        if (share.isEmpty() || !(share.getAsDouble() >= 0 && share.getAsDouble() < 1)) {
            throw new TypeConversionException("'" + value + "' is not a share: write 0.2% or 0.002");
        }
        return share.getAsDouble();
    }
}

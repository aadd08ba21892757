package io.jenkins.plugins.canary.engine.judge;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes a number that is unknown or unbounded as null: JSON has no word for NaN and infinity. */
final class FiniteOrNull extends JsonSerializer<Double> {

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider unused) throws IOException {
        if (value == null || !Double.isFinite(value)) {
            out.writeNull();
        } else {
            out.writeNumber(value);
        }
    }
}

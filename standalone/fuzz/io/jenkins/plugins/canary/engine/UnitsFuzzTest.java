package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.OptionalDouble;

/** Durations, percentages and numbers as plans have them. */
class UnitsFuzzTest {

    @FuzzTest
    @DictionaryEntries({"ms", "us", "h", "m", "s", "d", "1h30m", "0.5s", "3650d"})
    void duration(byte[] input) {
        Fuzz.text(input, text -> {
            Duration read = Units.duration(text);
            if (read == null) {
                return false;
            }
            assertTrue(!read.isNegative() && read.compareTo(Duration.ofDays(3650)) <= 0, () -> text + " is " + read);
            Duration printed = Units.duration(Units.write(read));
            assertNotNull(printed, () -> Units.write(read) + " is not read back");
            // Written to the millisecond: finer parts of longer durations are of no use to a person.
            assertEquals(read.toMillis(), printed.toMillis(), () -> text + " is written as " + Units.write(read));
            return true;
        });
    }

    @FuzzTest
    @DictionaryEntries({"%", "1e", "e-9", "+", "-0", ".5"})
    void percentage(byte[] input) {
        Fuzz.text(input, text -> {
            OptionalDouble read = Units.percentage(text);
            read.ifPresent(share -> {
                assertTrue(Double.isFinite(share), text);
                double written =
                        Double.parseDouble(text.substring(0, text.indexOf('%')).strip());
                assertEquals(written / 100, share, Math.abs(written) * 1e-15, text);
            });
            return read.isPresent();
        });
    }

    @FuzzTest
    @DictionaryEntries({"1e", "e-9", "+", "-0", "NaN", "Infinity", "0x1p3", "1d"})
    void number(byte[] input) {
        Fuzz.text(input, text -> {
            OptionalDouble read = Units.number(text);
            read.ifPresent(n -> assertTrue(Double.isFinite(n), text));
            return read.isPresent();
        });
    }
}

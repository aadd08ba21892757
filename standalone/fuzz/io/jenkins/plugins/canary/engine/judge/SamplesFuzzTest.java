package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;

/** Files of measurements for {@code canary judge}. */
class SamplesFuzzTest {

    @FuzzTest
    @DictionaryEntries({"value", "failures,total", "NaN", "1e308", "-Infinity", ";", "\t", "# ", "\ufeff"})
    void samples(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    Samples samples = Samples.of(text, "fuzz.csv");
                    if (samples.areCounts()) {
                        for (Counts counts : samples.counts()) {
                            assertTrue(
                                    counts.equals(Counts.NONE)
                                            || counts.failures() >= 0 && counts.failures() <= counts.total(),
                                    counts::toString);
                        }
                    } else {
                        for (double value : samples.values()) {
                            assertFalse(Double.isInfinite(value), text);
                        }
                    }
                    return true;
                },
                IllegalArgumentException.class);
    }
}

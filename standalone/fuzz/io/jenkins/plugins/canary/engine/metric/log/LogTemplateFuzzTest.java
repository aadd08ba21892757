package io.jenkins.plugins.canary.engine.metric.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;

/** Log lines of a stranger. */
class LogTemplateFuzzTest {

    @FuzzTest
    @DictionaryEntries({"{\"msg\":\"", "\"}", "password=", "Bearer ", "a@b.c", "*, *", "'", "deadbeef", "\u001b["})
    void line(byte[] input) {
        Fuzz.text(input, line -> {
            String template = LogTemplate.of(line);
            assertTrue(template.length() <= 2 * LogTemplate.LONGEST + 3, "bounded");
            assertTrue(template.chars().noneMatch(c -> c < ' ' || c == 127), "one line");
            String masked = LogTemplate.mask(line);
            assertEquals(masked, LogTemplate.mask(masked));
            assertTrue(masked.length() <= line.length(), "never longer");
            return true;
        });
    }
}

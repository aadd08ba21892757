package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Locale;

/** Sentences of the engine have comments of people and errors of other programs in them. */
class MessageCatalogFuzzTest {

    private static final int LONGER = 500;

    @FuzzTest
    @DictionaryEntries({
        "; ",
        ": ",
        " is 5%",
        ", above the maximum of 1%",
        " at 5%",
        " for 5 min",
        " and ",
        "Rolling back",
        "and 2 more",
        " (canary): no data, ",
        " (before the first shift)",
        "Phase a waits for approval"
    })
    void translate(byte[] input) {
        Fuzz.text(input, text -> {
            String german = MessageCatalog.of(Locale.GERMAN).translate(text);
            assertTrue(german.length() <= 4 * text.length() + LONGER, () -> text + " is " + german);
            assertEquals(text, MessageCatalog.of(Locale.ENGLISH).translate(text));
            return !german.equals(text);
        });
    }
}

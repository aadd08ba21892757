package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON documents and JSONPath expressions. */
class JsonNumberFuzzTest {

    private static boolean read(JsonNumber number, byte[] document) {
        Reading reading = number.in(document);
        assertEquals(reading.ok(), Double.isFinite(reading.value()), reading::toString);
        assertTrue(reading.ok() || !reading.detail().isBlank(), "a reason is given");
        assertFalse(reading.detail().length() > 2_000, "and it is short");
        return reading.ok();
    }

    @FuzzTest
    @DictionaryEntries({"{\"v\":", "\"v\":1e999", "\"NaN\"", "[[[[", "1E400", "\"+Inf\"", "null"})
    void document(byte[] input) {
        Fuzz.bytes(input, document -> read(new JsonNumber("$..v"), document));
    }

    /** The first line is the expression, the rest the document. */
    @FuzzTest
    @DictionaryEntries({
        "$..",
        "[?(@.n =~ /",
        "/i)]",
        " && ",
        " || ",
        "[?(!(@.a))]",
        ".sum()",
        ".length()",
        ".concat($..*)",
        "[*]",
        "[-1:]",
        "['a','b']",
        "\\x0A{\"a\":[{\"n\":\"x\",\"v\":1}]}",
        ".max()",
        ".avg($..v)",
        " in ['x']",
        " subsetof ",
        " empty true",
        ".keys()"
    })
    void path(byte[] input) {
        Fuzz.bytes(
                input,
                bytes -> {
                    int end = 0;
                    while (end < bytes.length && bytes[end] != '\n') {
                        end++;
                    }
                    JsonNumber number = new JsonNumber(new String(bytes, 0, end, StandardCharsets.UTF_8));
                    return read(number, Arrays.copyOfRange(bytes, Math.min(bytes.length, end + 1), bytes.length));
                },
                IllegalArgumentException.class);
    }
}

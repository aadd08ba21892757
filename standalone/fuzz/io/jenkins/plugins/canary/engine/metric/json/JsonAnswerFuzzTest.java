package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** JSON documents and JSONPath expressions. */
class JsonAnswerFuzzTest {

    private static boolean read(String path, byte[] document) {
        boolean one = read(new JsonAnswer(new JsonNumber(path), null, null, List.of()), document);
        JsonPathExpression time = JsonPathExpression.compile("$..t");
        return read(new JsonAnswer(new JsonNumber(path), time, JsonQuery.Take.MEAN, List.of(time)), document) || one;
    }

    private static boolean read(JsonAnswer answer, byte[] document) {
        HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
        Reading reading = answer.read(
                new HttpAnswer(URI.create("http://metrics"), 200, none, document, true),
                new SampleAge(Duration.ofMinutes(2)),
                Duration.ofMinutes(1),
                Instant.EPOCH);
        assertEquals(reading.ok(), Double.isFinite(reading.value()), reading::toString);
        assertTrue(reading.ok() || !reading.detail().isBlank(), "a reason is given");
        assertFalse(reading.detail().length() > 2_000, "and it is short");
        return reading.ok();
    }

    @FuzzTest
    @DictionaryEntries({"{\"v\":", "\"v\":1e999", "\"NaN\"", "[[[[", "1E400", "\"+Inf\"", "null"})
    void document(byte[] input) {
        Fuzz.bytes(input, document -> read("$..v", document));
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
                    String path = new String(bytes, 0, end, StandardCharsets.UTF_8);
                    return read(path, Arrays.copyOfRange(bytes, Math.min(bytes.length, end + 1), bytes.length));
                },
                IllegalArgumentException.class);
    }
}

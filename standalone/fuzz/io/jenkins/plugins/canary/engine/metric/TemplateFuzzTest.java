package io.jenkins.plugins.canary.engine.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import java.util.HashMap;
import java.util.Map;

/** A plan's texts with placeholders; the first line of the input is the value that a stranger chose. */
class TemplateFuzzTest {

    @FuzzTest
    @DictionaryEntries({"{{track}}", "{{ version }}", "{{labels}}", "{{window}}", "=~\"", "\\", "`", "'", "#"})
    void template(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    int line = Math.max(0, text.indexOf('\n'));
                    Map<String, String> values = new HashMap<>(Map.of(
                            "track",
                            "canary",
                            "version",
                            text.substring(0, line),
                            "window",
                            "1m",
                            "labels",
                            "a=\"b\""));
                    Template template = new Template(text.substring(line), values);
                    // A value without quotes, braces or line breaks leaves every bracket of the query around it where
                    // it was.
                    String plain = new Template(
                                    text.substring(line),
                                    Map.of("track", "canary", "version", "v", "window", "1m", "labels", "a=\"b\""))
                            .query();
                    if (values.get("version").matches("[a-zA-Z0-9_.-]*")) {
                        assertEquals(brackets(plain), brackets(template.query()), text);
                    }
                    String url = new Template("http://x/{{version}}", values).url();
                    assertFalse(
                            url.substring(9).matches("(?s).*[/?#&\\s\"].*"),
                            () -> "a value changed the address: " + url);
                    return true;
                },
                IllegalArgumentException.class);
    }

    private static String brackets(String query) {
        return query.replaceAll("[^(){}\\[\\]]", "");
    }
}

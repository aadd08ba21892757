package io.jenkins.plugins.canary.engine.metric.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.WorkBudget;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatcherListTest {

    @Test
    void allFourComparisons() {
        List<Matcher> all =
                MatcherList.parse(" version = \"v2\", zone!='a',pod=~`api-.*` , path !~ \"/health|/ready\",");
        assertEquals("version=\"v2\",zone!=\"a\",pod=~\"api-.*\",path!~\"/health|/ready\"", MatcherList.print(all));
        assertTrue(all(all, Map.of("version", "v2", "pod", "api-1", "path", "/x")));
        assertFalse(all(all, Map.of("version", "v2", "pod", "xapi-1", "path", "/x")), "patterns match whole values");
        assertFalse(all(all, Map.of("version", "v2", "pod", "api-1", "path", "/ready")));
        assertFalse(all(all, Map.of("version", "v2", "pod", "api-1", "zone", "a")));
        assertFalse(all(all, Map.of("pod", "api-1")), "an absent label is empty");
    }

    @Test
    void escapesSurviveReadingAndPrinting() {
        String text = "a=\"q\\\"b\\\\s\\nl\"";
        assertEquals(text, MatcherList.print(MatcherList.parse(text)));
        assertTrue(MatcherList.parse(text).get(0).matches(Map.of("a", "q\"b\\s\nl"), new WorkBudget(1_000)));
    }

    @Test
    void aNameInQuotesMayHaveAnySigns() {
        List<Matcher> all = MatcherList.parse("\"service.version\"=\"v2\", 'track' = \"canary\"");
        assertEquals("\"service.version\"=\"v2\",track=\"canary\"", MatcherList.print(all));
        assertTrue(all(all, Map.of("service.version", "v2", "track", "canary")));
    }

    @Test
    void nothingSelectsAll() {
        assertEquals(List.of(), MatcherList.parse("  "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "\"\"=\"v2\" | expected the name of a label",
                "version=v2 | character 9: expected a value in quotes",
                "version | character 8: expected one of = != =~ !~",
                "{version=\"v2\"} | character 1: expected the name of a label",
                "a=\"1\" b=\"2\" | character 7: expected a comma",
                "a=\"1 | expected the closing \"",
                "a=~\"(\" | is not a regular expression",
                "a=\"1\\.2\" | a backslash in a value is written twice",
            })
    void mistakesAreNamedWithTheirPlace(String text, String expected) {
        String says = assertThrows(IllegalArgumentException.class, () -> MatcherList.parse(text))
                .getMessage();
        assertTrue(says.contains(expected), says);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a=", "a=\"\\x", "a=\"\\", "=", ",", "a=\"b\",,"})
    void whatIsCutOffIsAnErrorForPeople(String text) {
        assertThrows(IllegalArgumentException.class, () -> MatcherList.parse(text));
    }

    private static boolean all(List<Matcher> matchers, Map<String, String> labels) {
        return matchers.stream().allMatch(m -> m.matches(labels, new WorkBudget(10_000)));
    }
}

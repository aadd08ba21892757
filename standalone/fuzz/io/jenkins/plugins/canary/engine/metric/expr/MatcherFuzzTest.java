package io.jenkins.plugins.canary.engine.metric.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.WorkBudget;
import java.util.List;
import java.util.Map;

/** Label matchers of plans, and the regular expressions in them. */
class MatcherFuzzTest {

    private static final long WORK = 5_000_000;

    @FuzzTest
    @DictionaryEntries({"version=\"v2\"", "!~'", "=~`", "\\x41", "\\x5Cn", "\\x5C\\x5C", ","})
    void matchers(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    List<Matcher> read = MatcherList.parse(text);
                    assertEquals(read, MatcherList.parse(MatcherList.print(read)));
                    for (Matcher matcher : read) {
                        Map<String, String> labels = Map.of("a", "b", "version", "v2");
                        assertNotEquals(
                                matcher.matches(labels, new WorkBudget(WORK)),
                                matcher.not().matches(labels, new WorkBudget(WORK)));
                    }
                    return !read.isEmpty();
                },
                IllegalArgumentException.class,
                WorkBudget.Exceeded.class);
    }

    /** The first line is the expression, the rest the text. */
    @FuzzTest
    @DictionaryEntries({
        "(.*a){20}z\\x0A",
        "(?i)",
        "[[:alpha:]]",
        "\\x5CpL",
        "{1000}",
        "\\x5CQ",
        "\\x5CE",
        "(?P<n>",
        "x*?",
        "[^\\x5Cn]",
        "\\x5Cb",
        "^$"
    })
    void pattern(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    int end = text.indexOf('\n');
                    LinearPattern pattern = LinearPattern.compile(end < 0 ? text : text.substring(0, end));
                    return pattern.matches(text.substring(end + 1), new WorkBudget(WORK));
                },
                IllegalArgumentException.class,
                WorkBudget.Exceeded.class);
    }
}

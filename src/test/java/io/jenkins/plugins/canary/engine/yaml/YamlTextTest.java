package io.jenkins.plugins.canary.engine.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.read.PlanTexts;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Text that is no YAML, or too much of it. */
class YamlTextTest {

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("", "1:1", "the plan is empty"),
                Arguments.of("# only a comment\n", "1:1", "the plan is empty"),
                Arguments.of(
                        "name: a\nphases:\n\t- name: b\n", "3:1", "a tab where YAML wants spaces; indent with spaces"),
                Arguments.of("name: a\n---\nname: b\n", "2:1", "a second document begins here"),
                Arguments.of("name: a: b\n", "1:8", "a colon is not allowed here"),
                Arguments.of("phases: [ { name: a }\nname: b\n", "2:1", "a bracket is not closed"),
                Arguments.of("name: \"a\nb: c\n", "3:1", "ends in the middle of a value"),
                Arguments.of("name: @a\n", "1:7", "cannot start with this character; put the value into quotes"),
                Arguments.of("name: a\n  traffic: b\n", "2:10", "a colon is not allowed here"),
                Arguments.of("name: a\nphases:\n  - a\n - b\n", "4:2", "indented differently"),
                Arguments.of("name: *a\n", "1:7", "an alias (*name) is wrong here: no such anchor"),
                Arguments.of("name: a\u0007\n", "1:8", "U+0007 is not allowed"),
                Arguments.of("name: a\nb: \ud83d\ude00\u0007\n", "2:5", "U+0007 is not allowed"),
                Arguments.of("name: a\nphases\nb: c", "3:1", "a key without a colon"),
                Arguments.of("a: &x [ *x ]\n", "1:4", "contains itself"),
                Arguments.of("just a text", "1:1", "expected keys and values, found 'just a text'"),
                Arguments.of("[".repeat(2_000), "1:1", "nested deeper than 24 levels"),
                Arguments.of("[".repeat(60) + "]".repeat(60), "1:1", "nested deeper than 24 levels"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isSaidInPlainWordsWithItsPlace(String text, String place, String says) {
        String first = PlanReader.check(text).problems().get(0).toString();
        assertTrue(first.startsWith(place + " error plan: "), first);
        assertTrue(first.contains(says), first);
    }

    @Test
    void aBombOfAliasesIsRefusedSoon() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [ x, x, x, x, x, x, x, x, x, x ]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [ ")
                    .append(("*a" + (i - 1) + ", ").repeat(9))
                    .append("*a")
                    .append(i - 1)
                    .append(" ]\n");
        }
        String said = assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> PlanReader.check(bomb.toString()).problems().toString());
        assertTrue(said.contains("more than 20000 values, counting each use of an alias"), said);
    }

    @Test
    void aTextBeyondAMebibyteIsRefused() {
        String said =
                PlanReader.check("name: a\n#" + "x".repeat(1 << 20)).problems().toString();
        assertTrue(said.contains("longer than 1048576 characters"), said);
    }

    @Test
    void aLargePlanOfNothingButMistakesIsReadSoon() {
        String text =
                "name: a\n" + "k1: v\n".repeat(3_000) + "k".repeat(500_000) + ": [ " + "1, ".repeat(3_000) + "]\n";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (Problem p : PlanReader.check(text).problems()) {
                assertTrue(p.toString().length() < 500);
            }
        });
    }

    @Test
    void deepExpressionsDoNotOverflowTheStack() {
        String open = "(".repeat(200_000);
        assertEquals(
                1,
                PlanReader.check(PlanTexts.sound("  custom:\n", "  http: { errors: '" + open + "' }\n  custom:\n"))
                        .problems()
                        .size());
        assertEquals(
                1,
                PlanReader.check(PlanTexts.sound("'sum(rate", "'" + open + "' #"))
                        .problems()
                        .size());
        assertEquals(
                1,
                PlanReader.check(PlanTexts.sound("'sum(rate", "'x{a=\"" + "\\n".repeat(200_000) + "\"}(' #"))
                        .problems()
                        .size());
    }
}

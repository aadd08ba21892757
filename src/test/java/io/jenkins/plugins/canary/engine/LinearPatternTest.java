package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LinearPatternTest {

    private static boolean matches(String pattern, String text) {
        return LinearPattern.compile(pattern).matches(text, new WorkBudget(1_000_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(.*a){20}z", "(.*a){24}z", "(x+x+)+y", "(a|a)*b", "(.*,){25}P"})
    void noPatternTakesForever(String pattern) {
        assertFalse(assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> matches(pattern, "ax,".repeat(2_000) + "!")));
    }

    @Test
    void longTextsDoNotOverflowTheStack() {
        assertTrue(matches("(/[a-z]+)*", "/abc".repeat(100_000)));
        assertFalse(matches("(/[a-z]+)*", "/abc".repeat(100_000) + "!"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)[x-\uFFFD]",
                "(?i)\u1C80",
                "(?i)a|[\\x{0}-\\x{10ffff}]",
                "(?i)[b-\\x{1c81}]",
                "(?si)\\x{1C88}",
                "(?i)[^a-\u1C84]"
            })
    void noPatternIsReadForever(String pattern) {
        String said = assertTimeoutPreemptively(
                        Duration.ofSeconds(10),
                        () -> assertThrows(IllegalArgumentException.class, () -> LinearPattern.compile(pattern)))
                .getMessage();
        assertTrue(said.startsWith("it ignores case over letters from U+1C80 on"), said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)[^a]",
                "(?i)\\W",
                "(?i)[[:^alpha:]]",
                "(?i)\\PL",
                "(?i)[a-\u1C7F]",
                "(?i).",
                "[\\x{0}-\\x{10ffff}]"
            })
    void textsOfEveryLetterAreReadWhereCaseIsIgnored(String pattern) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int letter = 0x1C7F; letter < 0x1C8A; letter++) {
                matches(pattern, Character.toString(letter));
            }
        });
    }

    @Test
    void wholeTextsMatchLineBreaksIncluded() {
        assertTrue(matches("a.c", "a\nc"));
        assertFalse(matches("b", "abc"));
        assertFalse(matches("a|b", "ab"), "the choice is held against the whole text, too");
        assertTrue(LinearPattern.compile("API", true).matches("api", new WorkBudget(100)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((a{100}){100}){100}){100}",
                "((a{1000}){1000}){1000}",
                "(((a{0,99}b){99}){99})",
                "[^]]{1000}{1000}",
                "(((\\({99}){99}){99})"
            })
    void repeatsOfRepeatsAreRefusedBeforeTheyAreWrittenOut(String pattern) {
        String said = assertTimeoutPreemptively(
                        Duration.ofSeconds(5),
                        () -> assertThrows(IllegalArgumentException.class, () -> LinearPattern.compile(pattern)))
                .getMessage();
        assertFalse(said.isBlank());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"(?=a)b (?=", "(a)\\1 \\1", "a++ ++", "(a (a", "[a [a"})
    void whatIsNotOfTheSyntaxIsNamed(String pattern, String named) {
        String said = assertThrows(IllegalArgumentException.class, () -> LinearPattern.compile(pattern))
                .getMessage();
        assertTrue(said.contains(named), said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
                "5..|429",
                "(api|web)-[a-z0-9]{1,63}",
                "x{a}",
                "}{",
                "{2}x?"
            })
    void usualRepeatsAreFine(String pattern) {
        try {
            LinearPattern.compile(pattern);
        } catch (IllegalArgumentException e) {
            assertFalse(e.getMessage().contains("too large"), e.getMessage());
        }
    }

    @Test
    void theBudgetIsSpentBeforeTheWork() {
        LinearPattern pattern = LinearPattern.compile("(.*a){100}z");
        WorkBudget small = new WorkBudget(1_000);
        assertEquals(
                "it takes more work than is allowed",
                assertThrows(WorkBudget.Exceeded.class, () -> pattern.matches("a".repeat(10_000), small))
                        .getMessage());
    }
}

package io.jenkins.plugins.canary.engine;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression out of a plan, in the syntax of RE2, which Prometheus uses too. Matching takes time that is linear
 * in the text, whatever the expression: a backtracking engine takes exponential time for {@code (.*a){20}z}, and its
 * stack overflows on long texts. A dot also matches a line break, as in Prometheus 3. Immutable.
 */
public final class LinearPattern {

    /** The most instructions of a compiled expression. A usual one has less than 100. */
    static final int LARGEST_PROGRAM = 2_000;
    /** The longest expression in characters. */
    static final int LONGEST = 4_000;

    /** What one character held against one instruction costs. */
    private static final long STEP = 3;

    /**
     * What RE2/J 1.8 never finishes to read where case is ignored: the letters U+1C80 to U+1C88, which Java folds to letters
     * that do not fold back, as themselves or in a range.
     */
    private static final java.util.regex.Pattern ENDLESS = java.util.regex.Pattern.compile(
            "[\\u1C80-\\u1C88]|\\\\x\\{0*1[cC]8[0-8]}|-(?:[\\x{1C80}-\\x{10FFFF}]|\\\\x\\{0*+(?:[0-9a-fA-F]{5,}|[2-9a-fA-F]...|1[c-fC-F]..)})");

    private static final java.util.regex.Pattern IGNORES_CASE = java.util.regex.Pattern.compile("\\(\\?[a-zA-Z]*i");

    private final Pattern pattern;

    private LinearPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException with the reason, when the text is no expression or one that is too large */
    public static LinearPattern compile(String text) {
        return compile(text, false);
    }

    /**
     * @param ignoreCase whether upper and lower case count as the same
     * @throws IllegalArgumentException with the reason, when the text is no expression or one that is too large
     */
    public static LinearPattern compile(String text, boolean ignoreCase) {
        // Repeats are written out when an expression is compiled: nested ones can fill the memory before that ends.
        if (text.length() > LONGEST || PatternSize.of(text) > LARGEST_PROGRAM) {
            throw tooLarge();
        }
        if ((ignoreCase || IGNORES_CASE.matcher(text).find())
                && ENDLESS.matcher(text).find()) {
            throw new IllegalArgumentException("it ignores case over letters from U+1C80 on; write both cases instead");
        }
        Pattern compiled;
        try {
            compiled = Pattern.compile(text, Pattern.DOTALL | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    e.getDescription()
                            + (e.getPattern() == null || e.getPattern().isEmpty() ? "" : " '" + e.getPattern() + "'"),
                    e);
        }
        if (compiled.programSize() > LARGEST_PROGRAM) {
            throw tooLarge();
        }
        return new LinearPattern(compiled);
    }

    private static IllegalArgumentException tooLarge() {
        return new IllegalArgumentException("it is too large once its repeats are written out; repeat less");
    }

    /**
     * Whether the expression matches the whole text.
     *
     * @throws WorkBudget.Exceeded when that may take more work than the budget has left
     */
    public boolean matches(String text, WorkBudget budget) {
        budget.spend(STEP * (text.length() + 1) * pattern.programSize());
        return pattern.matches(text);
    }

    /** The expression as it was written. */
    @Override
    public String toString() {
        return pattern.pattern();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof LinearPattern other && pattern.equals(other.pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }
}

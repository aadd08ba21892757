package io.jenkins.plugins.canary.engine;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

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

    /** How many characters an expression has once its counted repeats, {@code (ab){3}}, are written out: 6 for this one. */
    private static final class PatternSize {

        private static final long LARGEST = 1L << 40;

        private final String text;
        private int at;

        private PatternSize(String text) {
            this.text = text;
        }

        /** An upper bound; of a text that is no expression, some number. */
        static long of(String text) {
            return new PatternSize(text).size();
        }

        private long size() {
            Deque<Long> outer = new ArrayDeque<>();
            long sum = 0;
            long last = 0;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '(') {
                    outer.push(sum);
                    sum = 0;
                    last = 0;
                } else if (c == ')' && !outer.isEmpty()) {
                    last = sum + 1;
                    sum = outer.pop() + last;
                } else if (c == '{') {
                    long more = last * (Math.max(1, repeats()) - 1);
                    sum = Math.min(LARGEST, sum + more);
                    last = Math.min(LARGEST, last + more);
                } else {
                    skip(c);
                    last = 1;
                    sum++;
                }
            }
            while (!outer.isEmpty()) {
                sum += outer.pop();
            }
            return sum;
        }

        /** The rest of an escape or of a class such as {@code [^()]}. */
        private void skip(char c) {
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                at += text.startsWith("^", at) ? 1 : 0;
                at += text.startsWith("]", at) ? 1 : 0;
                while (at < text.length() && text.charAt(at) != ']') {
                    at += text.charAt(at) == '\\' ? 2 : 1;
                }
                at++;
            }
        }

        /** The largest number up to the closing brace; 0 when this is no repeat. */
        private long repeats() {
            int end = text.indexOf('}', at);
            long largest = 0;
            long number = 0;
            for (int i = at; i < end; i++) {
                char c = text.charAt(i);
                if (c != ',' && (c < '0' || c > '9')) {
                    return 0;
                }
                number = c == ',' ? 0 : Math.min(LARGEST, number * 10 + c - '0');
                largest = Math.max(largest, number);
            }
            at = end < 0 ? at : end + 1;
            return largest;
        }
    }
}

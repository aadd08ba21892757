package io.jenkins.plugins.canary.engine.metric.expr;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Numbers as Prometheus writes them, in its API and in the text formats: {@code 1.5e+06}, {@code NaN}, {@code +Inf}. */
public final class PromNumber {

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
    private static final int LONGEST = 400;

    private PromNumber() {}

    /** Empty when the text is no number; Java's own spellings such as {@code 1d} or {@code 0x1p3} are none. */
    public static OptionalDouble parse(String text) {
        switch (text.length() > 4 || text.isEmpty() ? "" : text.toLowerCase(java.util.Locale.ROOT)) {
            case "nan":
                return OptionalDouble.of(Double.NaN);
            case "inf", "+inf":
                return OptionalDouble.of(Double.POSITIVE_INFINITY);
            case "-inf":
                return OptionalDouble.of(Double.NEGATIVE_INFINITY);
            default:
                return text.length() <= LONGEST && DECIMAL.matcher(text).matches()
                        ? OptionalDouble.of(Double.parseDouble(text))
                        : OptionalDouble.empty();
        }
    }
}

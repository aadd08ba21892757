package io.jenkins.plugins.canary.engine.metric;

import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** How PromQL writes strings, regular expressions and numbers: the escapes of Go's string literals and of RE2. */
public final class PromQlText {

    private static final String REGEX_SIGNS = "\\.+*?()|[]{}^$";
    private static final Set<Character> QUOTES = Set.of('"', '\'', '`');

    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
    private static final int LONGEST_NUMBER = 400;

    private PromQlText() {}

    /** A string literal in double quotes. */
    public static String quote(String value) {
        return '"' + escape(value, '"') + '"';
    }

    /** The inside of a string literal that stands in this kind of quote, either double or single. */
    public static String escape(String value, char quote) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == quote || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ' || c == 0x7f) {
                out.append(String.format("\\x%02x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** A label's name as it stands before its operator; in quotes when it has other signs than every Prometheus knows. */
    public static String label(String name) {
        return isPlainLabel(name) ? name : quote(name);
    }

    /** Whether a metric's name may stand without quotes, as every Prometheus knows it. */
    public static boolean isPlainMetric(String name) {
        return METRIC.matcher(name).matches();
    }

    /** Whether a label's name may stand without quotes, as every Prometheus knows it. */
    public static boolean isPlainLabel(String name) {
        return LABEL.matcher(name).matches();
    }

    /** A regular expression that matches just this text. */
    public static String literalPattern(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (REGEX_SIGNS.indexOf(text.charAt(i)) >= 0) {
                out.append('\\');
            }
            out.append(text.charAt(i));
        }
        return out.toString();
    }

    public static boolean isQuote(char c) {
        return QUOTES.contains(c);
    }

    /** A number as Prometheus writes it: {@code 1.5e+06}, {@code NaN}, {@code +Inf}; empty when the text is none. Java's own spellings such as {@code 1d} or {@code 0x1p3} are none. */
    public static OptionalDouble number(String text) {
        switch (text.length() > 4 || text.isEmpty() ? "" : text.toLowerCase(java.util.Locale.ROOT)) {
            case "nan":
                return OptionalDouble.of(Double.NaN);
            case "inf", "+inf":
                return OptionalDouble.of(Double.POSITIVE_INFINITY);
            case "-inf":
                return OptionalDouble.of(Double.NEGATIVE_INFINITY);
            default:
                return text.length() <= LONGEST_NUMBER && DECIMAL.matcher(text).matches()
                        ? OptionalDouble.of(Double.parseDouble(text))
                        : OptionalDouble.empty();
        }
    }
}

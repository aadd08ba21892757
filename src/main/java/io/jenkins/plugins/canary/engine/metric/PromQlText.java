package io.jenkins.plugins.canary.engine.metric;

import java.util.Set;

/** How PromQL writes strings and regular expressions: the escapes of Go's string literals and of RE2. */
public final class PromQlText {

    private static final String REGEX_SIGNS = "\\.+*?()|[]{}^$";
    private static final Set<Character> QUOTES = Set.of('"', '\'', '`');

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
}

package io.jenkins.plugins.canary.engine.metric.json;

/** Finds its way in the text of a JSONPath filter: past strings, patterns and brackets. */
final class FilterText {

    private FilterText() {}

    static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    /** The place behind what begins here: a whole string, a whole {@code =~ /pattern/}, else one character. */
    static int skip(String text, int at) {
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            return unescaped(text, at + 1, c) + 1;
        }
        if (text.startsWith("=~", at)) {
            int slash = blanks(text, at + 2);
            if (slash >= text.length() || text.charAt(slash) != '/') {
                throw new IllegalArgumentException("behind =~ there is a pattern between slashes, /api-.*/");
            }
            return unescaped(text, slash + 1, '/') + 1;
        }
        return at + 1;
    }

    /** The place of the parenthesis that closes the one here. */
    static int closing(String text, int open) {
        int depth = 0;
        int at = open;
        while (at < text.length()) {
            char c = text.charAt(at);
            depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
            at = skip(text, at);
        }
        throw new IllegalArgumentException("a parenthesis of the filter is not closed");
    }

    /** The place of a character that no backslash precedes. */
    static int unescaped(String text, int from, char wanted) {
        for (int at = from; at < text.length(); at++) {
            if (text.charAt(at) == '\\') {
                at++;
            } else if (text.charAt(at) == wanted) {
                return at;
            }
        }
        throw new IllegalArgumentException("there is no closing " + wanted);
    }
}

package io.jenkins.plugins.canary.engine.metric;

/** Follows a PromQL text from left to right and knows whether a place is inside a string. Not for several threads. */
final class PromQlPlace {

    private char quote;
    private boolean pattern;
    private boolean comment;
    private char last;

    /** Reads on; the parts of one text are given in order. */
    void read(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (comment) {
                comment = c != '\n';
            } else if (quote == 0) {
                comment = c == '#';
                if (c == '"' || c == '\'' || c == '`') {
                    quote = c;
                    pattern = last == '~';
                }
            } else if (c == '\\' && quote != '`') {
                i++;
            } else if (c == quote) {
                quote = 0;
            }
            last = Character.isWhitespace(c) ? last : c;
        }
    }

    /** The quote that the place is inside of; 0 outside of strings. */
    char quote() {
        return quote;
    }

    /** Whether the string is compared with =~ or !~. */
    boolean isPattern() {
        return pattern;
    }
}

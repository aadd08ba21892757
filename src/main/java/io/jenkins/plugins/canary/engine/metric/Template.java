package io.jenkins.plugins.canary.engine.metric;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills the placeholders, such as {@code {{track}}} and {@code {{version}}}, of a plan's texts. A value can only ever be a value: it is escaped for the
 * place where it stands, so that no version or name can change the query around it.
 *
 * @param values by placeholder; a placeholder that is absent, or null, has no value here
 */
public record Template(String text, Map<String, String> values) {

    /** Filled with label matchers, which are PromQL already. */
    public static final String LABELS = "labels";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*+)}}");
    private static final Pattern BARE = Pattern.compile("[a-zA-Z0-9_:]+");
    /** What ends no string, names no variable and begins no comment in any language that services are asked in. */
    private static final Pattern HARMLESS = Pattern.compile("[\\p{L}\\p{N}_.:/+@-]+");

    private static final Pattern COMMENTS = Pattern.compile("--|//|/[+*]");

    /**
     * For PromQL. Inside a string the value is escaped for its kind of quotes, and as a literal where the string is a
     * regular expression; outside of one only letters, digits, _ and : may be put, so {@code [{{window}}]} is fine.
     *
     * @throws IllegalArgumentException when a placeholder is unknown or its value cannot stand where it does
     */
    public String query() {
        StringBuilder out = new StringBuilder();
        Matcher m = PLACEHOLDER.matcher(text);
        PromQlPlace place = new PromQlPlace();
        int at = 0;
        while (m.find()) {
            place.read(text, at, m.start());
            String name = m.group(1).strip();
            out.append(text, at, m.start()).append(escaped(name, value(name), place));
            at = m.end();
        }
        return out.append(text.substring(at)).toString();
    }

    /**
     * For addresses: each value percent-encoded.
     *
     * @throws IllegalArgumentException when a placeholder is unknown
     */
    public String url() {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(r -> Matcher.quoteReplacement(
                        URLEncoder.encode(value(r.group(1).strip()), StandardCharsets.UTF_8)
                                .replace("+", "%20")));
    }

    /**
     * For texts in a language that is not known here, such as SQL in a request's body: a value may have letters, digits and
     * {@code _ . : / + @ -} only, and nothing that begins a comment.
     *
     * @throws IllegalArgumentException when a placeholder is unknown or its value has other characters
     */
    public String harmless() {
        return PLACEHOLDER.matcher(text).replaceAll(r -> {
            String name = r.group(1).strip();
            String value = value(name);
            if (!HARMLESS.matcher(value).matches() || COMMENTS.matcher(value).find()) {
                throw new IllegalArgumentException(
                        "{{" + name + "}} in '" + text + "' is '" + value
                                + "', which could change what is asked: letters, digits and _ . : / + @ - can stand there, and nothing that begins a comment");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    /** Whether a placeholder of this name stands in the text. */
    public boolean has(String name) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .anyMatch(r -> r.group(1).strip().equals(name));
    }

    private String value(String name) {
        String value = values.get(name);
        if (value == null) {
            String known = String.join("}}, {{", new TreeSet<>(values.keySet()));
            throw new IllegalArgumentException("{{" + name + "}} in '" + text + "'"
                    + (values.containsKey(name)
                            ? " has no value in this rollout"
                            : " is not a placeholder; there are " + (known.isEmpty() ? "" : "{{" + known + "}}")));
        }
        return value;
    }

    private String escaped(String name, String value, PromQlPlace place) {
        if (place.quote() == 0) {
            if (!name.equals(LABELS) && !BARE.matcher(value).matches()) {
                throw new IllegalArgumentException("{{" + name + "}} in '" + text + "' stands outside of quotes, and '"
                        + value + "' is more than letters, digits, _ and :; put it into quotes");
            }
            return value;
        }
        String literal = place.isPattern() ? PromQlText.literalPattern(value) : value;
        if (place.quote() != '`') {
            return PromQlText.escape(literal, place.quote());
        }
        if (literal.indexOf('`') >= 0) {
            throw new IllegalArgumentException("{{" + name + "}} in '" + text + "' stands between backticks, and '"
                    + value + "' has one itself; use double quotes");
        }
        return literal;
    }

    /** Follows a PromQL text from left to right and knows whether a place is inside a string. Not for several threads. */
    static final class PromQlPlace {

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
}

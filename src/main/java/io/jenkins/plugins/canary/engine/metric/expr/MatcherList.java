package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.metric.PromQlText;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the label matchers of a plan, {@code version="v2", zone!~'test.*'}, as PromQL writes them between braces. */
public final class MatcherList {

    private static final Map<Character, Character> ESCAPES = Map.of('\\', '\\', 'n', '\n', 't', '\t', 'r', '\r');

    private final String text;
    private int at;

    private MatcherList(String text) {
        this.text = text;
    }

    /**
     * @param text without braces; blank for no matchers; a comma at the end is allowed
     * @throws IllegalArgumentException with the place and what was expected there
     */
    public static List<Matcher> parse(String text) {
        return new MatcherList(text).all();
    }

    /** The matchers as PromQL, without braces. */
    public static String print(List<Matcher> matchers) {
        return matchers.stream().map(Matcher::toString).collect(Collectors.joining(","));
    }

    private List<Matcher> all() {
        List<Matcher> found = new ArrayList<>();
        while (!atEnd()) {
            found.add(one());
            if (!atEnd() && text.charAt(at++) != ',') {
                at--;
                throw wrong("a comma between matchers");
            }
        }
        return List.copyOf(found);
    }

    private Matcher one() {
        String label = label();
        Matcher.Op op = op();
        atEnd();
        return new Matcher(label, op, string());
    }

    /** A bare name, or one in quotes, which may have any signs. */
    private String label() {
        int start = at;
        if (PromQlText.isQuote(text.charAt(at))) {
            String quoted = string();
            if (quoted.isEmpty()) {
                throw wrong("the name of a label");
            }
            return quoted;
        }
        while (at < text.length() && isNamePart(text.charAt(at), at == start)) {
            at++;
        }
        if (at == start) {
            throw wrong("the name of a label");
        }
        return text.substring(start, at);
    }

    private Matcher.Op op() {
        atEnd();
        for (Matcher.Op op : Matcher.Op.LONGEST_FIRST) {
            if (text.startsWith(op.sign(), at)) {
                at += op.sign().length();
                return op;
            }
        }
        throw wrong("one of = != =~ !~");
    }

    private String string() {
        if (at >= text.length() || !PromQlText.isQuote(text.charAt(at))) {
            throw wrong("a value in quotes");
        }
        char quote = text.charAt(at++);
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            value.append(c == '\\' && quote != '`' ? escaped(quote) : c);
        }
        if (at >= text.length()) {
            throw wrong("the closing " + quote);
        }
        at++;
        return value.toString();
    }

    private char escaped(char quote) {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        if (c == quote || ESCAPES.containsKey(c)) {
            return ESCAPES.getOrDefault(c, c);
        }
        if (c != 'x') {
            at--;
            throw wrong("\\\\, \\n, \\t or \\" + quote + " (a backslash in a value is written twice)");
        }
        if (at + 1 < text.length()
                && text.charAt(at) >= '0'
                && text.charAt(at) <= '7'
                && HexFormat.isHexDigit(text.charAt(at + 1))) {
            at += 2;
            return (char) Integer.parseInt(text.substring(at - 2, at), 16);
        }
        throw wrong("two hexadecimal digits after \\x");
    }

    /** Skips blanks; true when nothing follows. */
    private boolean atEnd() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at >= text.length();
    }

    private static boolean isNamePart(char c, boolean first) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || !first && c >= '0' && c <= '9';
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("in the label matchers {" + text + "}, character " + (at + 1)
                + ": expected " + expected + "; write for example version=\"v2\"");
    }
}

package io.jenkins.plugins.canary.engine.plan.query;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PromQL text as tokens: enough to see what a query selects and how far it looks back without being misled by
 * strings and comments. It is no parser: the server has the last word on what is valid.
 *
 * @param flaw why no server can understand the text (a quote or bracket left open), or null
 */
public record PromQl(List<Token> tokens, String flaw) {

    public enum Kind {
        WORD,
        NUMBER,
        STRING,
        PLACEHOLDER,
        SYMBOL
    }

    /** @param text as written; a string without its quotes */
    public record Token(Kind kind, String text) {
        public boolean is(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }

        public boolean word(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }
    }

    /** {@code name op "value"} between braces. */
    public record LabelMatch(String name, String operator, String value) {}

    /** What is not a string; those are scanned by hand, because a pattern would need a stack as deep as the string. */
    private static final Pattern TOKEN = Pattern.compile(
            "(?<skip>\\s++|#[^\\n]*+)"
                    + "|(?<placeholder>\\{\\{\\s*+\\w++\\s*+}})"
                    + "|(?<number>[0-9][0-9A-Za-z.]*+)"
                    + "|(?<word>[A-Za-z_:][A-Za-z0-9_:]*+)"
                    + "|(?<symbol>=~|!~|!=|==|>=|<=|.)",
            Pattern.DOTALL);

    /** What Grafana replaces before it asks: {@code $name}, {@code ${name}}, {@code [[name]]}. */
    private static final Pattern VARIABLE =
            Pattern.compile("(?<!\\\\)\\$([A-Za-z_]\\w*+|\\{[A-Za-z_][^{}]*+})|\\[\\[\\w++]]");

    private static final Set<String> RATES = Set.of("rate", "irate", "increase");

    /** What makes one typical or relative value of many. */
    private static final Set<String> OF_MANY = Set.of(
            "avg",
            "min",
            "max",
            "count",
            "group",
            "stddev",
            "stdvar",
            "quantile",
            "histogram_quantile",
            "histogram_fraction",
            "histogram_avg");

    private static final Set<String> OPERATORS = Set.of("=", "!=", "=~", "!~");

    private static final Kind[] MATCHED = {Kind.PLACEHOLDER, Kind.NUMBER, Kind.WORD, Kind.SYMBOL};

    public PromQl {
        tokens = List.copyOf(tokens);
    }

    /** The first variable of Grafana in the text, or null; what {@code label_replace} names by a group is none. */
    public static String grafanaVariable(String text) {
        Matcher m = VARIABLE.matcher(text);
        return m.find() && !text.contains("(?P<") ? m.group() : null;
    }

    public static PromQl parse(String text) {
        List<Token> tokens = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>();
        String flaw = null;
        Matcher m = TOKEN.matcher(text);
        for (int at = 0; at < text.length(); at = m.regionStart()) {
            int end = "\"'`".indexOf(text.charAt(at)) < 0 ? at : endOfString(text, at);
            if (end < 0) {
                return new PromQl(tokens, "a quote " + text.charAt(at) + " is never closed");
            }
            if (end > at) {
                tokens.add(new Token(Kind.STRING, text.substring(at + 1, end - 1)));
                m.region(end, text.length());
                continue;
            }
            m.lookingAt();
            for (Kind kind : MATCHED) {
                String token = m.group(kind.name().toLowerCase(Locale.ROOT));
                if (token != null) {
                    tokens.add(new Token(kind, token));
                    flaw = flaw == null && kind == Kind.SYMBOL ? bracket(token, open) : flaw;
                }
            }
            m.region(m.end(), text.length());
        }
        if (flaw == null && !open.isEmpty()) {
            flaw = "'" + open.peek() + "' is never closed";
        }
        return new PromQl(tokens, flaw);
    }

    /** Behind the closing quote; -1 when there is none. Only back-quoted strings may span lines or hold backslashes. */
    private static int endOfString(String text, int start) {
        char quote = text.charAt(start);
        for (int i = start + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                return i + 1;
            }
            if (quote != '`' && c == '\n') {
                return -1;
            }
            i += quote != '`' && c == '\\' ? 1 : 0;
        }
        return -1;
    }

    private static String bracket(String symbol, Deque<String> open) {
        switch (symbol) {
            case "(", "[", "{" -> open.push(symbol);
            case ")", "]", "}" -> {
                String wanted = symbol.equals(")") ? "(" : symbol.equals("]") ? "[" : "{";
                if (!wanted.equals(open.poll())) {
                    return "'" + symbol + "' closes nothing";
                }
            }
            default -> {}
        }
        return null;
    }

    /** Whether the placeholder is used, within a string or outside; one in a comment does not count. */
    public boolean uses(Placeholders placeholder) {
        return tokens.stream()
                .anyMatch(t -> (t.kind() == Kind.PLACEHOLDER || t.kind() == Kind.STRING) && placeholder.in(t.text()));
    }

    /** All label matchers, wherever they stand. */
    public List<LabelMatch> matchers() {
        List<LabelMatch> found = new ArrayList<>();
        for (int i = 0; i + 2 < tokens.size(); i++) {
            Token name = tokens.get(i);
            Token operator = tokens.get(i + 1);
            Token value = tokens.get(i + 2);
            if ((name.kind() == Kind.WORD || name.kind() == Kind.STRING)
                    && OPERATORS.contains(operator.text())
                    && value.kind() == Kind.STRING) {
                found.add(new LabelMatch(name.text(), operator.text(), value.text()));
            }
        }
        return found;
    }

    /** The index of the bracket that closes the one at {@code open}; the last token when there is none. */
    public int closing(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            Token t = tokens.get(i);
            depth += t.is("(") || t.is("[") || t.is("{") ? 1 : t.is(")") || t.is("]") || t.is("}") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return tokens.size() - 1;
    }

    /** Whether label matchers select the same series, in whatever order and spacing they are written. */
    public static boolean sameMatchers(String one, String other) {
        return !Placeholders.TRACK.in(one)
                && !Placeholders.TRACK.in(other)
                && Set.copyOf(parse(one).matchers())
                        .equals(Set.copyOf(parse(other).matchers()));
    }

    /**
     * A literal range such as {@code [30s]} that a query looks back over.
     *
     * @param function what the range is an argument of; "" when it is of none
     */
    public record Range(String function, Duration length) {}

    public List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        Deque<String> functions = new ArrayDeque<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token t = tokens.get(i);
            if (t.is("(")) {
                functions.push(
                        i > 0 && tokens.get(i - 1).kind() == Kind.WORD
                                ? tokens.get(i - 1).text()
                                : "");
            } else if (t.is(")")) {
                functions.poll();
            } else if (t.is("[") && i + 1 < tokens.size() && tokens.get(i + 1).kind() == Kind.NUMBER) {
                Duration length = length(tokens.get(i + 1).text());
                if (length != null) {
                    ranges.add(new Range(functions.isEmpty() ? "" : functions.peek(), length));
                }
            }
        }
        return ranges;
    }

    /**
     * Whether the value grows with the requests: a rate or an increase that is added up at most, not averaged, and divided by
     * nothing but a number.
     */
    public boolean isAmount() {
        Deque<String> functions = new ArrayDeque<>();
        boolean rate = false;
        for (int i = 0; i < tokens.size(); i++) {
            Token t = tokens.get(i);
            if (t.is("(")) {
                functions.push(function(i));
            } else if (t.is(")")) {
                functions.poll();
            } else if (t.is("/") && i + 1 < tokens.size() && tokens.get(i + 1).kind() != Kind.NUMBER) {
                return false;
            } else if (RATES.contains(t.text()) && t.kind() == Kind.WORD) {
                rate = true;
                if (functions.stream().anyMatch(OF_MANY::contains)) {
                    return false;
                }
            }
        }
        return rate;
    }

    /** What the bracket holds the arguments of, also behind {@code by (...)}; "" when it is nothing's. */
    private String function(int open) {
        int before = open - 1;
        if (before > 0 && tokens.get(before).is(")")) {
            while (before > 0 && !tokens.get(before).is("(")) {
                before--;
            }
            boolean grouped = before > 1
                    && (tokens.get(before - 1).word("by")
                            || tokens.get(before - 1).word("without"));
            before = grouped ? before - 2 : -1;
        }
        return before >= 0 && tokens.get(before).kind() == Kind.WORD
                ? tokens.get(before).text()
                : "";
    }

    /** PromQL also writes weeks and years, and since Prometheus 3 plain seconds. Null for what is neither. */
    private static Duration length(String text) {
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        if (text.matches("\\d{1,3}[wy]")) {
            long n = Long.parseLong(text.substring(0, text.length() - 1));
            return Duration.ofDays(text.endsWith("w") ? 7 * n : 365 * n);
        }
        return Units.duration(text);
    }
}

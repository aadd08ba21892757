package io.jenkins.plugins.canary.engine.metric.json;

import com.jayway.jsonpath.Filter;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.Predicate;
import io.jenkins.plugins.canary.engine.LinearPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Takes the filters with a pattern, {@code [?(@.name =~ /api-.*}{@code /)]}, out of a JSONPath expression, since the
 * library would match them with a backtracking engine. The library gets {@code [?]} and a {@link PatternFilter} instead.
 */
final class FilterPatterns {

    private static final String MATCHES = "=~";

    private final String text;
    private final StringBuilder rest = new StringBuilder();
    private final List<Predicate> filters = new ArrayList<>();

    private FilterPatterns(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException with the reason, when the text is no expression */
    static JsonPath compile(String text) {
        return text.contains(MATCHES) ? new FilterPatterns(text).split() : library(text);
    }

    /** Compiles what has no pattern. */
    static JsonPath library(String text, Predicate... filters) {
        if (text.contains(MATCHES)) {
            throw new IllegalArgumentException("=~ stands where it cannot be read; write [?(@.name =~ /pattern/)]");
        }
        return library(() -> JsonPath.compile(text, filters));
    }

    private static <T> T library(Supplier<T> compile) {
        try {
            return compile.get();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private JsonPath split() {
        int at = 0;
        while (at < text.length()) {
            int open = text.charAt(at) == '[' ? filterAt(at) : -1;
            if (open < 0) {
                int next = skip(text, at);
                rest.append(text, at, next);
                at = next;
                continue;
            }
            int close = closing(text, open);
            int end = blanks(text, close + 1);
            if (end >= text.length() || text.charAt(end) != ']') {
                throw new IllegalArgumentException("a filter ends with )]");
            }
            String filter = text.substring(open + 1, close);
            if (filter.contains(MATCHES)) {
                filters.add(PatternFilter.parse(filter));
                rest.append("[?]");
            } else {
                rest.append(text, at, end + 1);
            }
            at = end + 1;
        }
        return library(rest.toString(), filters.toArray(Predicate[]::new));
    }

    /** The place of the parenthesis of {@code [?(}; -1 when no filter begins here. */
    private int filterAt(int bracket) {
        int question = blanks(text, bracket + 1);
        if (question >= text.length() || text.charAt(question) != '?') {
            return -1;
        }
        int open = blanks(text, question + 1);
        if (open >= text.length() || text.charAt(open) != '(') {
            throw new IllegalArgumentException("a filter begins with [?(");
        }
        return open;
    }

    private static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    /** The place behind what begins here: a whole string, a whole {@code =~ /pattern/}, else one character. */
    private static int skip(String text, int at) {
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            return unescaped(text, at + 1, c) + 1;
        }
        if (text.startsWith(MATCHES, at)) {
            int slash = blanks(text, at + 2);
            if (slash >= text.length() || text.charAt(slash) != '/') {
                throw new IllegalArgumentException("behind =~ there is a pattern between slashes, /api-.*/");
            }
            return unescaped(text, slash + 1, '/') + 1;
        }
        return at + 1;
    }

    /** The place of the parenthesis that closes the one here. */
    private static int closing(String text, int open) {
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
    private static int unescaped(String text, int from, char wanted) {
        for (int at = from; at < text.length(); at++) {
            if (text.charAt(at) == '\\') {
                at++;
            } else if (text.charAt(at) == wanted) {
                return at;
            }
        }
        throw new IllegalArgumentException("there is no closing " + wanted);
    }

    /**
     * {@code @.name =~ /api-.*}{@code /i}: the value as a whole matches; a list matches when one of its values does, and what is
     * absent counts as an empty text, as the JSONPath library has it.
     */
    record PatternFilter(JsonPath of, LinearPattern pattern, boolean ofRoot) implements Predicate {

        /**
         * @param filter what stands between {@code [?(} and {@code )]}: terms joined by {@code &&} and {@code ||}
         * @throws IllegalArgumentException with the reason, when it cannot be read
         */
        static Predicate parse(String filter) {
            List<String> any = terms(filter, "||");
            if (any.size() > 1) {
                List<Predicate> terms = any.stream().map(PatternFilter::parse).toList();
                return context -> terms.stream().anyMatch(t -> t.apply(context));
            }
            List<String> all = terms(filter, "&&");
            if (all.size() > 1) {
                List<Predicate> terms = all.stream().map(PatternFilter::parse).toList();
                return context -> terms.stream().allMatch(t -> t.apply(context));
            }
            String term = filter.strip();
            boolean not =
                    term.startsWith("!") && term.substring(1).stripLeading().startsWith("(");
            String inner = not ? term.substring(1).stripLeading() : term;
            if (inner.startsWith("(") && closing(inner, 0) == inner.length() - 1) {
                Predicate within = parse(inner.substring(1, inner.length() - 1));
                return not ? context -> !within.apply(context) : within;
            }
            int sign = sign(term);
            return sign < 0
                    ? plain(term)
                    : pattern(
                            term.substring(0, sign).strip(),
                            term.substring(sign + 2).strip());
        }

        private static Predicate plain(String term) {
            if (term.contains(MATCHES)) {
                throw new IllegalArgumentException("=~ stands where it cannot be read; write @.name =~ /pattern/");
            }
            return library(() -> Filter.parse("[?(" + term + ")]"));
        }

        private static Predicate pattern(String path, String literal) {
            if (!path.startsWith("@") && !path.startsWith("$")) {
                throw new IllegalArgumentException("before =~ there is a path, such as @.name");
            }
            int end = unescaped(literal, 1, '/');
            String flags = literal.substring(end + 1);
            if (!flags.isEmpty() && !flags.equals("i")) {
                throw new IllegalArgumentException(
                        "behind a pattern there is nothing but an i, for upper and lower case alike");
            }
            return new PatternFilter(
                    FilterPatterns.compile("$" + path.substring(1)),
                    LinearPattern.compile(literal.substring(1, end).replace("\\/", "/"), !flags.isEmpty()),
                    path.startsWith("$"));
        }

        /** The place of the first {@code =~} outside of strings and brackets; -1 without one. */
        private static int sign(String term) {
            int at = 0;
            while (at < term.length()) {
                if (term.startsWith(MATCHES, at)) {
                    return at;
                }
                at = next(term, at);
            }
            return -1;
        }

        private static List<String> terms(String filter, String joint) {
            List<String> terms = new ArrayList<>();
            int from = 0;
            int at = 0;
            while (at < filter.length()) {
                if (filter.startsWith(joint, at)) {
                    terms.add(filter.substring(from, at));
                    at += joint.length();
                    from = at;
                } else {
                    at = next(filter, at);
                }
            }
            terms.add(filter.substring(from));
            return terms;
        }

        private static int next(String text, int at) {
            char c = text.charAt(at);
            return c == '(' || c == '[' || c == '{' ? closing(text, at) + 1 : skip(text, at);
        }

        @Override
        public boolean apply(PredicateContext context) {
            Object from = ofRoot ? context.root() : context.item();
            Object found;
            try {
                found = from == null ? null : of.read(from, context.configuration());
            } catch (PathNotFoundException absent) {
                found = null;
            }
            if (found instanceof List<?> several) {
                return several.stream().anyMatch(one -> matches(one, context));
            }
            return matches(found, context);
        }

        private boolean matches(Object value, PredicateContext context) {
            boolean scalar = value instanceof String || value instanceof Number || value instanceof Boolean;
            return pattern.matches(
                    scalar ? value.toString() : "",
                    ((JsonPathExpression.CountedJson) context.configuration().jsonProvider()).budget());
        }
    }
}

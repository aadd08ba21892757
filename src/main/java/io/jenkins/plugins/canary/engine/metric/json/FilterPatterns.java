package io.jenkins.plugins.canary.engine.metric.json;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Predicate;
import java.util.ArrayList;
import java.util.List;

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
        try {
            return JsonPath.compile(text, filters);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private JsonPath split() {
        int at = 0;
        while (at < text.length()) {
            int open = text.charAt(at) == '[' ? filterAt(at) : -1;
            if (open < 0) {
                int next = FilterText.skip(text, at);
                rest.append(text, at, next);
                at = next;
                continue;
            }
            int close = FilterText.closing(text, open);
            int end = FilterText.blanks(text, close + 1);
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
        int question = FilterText.blanks(text, bracket + 1);
        if (question >= text.length() || text.charAt(question) != '?') {
            return -1;
        }
        int open = FilterText.blanks(text, question + 1);
        if (open >= text.length() || text.charAt(open) != '(') {
            throw new IllegalArgumentException("a filter begins with [?(");
        }
        return open;
    }
}

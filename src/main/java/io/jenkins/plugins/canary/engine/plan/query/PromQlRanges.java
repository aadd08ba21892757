package io.jenkins.plugins.canary.engine.plan.query;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The literal ranges such as {@code [30s]} that a query looks back over. */
public final class PromQlRanges {

    private PromQlRanges() {}

    /** @param function what the range is an argument of; "" when it is of none */
    public record Range(String function, Duration length) {}

    public static List<Range> in(PromQl query) {
        List<Range> ranges = new ArrayList<>();
        Deque<String> functions = new ArrayDeque<>();
        List<PromQl.Token> tokens = query.tokens();
        for (int i = 0; i < tokens.size(); i++) {
            PromQl.Token t = tokens.get(i);
            if (t.is("(")) {
                functions.push(
                        i > 0 && tokens.get(i - 1).kind() == PromQl.Kind.WORD
                                ? tokens.get(i - 1).text()
                                : "");
            } else if (t.is(")")) {
                functions.poll();
            } else if (t.is("[") && i + 1 < tokens.size() && tokens.get(i + 1).kind() == PromQl.Kind.NUMBER) {
                Duration length = length(tokens.get(i + 1).text());
                if (length != null) {
                    ranges.add(new Range(functions.isEmpty() ? "" : functions.peek(), length));
                }
            }
        }
        return ranges;
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

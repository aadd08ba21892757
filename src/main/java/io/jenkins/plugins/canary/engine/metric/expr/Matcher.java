package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import java.util.List;
import java.util.Map;

/**
 * One PromQL label matcher. A label that a series does not have counts as empty, and regular expressions match whole
 * values in the syntax of RE2, all as in Prometheus ("Querying basics", time series selectors).
 */
public final class Matcher {

    public enum Op {
        EQUAL("="),
        NOT_EQUAL("!="),
        MATCHES("=~"),
        MATCHES_NOT("!~");

        static final List<Op> LONGEST_FIRST = List.of(MATCHES, MATCHES_NOT, NOT_EQUAL, EQUAL);

        private final String sign;

        Op(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        boolean isPattern() {
            return this == MATCHES || this == MATCHES_NOT;
        }
    }

    private final String label;
    private final Op op;
    private final String value;
    private final LinearPattern pattern;

    /** @throws IllegalArgumentException when {@code value} is not a regular expression and has to be one */
    public Matcher(String label, Op op, String value) {
        this.label = label;
        this.op = op;
        this.value = value;
        try {
            this.pattern = op.isPattern() ? LinearPattern.compile(value) : null;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + value + "' for label " + label + " is not a regular expression: " + e.getMessage(), e);
        }
    }

    /** Whether the label's name stands without quotes. */
    public boolean isPlain() {
        return PromQlText.isPlainLabel(label);
    }

    public Matcher not() {
        return new Matcher(
                label,
                switch (op) {
                    case EQUAL -> Op.NOT_EQUAL;
                    case NOT_EQUAL -> Op.EQUAL;
                    case MATCHES -> Op.MATCHES_NOT;
                    case MATCHES_NOT -> Op.MATCHES;
                },
                value);
    }

    /** @throws WorkBudget.Exceeded when a regular expression takes more work than the budget has left */
    public boolean matches(Map<String, String> labels, WorkBudget budget) {
        String actual = labels.getOrDefault(label, "");
        return switch (op) {
            case EQUAL -> actual.equals(value);
            case NOT_EQUAL -> !actual.equals(value);
            case MATCHES -> pattern.matches(actual, budget);
            case MATCHES_NOT -> !pattern.matches(actual, budget);
        };
    }

    /** As PromQL: {@code status=~"5.."}. */
    @Override
    public String toString() {
        return PromQlText.label(label) + op.sign + PromQlText.quote(value);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Matcher other && toString().equals(other.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}

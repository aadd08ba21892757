package io.jenkins.plugins.canary.engine.metric.expr;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One PromQL label matcher. A label that a series does not have counts as empty, and regular expressions match whole
 * values, both as in Prometheus ("Querying basics", time series selectors).
 */
public final class Matcher {

    /** How the label's value is compared. */
    public enum Op {
        EQUAL("="),
        NOT_EQUAL("!="),
        MATCHES("=~"),
        MATCHES_NOT("!~");

        private final String sign;

        Op(String sign) {
            this.sign = sign;
        }

        public boolean isPattern() {
            return this == MATCHES || this == MATCHES_NOT;
        }
    }

    private final String label;
    private final Op op;
    private final String value;
    private final Pattern pattern;

    /** @throws IllegalArgumentException when {@code value} is not a regular expression and has to be one */
    public Matcher(String label, Op op, String value) {
        this.label = label;
        this.op = op;
        this.value = value;
        try {
            this.pattern = op.isPattern() ? Pattern.compile(value, Pattern.DOTALL) : null;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + value + "' for label " + label + " is not a regular expression: " + e.getDescription());
        }
    }

    /** What this one does not match. */
    public Matcher not() {
        return new Matcher(label, switch (op) {
            case EQUAL -> Op.NOT_EQUAL;
            case NOT_EQUAL -> Op.EQUAL;
            case MATCHES -> Op.MATCHES_NOT;
            case MATCHES_NOT -> Op.MATCHES;
        }, value);
    }

    public boolean matches(Map<String, String> labels) {
        String actual = labels.getOrDefault(label, "");
        return switch (op) {
            case EQUAL -> actual.equals(value);
            case NOT_EQUAL -> !actual.equals(value);
            case MATCHES -> pattern.matcher(actual).matches();
            case MATCHES_NOT -> !pattern.matcher(actual).matches();
        };
    }

    /** As PromQL: {@code status=~"5.."}. */
    @Override
    public String toString() {
        return label + op.sign + PromQlText.quote(value);
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

package io.jenkins.plugins.canary.engine.plan.init;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers that pass, from the lowest to the highest, both of which pass.
 *
 * @param min null for no limit
 * @param max null for no limit
 */
record Bounds(Double min, Double max) {

    private static final String VALUE = "(?:result(?:\\[0\\])?|asFloat\\(result(?:\\[0\\])?\\))";
    private static final String NUMBER = "([+-]?\\d{1,15}(?:\\.\\d{1,15})?(?:[eE][+-]?\\d{1,2})?)";
    private static final Pattern VALUE_FIRST = Pattern.compile(VALUE + "(>=|<=|>|<)" + NUMBER);
    private static final Pattern NUMBER_FIRST = Pattern.compile(NUMBER + "(>=|<=|>|<)" + VALUE);
    private static final Map<String, String> MIRRORED = Map.of(">", "<", "<", ">", ">=", "<=", "<=", ">=");
    private static final Map<String, String> OPPOSITE = Map.of(">", "<=", "<", ">=", ">=", "<", "<=", ">");
    private static final int LONGEST = 200;
    /** The least number above zero that a plan can have. */
    private static final double LEAST = 1e-99;

    /**
     * What a condition of an analysis says, where it says no more than how one value compares with one number, or with two
     * of them ({@code &&}).
     *
     * @return null for any other condition
     */
    static Bounds of(String condition) {
        if (condition.length() > LONGEST) {
            return null;
        }
        Bounds all = new Bounds(null, null);
        for (String part : outer(condition.replaceAll("\\s+", "")).split("&&", -1)) {
            Bounds one = comparison(outer(part), false);
            all = one == null ? null : all.and(one);
            if (all == null) {
                return null;
            }
        }
        return all;
    }

    /** What passes where this condition, one comparison, says what fails. */
    static Bounds not(String condition) {
        return condition.length() > LONGEST ? null : comparison(outer(condition.replaceAll("\\s+", "")), true);
    }

    private static Bounds comparison(String text, boolean opposite) {
        Matcher first = VALUE_FIRST.matcher(text);
        Matcher last = NUMBER_FIRST.matcher(text);
        if (!first.matches() && !last.matches()) {
            return null;
        }
        String sign = first.matches() ? first.group(1) : MIRRORED.get(last.group(2));
        double number = Double.parseDouble(first.matches() ? first.group(2) : last.group(1));
        return switch (opposite ? OPPOSITE.get(sign) : sign) {
            case ">=" -> new Bounds(number, null);
            case "<=" -> new Bounds(null, number);
            case ">" -> new Bounds(number == 0 ? LEAST : Math.nextUp(number), null);
            default -> new Bounds(null, number == 0 ? -LEAST : Math.nextDown(number));
        };
    }

    /** Without the brackets around all of it. */
    private static String outer(String text) {
        boolean whole = text.startsWith("(") && text.endsWith(")") && text.indexOf(')') == text.length() - 1;
        return whole && text.indexOf('(', 1) < 0 ? text.substring(1, text.length() - 1) : text;
    }

    /** Both; null when they limit the same side, or leave nothing between them. */
    private Bounds and(Bounds other) {
        if (min != null && other.min != null || max != null && other.max != null) {
            return null;
        }
        Bounds both = new Bounds(min != null ? min : other.min, max != null ? max : other.max);
        return both.min != null && both.max != null && both.min > both.max ? null : both;
    }

    /** The keys {@code min} and {@code max} of a criterion. */
    Map<String, Object> keys() {
        return PlanBuilder.map("min", number(min), "max", number(max));
    }

    private static BigDecimal number(Double value) {
        return value == null ? null : new BigDecimal(value.toString());
    }
}

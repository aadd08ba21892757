package io.jenkins.plugins.canary.engine.probe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many answers there must be: {@code 100}, {@code 1..}, {@code ..5} or {@code 90..110}. */
public record CountRange(int lowest, int highest) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})?(\\.\\.)?(\\d{1,6})?");

    /** Null when the text is none. */
    public static CountRange parse(String text) {
        Matcher m = TEXT.matcher(text.trim());
        if (!m.matches() || m.group(1) == null && m.group(3) == null || m.group(2) == null && m.group(3) != null) {
            return null;
        }
        int low = m.group(1) == null ? 0 : Integer.parseInt(m.group(1));
        int high = m.group(2) == null ? low : m.group(3) == null ? Integer.MAX_VALUE : Integer.parseInt(m.group(3));
        return low > high ? null : new CountRange(low, high);
    }

    boolean holds(int count) {
        return count >= lowest && count <= highest;
    }

    @Override
    public String toString() {
        if (lowest == highest) {
            return String.valueOf(lowest);
        }
        return highest == Integer.MAX_VALUE
                ? "at least " + lowest
                : lowest == 0 ? "at most " + highest : lowest + " to " + highest;
    }
}

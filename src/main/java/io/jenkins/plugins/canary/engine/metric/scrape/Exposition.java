package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * Reads what a /metrics page says: Prometheus' text format 0.0.4 ("Exposition formats" in its documentation) and
 * OpenMetrics 1.0. As with Prometheus, a page with one unreadable line counts as unreadable.
 */
public final class Exposition {

    private Exposition() {}

    /** Which of the two text formats a page is in. They differ in times and in how a page ends. */
    public enum Format {
        /** Times in milliseconds. */
        TEXT,
        /** Times in seconds; the last line is {@code # EOF}, so that a page that was cut off is noticed. */
        OPEN_METRICS;

        /** By the media type of the answer; what does not name OpenMetrics is taken as text. */
        public static Format of(String mediaType) {
            return mediaType.equals("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        }
    }

    /**
     * @param names the names of the samples to keep; lines of others are only looked at far enough to know their name
     * @throws MetricException with the line that cannot be read, or when there are too many samples
     */
    public static List<Sample> read(String page, Format format, Predicate<String> names, int most)
            throws MetricException {
        List<Sample> found = new ArrayList<>();
        boolean ended = false;
        int number = 0;
        int at = 0;
        while (at < page.length()) {
            int end = page.indexOf('\n', at);
            end = end < 0 ? page.length() : end;
            String line = page.substring(at, end > at && page.charAt(end - 1) == '\r' ? end - 1 : end);
            at = end + 1;
            number++;
            if (line.startsWith("#")) {
                ended = line.equals("# EOF");
                continue;
            }
            if (line.isBlank()) {
                continue;
            }
            ended = false;
            Sample sample;
            try {
                sample = new SampleLine(line, format).read(names);
            } catch (IllegalArgumentException e) {
                throw new MetricException("line " + number + " is no sample: " + e.getMessage());
            }
            if (sample != null && found.size() == most) {
                throw new MetricException("more than " + most + " series of the plan's metrics");
            }
            if (sample != null) {
                found.add(sample);
            }
        }
        if (format == Format.OPEN_METRICS && !ended) {
            throw new MetricException("the page is cut off: its last line is not '# EOF'");
        }
        return found;
    }

    /** Reads one line: {@code name{label="value",...} value time # exemplar}. */
    private static final class SampleLine {

        private static final int MOST_LABELS = 64;
        private static final int LONGEST_NAME = 1_024;
        private static final int LONGEST_VALUE = 4_096;

        private final String line;
        private final Format format;
        private int at;
        private String name;

        SampleLine(String line, Format format) {
            this.line = line;
            this.format = format;
        }

        /**
         * @return null when the name is not wanted
         * @throws IllegalArgumentException naming what was expected
         */
        Sample read(Predicate<String> names) {
            blanks();
            name = word();
            blanks();
            Map<String, String> labels = new HashMap<>();
            boolean braces = peek() == '{';
            if (name == null && !braces) {
                throw new IllegalArgumentException("a metric name is expected");
            }
            // A name in quotes stands among the labels, so those have to be read to know it.
            if (name != null && !names.test(name)) {
                return null;
            }
            if (braces) {
                labels(labels);
            }
            if (name == null) {
                throw new IllegalArgumentException("there is no metric name");
            }
            double value = number("a value");
            Long millis = null;
            blanks();
            if (at < line.length() && peek() != '#') {
                millis = time(token());
                blanks();
            }
            if (at < line.length() && (peek() != '#' || format == Format.TEXT)) {
                throw new IllegalArgumentException("nothing is expected after the time");
            }
            return names.test(name) ? new Sample(name, labels, value, millis) : null;
        }

        private void labels(Map<String, String> labels) {
            at++;
            blanks();
            while (peek() != '}') {
                boolean quoted = peek() == '"';
                String key = quoted ? string() : word();
                if (key == null) {
                    throw new IllegalArgumentException("a label's name is expected");
                }
                blanks();
                if (quoted && name == null && peek() != '=') {
                    name = key;
                } else {
                    expect('=');
                    blanks();
                    String value = string();
                    if (labels.size() == MOST_LABELS) {
                        throw new IllegalArgumentException("there are more than " + MOST_LABELS + " labels");
                    }
                    if (key.length() > LONGEST_NAME || value.length() > LONGEST_VALUE) {
                        throw new IllegalArgumentException("a label's name is longer than " + LONGEST_NAME
                                + " characters or its value longer than " + LONGEST_VALUE);
                    }
                    if (labels.put(key, value) != null) {
                        throw new IllegalArgumentException("label " + key + " is there twice");
                    }
                    blanks();
                }
                if (peek() != '}') {
                    expect(',');
                    blanks();
                }
            }
            at++;
        }

        private String string() {
            expect('"');
            StringBuilder out = null;
            int start = at;
            while (at < line.length() && peek() != '"') {
                if (peek() == '\\' && at + 1 < line.length()) {
                    out = out == null ? new StringBuilder() : out;
                    out.append(line, start, at);
                    char escaped = line.charAt(at + 1);
                    switch (escaped) {
                        case 'n' -> out.append('\n');
                        case '"', '\\' -> out.append(escaped);
                        default -> out.append('\\').append(escaped);
                    }
                    at += 2;
                    start = at;
                } else {
                    at++;
                }
            }
            String rest = line.substring(start, at);
            expect('"');
            return out == null ? rest : out.append(rest).toString();
        }

        /** A metric's or a label's name; null when there is none here. */
        private String word() {
            int start = at;
            while (at < line.length() && isNamePart(peek(), at == start)) {
                at++;
            }
            return at == start ? null : line.substring(start, at);
        }

        private double number(String what) {
            blanks();
            String text = token();
            OptionalDouble value = PromQlText.number(text);
            if (value.isEmpty()) {
                throw new IllegalArgumentException(what + " is expected at character " + (at - text.length() + 1));
            }
            return value.getAsDouble();
        }

        private Long time(String text) {
            OptionalDouble time = PromQlText.number(text);
            double millis = time.orElse(Double.NaN) * (format == Format.OPEN_METRICS ? 1000 : 1);
            if (!Double.isFinite(millis) || Math.abs(millis) > 1e15) {
                throw new IllegalArgumentException("a time is expected at character " + (at - text.length() + 1));
            }
            return Math.round(millis);
        }

        private String token() {
            int start = at;
            while (at < line.length() && peek() != ' ' && peek() != '\t') {
                at++;
            }
            return line.substring(start, at);
        }

        private void expect(char c) {
            if (peek() != c) {
                throw new IllegalArgumentException("'" + c + "' is expected at character " + (at + 1));
            }
            at++;
        }

        private char peek() {
            return at < line.length() ? line.charAt(at) : 0;
        }

        private void blanks() {
            while (at < line.length() && (peek() == ' ' || peek() == '\t')) {
                at++;
            }
        }

        private static boolean isNamePart(char c, boolean first) {
            return c == '_'
                    || c == ':'
                    || c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || !first && c >= '0' && c <= '9';
        }
    }
}

package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.util.ArrayList;
import java.util.List;
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
     * @param most how many samples are kept at most
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
}

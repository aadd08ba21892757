package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.Track;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What was recorded of one pod in one minute: a row of a CSV file with a header. The columns {@code release}, {@code label},
 * {@code minute}, {@code track} ({@code canary} or {@code stable}), {@code pod}, {@code requests} and {@code failures} must be
 * there; of {@code mean}, {@code p50}, {@code p75}, {@code p90}, {@code p95} and {@code p99} (seconds) those that were
 * recorded. A pod may have several rows a minute, such as one a caller.
 *
 * @param release its name
 * @param label what became of it in the eyes of those who recorded it
 * @param minute 0 is the first one of the release; those before it are negative
 * @param durations by standard normal quantile, natural logarithm of seconds; empty when no latency was recorded
 * @param spread log-scale deviation of durations where nothing recorded says it
 */
record RecordedMinute(
        String release,
        String label,
        int minute,
        Track track,
        String pod,
        long requests,
        long failures,
        NavigableMap<Double, Double> durations,
        double spread) {

    /** Standard normal quantiles. */
    private static final Map<String, Double> QUANTILES =
            Map.of("p50", 0.0, "p75", 0.674, "p90", 1.282, "p95", 1.645, "p99", 2.326);

    /** @throws IllegalArgumentException when a column is missing or is no number */
    static RecordedMinute of(Map<String, String> row, double spread) {
        NavigableMap<Double, Double> durations = new TreeMap<>();
        // The mean of a log-normal is half a deviation above its median.
        put(durations, spread / 2, row.get("mean"));
        QUANTILES.forEach((column, at) -> put(durations, at, row.get(column)));
        return new RecordedMinute(
                text(row, "release"),
                text(row, "label"),
                Integer.parseInt(text(row, "minute")),
                Track.valueOf(text(row, "track").toUpperCase(Locale.ROOT)),
                text(row, "pod"),
                Long.parseLong(text(row, "requests")),
                Long.parseLong(text(row, "failures")),
                durations,
                spread);
    }

    private static void put(NavigableMap<Double, Double> durations, double at, String seconds) {
        if (seconds != null && !seconds.isEmpty() && Double.parseDouble(seconds) > 0) {
            durations.put(at, Math.log(Double.parseDouble(seconds)));
        }
    }

    private static String text(Map<String, String> row, String column) {
        String value = row.get(column);
        if (value == null) {
            throw new IllegalArgumentException("there is no column '" + column + "'");
        }
        return value;
    }

    RecordedMinute at(int minute, Track track) {
        return new RecordedMinute(release, label, minute, track, pod, requests, failures, durations, spread);
    }

    /**
     * One duration: between recorded quantiles on a log-normal line, beyond them with the spread.
     *
     * @return seconds
     */
    double draw(Dice dice) {
        return quantile(dice.normal());
    }

    /** @param z standard normal */
    double quantile(double z) {
        Map.Entry<Double, Double> below = durations.floorEntry(z);
        Map.Entry<Double, Double> above = durations.ceilingEntry(z);
        if (below == null || above == null) {
            Map.Entry<Double, Double> end = below == null ? above : below;
            return Math.exp(end.getValue() + spread * (z - end.getKey()));
        }
        double gap = above.getKey() - below.getKey();
        double share = gap == 0 ? 0 : (z - below.getKey()) / gap;
        return Math.exp(below.getValue() + share * (above.getValue() - below.getValue()));
    }
}

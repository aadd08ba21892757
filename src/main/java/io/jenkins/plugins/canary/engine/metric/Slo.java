package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Track;
import java.time.Duration;
import java.util.List;

/**
 * A service level objective, whose error budget is looked at in several windows, as the SRE workbook alerts on it (chapter 5).
 *
 * @param ratio the share of bad events in a window, or of good ones
 * @param successes whether it is the share of good ones
 * @param objective the share of good events that is promised
 * @param windows from short to long
 */
public record Slo(Metric ratio, boolean successes, double objective, List<Duration> windows) {

    public Slo {
        windows = List.copyOf(windows);
    }

    /** The share of events that may be bad, without the rounding of floating-point numbers. */
    public double budget() {
        return Math.round(1e9 * (1 - objective)) / 1e9;
    }

    /** What is read for it: one ratio a window. */
    public List<MetricQuery> queries(Track track) {
        return windows.stream().map(w -> new MetricQuery(ratio, track, w)).toList();
    }
}

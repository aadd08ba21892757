package io.jenkins.plugins.canary.engine.probe;

import java.time.Duration;

/**
 * What probes may cost at most. A plan can lower and, within {@link #MOST_REQUESTS}, {@link #MOST_RPS} and
 * {@link #LONGEST}, raise it.
 *
 * @param requests of one probe
 * @param rps begun a second, by one probe or by a load
 * @param time of one probe, all its batches together
 */
public record ProbeLimits(int requests, double rps, Duration time) {

    public static final int MOST_REQUESTS = 10_000;
    public static final double MOST_RPS = 500;
    public static final Duration LONGEST = Duration.ofMinutes(15);
    public static final int MOST_AT_ONCE = 100;

    public static final ProbeLimits DEFAULT = new ProbeLimits(1_000, 100, Duration.ofMinutes(2));
}

package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Weight;

/**
 * How much traffic a canary should get, from how much slower and how much more faulty it is than stable.
 *
 * <pre>
 * latencyPenalty = exp(-10 * latencyDelta)
 * errorPenalty   = 1 - 20 * errorDelta
 * factor         = max(0.1, latencyPenalty * max(0.2, errorPenalty))
 * weight         = 5 + factor * (max - 5), rounded to 0.1
 * </pre>
 *
 * A canary that is faster or less faulty than stable gets the maximum, never more.
 *
 * @param max the weight of a canary that is as good as stable; at least 5%
 * @param latencyThreshold past this the breaker opens
 * @param errorThreshold past this the breaker opens
 */
public record DynamicWeight(Weight max, double latencyThreshold, double errorThreshold) {

    /** What a canary gets that is not taken back, however bad. */
    public static final double LEAST_PERCENT = 5;

    public DynamicWeight {
        if (max.percent() < LEAST_PERCENT) {
            throw new IllegalArgumentException("the largest weight must be at least 5%, not " + max);
        }
        if (!(latencyThreshold > 0) || !(errorThreshold > 0)) {
            throw new IllegalArgumentException("thresholds must be above 0");
        }
    }

    /** @param violated which threshold opened the breaker, for people; null when it is closed */
    public record Advice(Weight weight, String violated) {}

    /**
     * @param latencyDelta (canary - stable) / stable of a latency quantile; 0.1 for 10% slower
     * @param errorDelta difference of the error rates, canary - stable; 0.01 for one percentage point more
     * @throws IllegalArgumentException when a delta is not a finite number: no data is no reason for any weight
     */
    public Advice advise(double latencyDelta, double errorDelta) {
        if (!Double.isFinite(latencyDelta) || !Double.isFinite(errorDelta)) {
            throw new IllegalArgumentException("the deltas must be numbers");
        }
        if (latencyDelta > latencyThreshold) {
            return new Advice(Weight.ZERO, "latency delta " + latencyDelta + " is above " + latencyThreshold);
        }
        if (errorDelta > errorThreshold) {
            return new Advice(Weight.ZERO, "error delta " + errorDelta + " is above " + errorThreshold);
        }
        double latencyPenalty = Math.exp(-10 * latencyDelta);
        double errorPenalty = 1 - 20 * errorDelta;
        double factor = Math.max(0.1, latencyPenalty * Math.max(0.2, errorPenalty));
        double percent = LEAST_PERCENT + Math.min(1, factor) * (max.percent() - LEAST_PERCENT);
        return new Advice(Weight.ofPercent(percent), null);
    }
}

package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Map;

/**
 * How many times as slow as stable the canary was, over the ticks at which that was asked: the geometric mean, in which the
 * latest ticks weigh most. Quantiles of few requests vary; a single one that happens to be large is no size of slowness. A
 * canary that becomes slower still is seen in a few ticks. Immutable.
 *
 * @param ticks at which both latencies were read
 * @param log of the ratio
 */
record LatencyRatio(long ticks, double log) {

    static final LatencyRatio NONE = new LatencyRatio(0, 0);

    /** A tick weighs at least one part in so many. */
    private static final double MEMORY = 20;

    LatencyRatio plus(Criterion criterion, Map<MetricQuery, Double> values) {
        if (!criterion.asksHowMuchSlower() && !criterion.tellsPodsApart()) {
            return this;
        }
        double canary = values.getOrDefault(criterion.latency(Track.CANARY), 0.0);
        double stable = values.getOrDefault(criterion.latency(Track.STABLE), 0.0);
        if (!(canary > 0 && stable > 0)) {
            return this;
        }
        double weight = Math.max(1 / MEMORY, 1.0 / (ticks + 1));
        return new LatencyRatio(ticks + 1, log + weight * (Math.log(canary / stable) - log));
    }

    /** NaN while it is not known. */
    double times() {
        return ticks == 0 ? Double.NaN : Math.exp(log);
    }
}

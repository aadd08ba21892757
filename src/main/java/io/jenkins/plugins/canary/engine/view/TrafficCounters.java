package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;

/** Requests by track as the router counted them, over restarts of the router. */
final class TrafficCounters {

    private Requests before;
    private long canary;
    private long stable;
    private long canaryThen;
    private long stableThen;
    private boolean counts;

    /**
     * @param now cumulative counts; null when the router did not say
     * @return requests since the last time: the canary's and both tracks'
     */
    long[] count(Requests now) {
        if (now == null) {
            return new long[2];
        }
        // A counter that fell began anew with the router: what it shows has come since.
        boolean anew = before != null && (now.canary() < before.canary() || now.stable() < before.stable());
        Requests base = before == null ? now : anew ? new Requests(0, 0) : before;
        long toCanary = now.canary() - base.canary();
        long toStable = now.stable() - base.stable();
        canary += toCanary;
        stable += toStable;
        before = now;
        counts = true;
        return new long[] {toCanary, toCanary + toStable};
    }

    /** The share is counted from here on. */
    void shifted() {
        canaryThen = canary;
        stableThen = stable;
    }

    RolloutStatusResponse.TrafficRow row(Weight weight) {
        long total = canary + stable - canaryThen - stableThen;
        return new RolloutStatusResponse.TrafficRow(
                weight,
                counts ? canary : null,
                counts ? stable : null,
                total == 0 ? null : (double) (canary - canaryThen) / total);
    }
}

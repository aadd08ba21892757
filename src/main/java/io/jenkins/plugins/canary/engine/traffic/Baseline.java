package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.Weight;

/**
 * The baseline of a rollout as a router sees it: pods of the stable version that are as young as the canary's.
 *
 * @param share the percentage of requests that it was seen to get
 * @param wanted the percentage that it should get: as much as the canary, or nothing while it cannot serve
 * @param health null where that is not known, and while it should get nothing because the canary gets nothing
 */
public record Baseline(Weight share, Weight wanted, CanaryHealth health) {

    /** Whether it gets what it should. */
    public boolean isFair() {
        return share.equals(wanted);
    }

    /** What it gets instead of what it should, for people. */
    public String difference() {
        return "the baseline gets " + share + " of the requests instead of " + wanted;
    }

    /** Whether requests to it would fail, as far as is known: then nothing may be compared with it. */
    public boolean isDown() {
        return health != null && health.is(CanaryHealth.State.DOWN);
    }

    public Baseline withHealth(CanaryHealth seen) {
        return new Baseline(share, wanted, seen);
    }
}

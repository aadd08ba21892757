package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;

/** Whether the requests that a router counted bear out the weight that it claims. */
final class Share {

    /** Fewer requests than this say nothing about a share. */
    private static final long ENOUGH = 50;

    /** However many requests: keep-alive, retries and counters read a moment apart are worth this much. */
    private static final double SLACK = 0.02;

    private Share() {}

    enum Finding {
        NEAR,
        FAR,
        /** Too few requests since the shift, or the router's counters began anew. */
        TOO_FEW
    }

    /** Near means within four standard errors of a binomial share, or the slack if that is more. */
    static Finding compare(Weight weight, Requests before, Requests now) {
        long canary = now.canary() - before.canary();
        long total = now.total() - before.total();
        if (canary < 0 || total < canary || total < ENOUGH) {
            return Finding.TOO_FEW;
        }
        double p = weight.share();
        double tolerance = Math.max(SLACK, 4 * Math.sqrt(p * (1 - p) / total));
        return Math.abs((double) canary / total - p) <= tolerance ? Finding.NEAR : Finding.FAR;
    }
}

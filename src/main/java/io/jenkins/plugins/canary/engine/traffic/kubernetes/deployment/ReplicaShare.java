package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.WeightShares;

/**
 * How many of a number of pods are the canary's.
 *
 * @param canary 0 to {@code total}
 */
record ReplicaShare(int canary, int total) {

    /** The share that reads as exactly this weight, to a tenth of a percent; null when there is none. */
    static ReplicaShare of(Weight weight, int total) {
        int canary = nearest(weight, total);
        return WeightShares.read(canary, total).equals(weight) ? new ReplicaShare(canary, total) : null;
    }

    int stable() {
        return total - canary;
    }

    /** For people: why not, and what instead. */
    static String refusal(Weight weight, int total) {
        int near = nearest(weight, total);
        Weight below = WeightShares.read(Math.max(0, weight.tenths() * total < near * 1000 ? near - 1 : near), total);
        Weight above =
                WeightShares.read(Math.min(total, weight.tenths() * total < near * 1000 ? near : near + 1), total);
        return "with " + total + " pods a canary gets " + below + " or " + above + " of the requests, not " + weight
                + "; write one of these, or raise replicas";
    }

    private static int nearest(Weight weight, int total) {
        return (int) Math.round(weight.share() * total);
    }
}

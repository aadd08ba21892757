package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.Metric;

/**
 * How far the canary may be from the stable track: by fixed limits at the same tick, or by a statistical test over the
 * phase.
 *
 * @param maxIncrease relative: 0.2 lets the canary be 20% above stable; null for no limit
 * @param maxDecrease relative: 0.2 lets the canary be 20% below stable; null for no limit
 * @param judge the test, its tolerance and confidence; null when the limits decide
 * @param slower what more slow requests need beside them to be harm; null for nothing
 * @param pods the label by whose values pods are told apart, where latency is compared by a test; null where they are not
 * @param per what error lines are held against; null for all lines, and where no lines are counted
 */
public record Versus(Double maxIncrease, Double maxDecrease, Judge judge, Slower slower, String pods, Metric per) {

    public Versus(Double maxIncrease, Double maxDecrease) {
        this(maxIncrease, maxDecrease, null, null, null, null);
    }

    public static Versus by(Judge judge) {
        return new Versus(null, null, judge, null, null, null);
    }

    public Versus and(Slower more) {
        return new Versus(maxIncrease, maxDecrease, judge, more, pods, per);
    }

    /** With a label that tells pods apart. */
    public Versus byPod(String label) {
        return new Versus(maxIncrease, maxDecrease, judge, slower, label, per);
    }

    /** With error lines held against something else than all lines; null for all lines. */
    public Versus per(Metric other) {
        return new Versus(maxIncrease, maxDecrease, judge, slower, pods, other);
    }

    /**
     * A size of slowness. How many requests are slower than stable's usually are says little of how much slower they are:
     * where all take nearly the same time, a tenth more makes most of them slow.
     *
     * @param ratio relative: 0.35 is harm from 135 ms on where stable takes 100 ms
     * @param quantile of the latency that is compared, over the criterion's window
     */
    public record Slower(double ratio, double quantile) {}
}

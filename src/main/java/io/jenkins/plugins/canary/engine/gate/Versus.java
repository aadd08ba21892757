package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Judge;

/**
 * How far the canary may be from the stable track: by fixed limits at the same tick, or by a statistical test over the
 * phase.
 *
 * @param maxIncrease relative: 0.2 lets the canary be 20% above stable; null for no limit
 * @param maxDecrease relative: 0.2 lets the canary be 20% below stable; null for no limit
 * @param judge the test, its tolerance and confidence; null when the limits decide
 */
public record Versus(Double maxIncrease, Double maxDecrease, Judge judge) {

    public Versus(Double maxIncrease, Double maxDecrease) {
        this(maxIncrease, maxDecrease, null);
    }

    public static Versus by(Judge judge) {
        return new Versus(null, null, judge);
    }
}

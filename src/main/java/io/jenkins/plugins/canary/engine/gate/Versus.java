package io.jenkins.plugins.canary.engine.gate;

/**
 * How far the canary may be from the stable track at the same tick.
 *
 * @param maxIncrease relative: 0.2 lets the canary be 20% above stable; null for no limit
 * @param maxDecrease relative: 0.2 lets the canary be 20% below stable; null for no limit
 */
public record Versus(Double maxIncrease, Double maxDecrease) {}

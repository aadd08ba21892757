package io.jenkins.plugins.canary.engine.rollout;

/** Who walks the phase table. */
public enum AdvanceMode {
    /** The engine, as soon as a gate passes: {@code canaryRollout} and {@code canary run}. */
    AUTOMATIC,
    /** The pipeline, phase by phase: {@code canaryStart}, {@code canaryGate}, {@code canaryPromote}. */
    STEPWISE
}

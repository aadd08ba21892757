package io.jenkins.plugins.canary.engine.rollout;

/** How a rollout ended. */
public enum Outcome {
    /** The new version is the stable one. */
    PROMOTED,
    /** The canary was read back at weight 0. */
    ROLLED_BACK,
    /** The canary was left where it was, on purpose: the plan or a person said hold. */
    HELD,
    /** Nothing was ever shifted: the rollout could not begin. */
    FAILED
}

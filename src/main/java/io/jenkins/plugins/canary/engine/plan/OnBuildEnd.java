package io.jenkins.plugins.canary.engine.plan;

/** What becomes of an open rollout when the build that owns it ends, or the command line is stopped. */
public enum OnBuildEnd {
    /** Weight 0. The default: nobody leaves a canary alone. */
    ROLLBACK,
    /** The weight stays where it is, and people are told. */
    HOLD
}

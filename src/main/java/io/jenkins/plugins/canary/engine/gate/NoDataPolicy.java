package io.jenkins.plugins.canary.engine.gate;

/** What a tick without data means for a criterion. */
public enum NoDataPolicy {
    /** The green clock stops; nothing advances and nothing rolls back. The default. */
    HOLD,
    /** As if the criterion had failed. */
    FAIL,
    /** As if the criterion had passed: for metrics that are legitimately absent. */
    PASS
}

package io.jenkins.plugins.canary.config;

/** What becomes of a build whose gate, or whose step, failed; the canary is taken back in both cases. */
public enum GateFailure {
    FAILURE,
    UNSTABLE
}

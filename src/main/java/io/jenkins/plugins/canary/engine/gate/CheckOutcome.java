package io.jenkins.plugins.canary.engine.gate;

/** What one check found. */
public enum CheckOutcome {
    PASS,
    FAIL,
    /** The source answered, and there is too little to judge by. */
    NO_DATA,
    /** The source did not answer. */
    UNAVAILABLE
}

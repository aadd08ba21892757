package io.jenkins.plugins.canary.engine.gate;

/** What a phase's gate has come to. */
public enum GateVerdict {
    WAIT,
    PASS,
    FAIL
}

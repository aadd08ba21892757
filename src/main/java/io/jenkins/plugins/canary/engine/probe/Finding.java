package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Plain;
import io.jenkins.plugins.canary.engine.gate.Outcome;

/**
 * One expectation of a probe, and whether it was met.
 *
 * @param what the expectation in words, unique within its probe
 * @param outcome NO_DATA where the answers neither bear it out nor refute it
 * @param says one sentence with the numbers
 */
public record Finding(String what, Outcome outcome, String says) {

    public Finding {
        says = Plain.line(says);
    }

    static Finding pass(String what, String says) {
        return new Finding(what, Outcome.PASS, says);
    }

    static Finding fail(String what, String says) {
        return new Finding(what, Outcome.FAIL, says);
    }

    static Finding unknown(String what, String says) {
        return new Finding(what, Outcome.NO_DATA, says);
    }

    static Finding of(boolean met, String what, String says) {
        return met ? pass(what, says) : fail(what, says);
    }
}

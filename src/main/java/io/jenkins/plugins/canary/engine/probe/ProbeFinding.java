package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;

/**
 * One expectation of a probe, and whether it was met.
 *
 * @param what the expectation in words, unique within its probe
 * @param outcome NO_DATA where the answers neither bear it out nor refute it
 * @param says one sentence with the numbers
 */
public record ProbeFinding(String what, CheckOutcome outcome, String says) {

    public ProbeFinding {
        says = PlainText.line(says);
    }

    static ProbeFinding pass(String what, String says) {
        return new ProbeFinding(what, CheckOutcome.PASS, says);
    }

    static ProbeFinding fail(String what, String says) {
        return new ProbeFinding(what, CheckOutcome.FAIL, says);
    }

    static ProbeFinding unknown(String what, String says) {
        return new ProbeFinding(what, CheckOutcome.NO_DATA, says);
    }

    static ProbeFinding of(boolean met, String what, String says) {
        return met ? pass(what, says) : fail(what, says);
    }
}

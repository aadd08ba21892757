package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import io.jenkins.plugins.canary.rollouts.CanaryFailure;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import java.io.Serializable;

/**
 * What fails a step although plan and pipeline are right: a canary that was rolled back, a probe that does not pass, metrics
 * that cannot be read. The step's {@code onFail} decides about it; every other exception fails the step.
 *
 * <p>Not an interruption: catchError and warnError would take the result from that, not from what they were told.
 */
final class StepFailure extends AbortException {
    private static final long serialVersionUID = 1L;

    private final Serializable value;
    private final boolean ofGate;

    /** @param value what the step returns when the pipeline goes on */
    StepFailure(String message, Serializable value) {
        this(message, value, false);
    }

    private StepFailure(String message, Serializable value, boolean ofGate) {
        super(message);
        this.value = value;
        this.ofGate = ofGate;
    }

    /** A rollout that has ended without a promotion. */
    static StepFailure of(RolloutRecord record, CanaryFailure failure) {
        return new StepFailure(failure.getShortDescription(), record.data(), record.isGateFailed());
    }

    /** What the step returns when the pipeline goes on. */
    Serializable value() {
        return value;
    }

    /** Whether a gate failed, for which a result is configured. */
    boolean isOfGate() {
        return ofGate;
    }
}

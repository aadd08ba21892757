package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.PlainText;
import java.util.Objects;

/**
 * Whether requests that are sent to the canary find somebody who answers, as far as the router or its platform knows.
 *
 * @param detail one line for people: how many pods are ready, and why others are not; "" when there is nothing to say
 */
public record CanaryHealth(State state, String detail) {

    public enum State {
        /** Every pod that should serve does, or is about to. */
        READY,
        /** Some pods fail; others serve. */
        DEGRADED,
        /** No pod is ready: requests to the canary fail. */
        DOWN,
        /** The router's controller refuses the canary as a destination: requests to it fail until somebody changes that. */
        REFUSED
    }

    public static final CanaryHealth READY = new CanaryHealth(State.READY, "");

    public CanaryHealth {
        Objects.requireNonNull(state, "state");
        detail = detail == null ? "" : PlainText.line(detail);
    }

    public boolean is(State other) {
        return state == other;
    }
}

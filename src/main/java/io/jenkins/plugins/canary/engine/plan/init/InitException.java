package io.jenkins.plugins.canary.engine.plan.init;

/** No plan can be made of what was given; the message says why, and what to do. */
public final class InitException extends Exception {
    private static final long serialVersionUID = 1L;

    InitException(String message) {
        super(message);
    }
}

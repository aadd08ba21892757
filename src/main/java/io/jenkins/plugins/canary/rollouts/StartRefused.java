package io.jenkins.plugins.canary.rollouts;

/** A rollout that cannot begin. Says what is wrong and what to do; traffic is where it was. */
public final class StartRefused extends Exception {
    private static final long serialVersionUID = 1L;

    StartRefused(String message) {
        super(message);
    }

    StartRefused(String message, Throwable cause) {
        super(message, cause);
    }
}

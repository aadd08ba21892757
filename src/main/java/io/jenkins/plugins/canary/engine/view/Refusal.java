package io.jenkins.plugins.canary.engine.view;

/** Says to a person why something was not done, and what would help. Nothing was changed. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status of HTTP: 400 it makes no sense, 403 not allowed, 404 no such thing, 409 it does not fit now */
    public Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}

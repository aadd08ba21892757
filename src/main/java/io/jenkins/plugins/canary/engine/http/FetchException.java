package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.Plain;

/** No answer came, or none that can be used. The message is for people: who was asked, what happened, what to do. */
public final class FetchException extends Exception {
    private static final long serialVersionUID = 1L;

    FetchException(String message, Throwable cause) {
        super(Plain.line(message), cause);
    }

    /** What happened in a few words that name nobody. */
    public String kind() {
        return Faults.kind(getCause());
    }
}

package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.PlainText;

/** No answer came, or none that can be used. The message is for people: who was asked, what happened, what to do. */
public final class FetchException extends Exception {
    private static final long serialVersionUID = 1L;

    FetchException(String message, Throwable cause) {
        super(PlainText.line(message), cause);
    }

    /** What happened in a few words that name nobody. */
    public String kind() {
        return HttpFailure.kind(getCause());
    }
}

package io.jenkins.plugins.canary.engine.http;

import java.io.IOException;

/** Signs a request in just before it is sent: with its own content, or with a token that expires. Safe for several threads. */
@FunctionalInterface
public interface RequestSigner {

    /**
     * Sets the request's headers. Runs on a thread for this, and may block until the deadline.
     *
     * @param by asks for tokens, where the request itself may go
     * @throws IOException for people: why there is nothing to sign in with
     */
    void sign(HttpCall call, HttpFetcher by, Deadline deadline) throws IOException;

    /** The text without what this signs in with. */
    default String redact(String text) {
        return text;
    }
}

package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.PlainText;

/** The router refused or did not answer. The message is for people: what was asked of which router, what came back;
 * one line, whatever the router said. */
public class RouterException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean permanent;

    public RouterException(String message) {
        this(message, null);
    }

    public RouterException(String message, Throwable cause) {
        this(message, cause, false);
    }

    protected RouterException(String message, Throwable cause, boolean permanent) {
        super(PlainText.line(message), cause);
        this.permanent = permanent;
    }

    /** A refusal that asking again cannot change: no such route, forbidden, admission said no. */
    public static RouterException permanent(String message) {
        return new RouterException(message, null, true);
    }

    public boolean permanent() {
        return permanent;
    }
}

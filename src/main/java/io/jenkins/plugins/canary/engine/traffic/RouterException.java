package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.PlainText;
import java.util.List;
import java.util.stream.Collectors;

/** The router refused or did not answer. The message is for people: what was asked of which router, what came back;
 * one line, whatever the router said. */
public class RouterException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean permanent;

    /** No answer yet, and one is on its way: nothing is wrong, and asking again is all there is to do. */
    public static final class Pending extends RouterException {
        private static final long serialVersionUID = 1L;

        private Pending(String message) {
            super(message);
        }
    }

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

    /**
     * Throws what went wrong with several things that were each tried; nothing when nothing did.
     *
     * @throws RouterException the only one, or one that says all; permanent when each is
     */
    public static void throwAll(List<RouterException> failed) throws RouterException {
        if (failed.size() == 1) {
            throw failed.get(0);
        } else if (!failed.isEmpty()) {
            String all = failed.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
            throw new RouterException(all, failed.get(0), failed.stream().allMatch(RouterException::permanent));
        }
    }

    /** @param message what is waited for */
    public static RouterException pending(String message) {
        return new Pending(message);
    }

    public boolean permanent() {
        return permanent;
    }
}

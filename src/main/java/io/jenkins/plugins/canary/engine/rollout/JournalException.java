package io.jenkins.plugins.canary.engine.rollout;

import java.io.IOException;

/** A journal that cannot be read or written. The message names the file, the line and the remedy. */
public class JournalException extends IOException {
    private static final long serialVersionUID = 1L;

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import java.io.IOException;

/** A journal that cannot be read or written. The message names the file, the line and the remedy. */
public class JournalException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long line;

    public JournalException(String message) {
        this(message, 0);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
        line = 0;
    }

    JournalException(String message, long line) {
        super(message);
        this.line = line;
    }

    /** Number of the line that is damaged, the first being 1; 0 when no line is to blame. */
    public long line() {
        return line;
    }
}

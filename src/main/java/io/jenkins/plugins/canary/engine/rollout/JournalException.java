package io.jenkins.plugins.canary.engine.rollout;

import java.io.IOException;

/** A journal that cannot be read or written. The message names the file, the line and the remedy. */
public class JournalException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is the matter with a journal. */
    public enum Trouble {
        /** It cannot be opened, read or written at the moment; what it holds may be whole. */
        UNREACHABLE,
        /** A rollout began in it, and the file is not there. */
        MISSING,
        /** A rollout began in it, and no whole line is left. */
        EMPTY,
        /** A line was changed, moved or cut off, or does not fit the lines before it. */
        DAMAGED
    }

    private final Trouble trouble;
    private final long line;

    public JournalException(String message) {
        this(message, Trouble.UNREACHABLE, 0);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
        trouble = Trouble.UNREACHABLE;
        line = 0;
    }

    JournalException(String message, Trouble trouble, long line) {
        super(message);
        this.trouble = trouble;
        this.line = line;
    }

    public Trouble trouble() {
        return trouble;
    }

    /** Whether waiting does not help: the rollout can only be rolled back without it, see {@link JournalRecovery}. */
    public boolean isLost() {
        return trouble != Trouble.UNREACHABLE;
    }

    /** Number of the line that is damaged, the first being 1; 0 when no line is to blame. */
    public long line() {
        return line;
    }
}

package io.jenkins.plugins.canary.standalone.cli;

/** Ends a command with a message for people and an exit code. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exit;

    Failure(int exit, String message) {
        this(exit, message, null);
    }

    Failure(int exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    int exit() {
        return exit;
    }
}

package io.jenkins.plugins.canary.standalone.cli;

/** Ends a command with a message for people and an exit code. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exit;

    private Failure(int exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    /** Wrong usage, or a plan with errors. */
    static Failure usage(String message) {
        return new Failure(Exit.USAGE, message, null);
    }

    /** Something that the command needs did not work. */
    static Failure infrastructure(String message) {
        return infrastructure(message, null);
    }

    static Failure infrastructure(String message, Throwable cause) {
        return new Failure(Exit.INFRASTRUCTURE, message, cause);
    }

    int exit() {
        return exit;
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.rollout.Outcome;

/** What the command line's exit codes mean. */
final class Exit {

    /** Promoted, or the command did what it was asked. */
    static final int FINE = 0;
    /** Rolled back; for a check such as a probe or a preflight, that it failed. */
    static final int ROLLED_BACK = 1;
    /** Wrong usage, or a plan with errors. */
    static final int USAGE = 2;
    /** Something that the rollout needs did not work, or it ended undecided. */
    static final int INFRASTRUCTURE = 3;

    private Exit() {}

    static int of(Outcome outcome) {
        return switch (outcome) {
            case PROMOTED -> FINE;
            case ROLLED_BACK -> ROLLED_BACK;
            case HELD, FAILED -> INFRASTRUCTURE;
        };
    }
}

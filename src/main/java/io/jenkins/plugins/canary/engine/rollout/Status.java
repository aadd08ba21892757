package io.jenkins.plugins.canary.engine.rollout;

/** What a rollout is doing; always derived from its state, never stored. */
public enum Status {
    /** Looking at the router before the first shift. */
    STARTING,
    /** A weight was asked for and has not been read back yet. */
    SHIFTING,
    /** The gate of the phase is being watched. */
    WATCHING,
    /** A person said hold, or somebody else changed the weight: the rollout does not advance. */
    ON_HOLD,
    /** The gate passed and a person has to agree. */
    AWAITING_APPROVAL,
    /** The gate passed and the cap's checklist is not complete. */
    CAPPED,
    /** A checklist has to be complete before the first shift, the next one, or the promotion. */
    AWAITING_CHECKLIST,
    /** The next rise or the promotion waits until the plan's windows open. */
    AWAITING_WINDOW,
    /** The gate passed and the pipeline has to go on. */
    PASSED,
    /** The gate failed and the pipeline has to decide. */
    GATE_FAILED,
    PROMOTING,
    ROLLING_BACK,
    /** Promoted, and watched, or open for its last checklists. */
    ON_WATCH,
    PROMOTED,
    ROLLED_BACK,
    HELD,
    FAILED;

    /** Whether it goes on only after somebody has decided, or has done what a checklist asks for. */
    public boolean needsPerson() {
        return switch (this) {
            case ON_HOLD, AWAITING_APPROVAL, CAPPED, AWAITING_CHECKLIST, GATE_FAILED -> true;
            default -> false;
        };
    }

    public boolean terminal() {
        return ordinal() >= PROMOTED.ordinal();
    }
}

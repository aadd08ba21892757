package io.jenkins.plugins.canary.engine.gate;

/** What a tick at which a criterion cannot be judged means for it. */
public enum NoDataPolicy {
    /** The green clock stops; nothing advances and nothing rolls back. The default. */
    HOLD,
    /** As if the criterion had failed, an abort rule been broken, also when the source does not answer. */
    FAIL,
    /**
     * No data is as if the criterion had passed: for metrics that are legitimately absent. A source that does not answer
     * still holds, since nobody knows whether there is data.
     */
    PASS;

    /** What an outcome stands for under this policy: unchanged where it holds. */
    public CheckOutcome standsFor(CheckOutcome outcome) {
        return switch (outcome) {
            case PASS, FAIL -> outcome;
            case NO_DATA -> this == PASS ? CheckOutcome.PASS : this == FAIL ? CheckOutcome.FAIL : outcome;
            case UNAVAILABLE -> this == FAIL ? CheckOutcome.FAIL : outcome;
        };
    }
}

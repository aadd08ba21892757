package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.util.Locale;

/** What asked for a roll back, in few enough kinds to be a label. */
enum RollbackReason {
    ABORT_RULE,
    GATE_FAILED,
    /** A person, or the pipeline on somebody's behalf. */
    ASKED_FOR,
    /** The build ended, the router could not shift, an approval was not given in time. */
    OTHER;

    static RollbackReason of(RolloutEvent.RollbackIntended event, RolloutState after) {
        if (event.rule() != null) {
            return ABORT_RULE;
        }
        if (event.by() != null) {
            return ASKED_FOR;
        }
        return event.reason().equals(after.evidence().gateFailure()) ? GATE_FAILED : OTHER;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

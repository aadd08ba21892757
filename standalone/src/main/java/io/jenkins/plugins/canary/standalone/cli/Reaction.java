package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.Steps;

/**
 * How long a rollout took from the tick that saw a breach to weight 0 read back. A listener for the rollout; called
 * under its lock.
 */
final class Reaction {

    private volatile String rule;
    private volatile long seenAt;
    private volatile long backAt;

    void follow(Steps steps) {
        for (RolloutEvent event : steps.events()) {
            if (event instanceof RolloutEvent.RollbackIntended e && e.rule() != null) {
                rule = e.rule();
                seenAt = e.at();
            } else if (event instanceof RolloutEvent.Ended e && e.outcome() == Outcome.ROLLED_BACK) {
                backAt = e.at();
            }
        }
    }

    /** Milliseconds; null when no abort rule fired or the weight was not read back. */
    Long millis() {
        return rule == null || backAt == 0 ? null : backAt - seenAt;
    }

    /** The same from the moment at which a second pair of eyes could see the breach, if that was before the tick. */
    Long millis(BreachWatch watch) {
        Long visible = rule == null ? null : watch.visibleAt(rule);
        return visible == null || millis() == null ? millis() : Long.valueOf(backAt - Math.min(visible, seenAt));
    }
}

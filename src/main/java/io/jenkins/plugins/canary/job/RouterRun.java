package io.jenkins.plugins.canary.job;

import hudson.model.InvisibleAction;
import java.util.Objects;

/**
 * Marks a run that a rollout started, in the queue and in build.xml: after a restart the same rollout finds it, and starts no
 * second one.
 */
public final class RouterRun extends InvisibleAction {

    private final String rollout;
    private final String intent;
    private final String action;

    /** @param intent what the run is for; the same for each attempt at it */
    RouterRun(String rollout, String intent, Action action) {
        this.rollout = rollout;
        this.intent = intent;
        this.action = action.word();
    }

    /** What the run is told to do, in its parameter ACTION. */
    enum Action {
        OBSERVE,
        SHIFT,
        PROMOTE,
        ROLLBACK;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    boolean isFor(String otherRollout, String otherIntent) {
        return Objects.equals(rollout, otherRollout) && Objects.equals(intent, otherIntent);
    }

    boolean isOf(String otherRollout) {
        return Objects.equals(rollout, otherRollout);
    }

    /** Whether it changes nothing. */
    boolean isLook() {
        return Action.OBSERVE.word().equals(action);
    }
}

package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What an event is about: the words that {@code notify.events} takes. */
public enum Topic {
    /** The rollout began. */
    STARTED,
    /** The weight was moved, or a gate passed. */
    PROGRESS,
    /** A checklist's item was ticked or withdrawn. */
    CHECKLIST,
    /** A person has to act: approve, lift a hold, tick a list. */
    WAITING,
    /** The router or the metrics fail, somebody else changed the weight, a gate failed. */
    TROUBLE,
    /** More or less traffic than its weight reaches the canary. */
    TRAFFIC,
    /** The rollout is taken back. */
    ROLLBACK,
    /** The watch after the promotion began, was breached, or ended. */
    WATCH,
    /** The rollout ended. */
    ENDED;

    /** What is told where nothing else is said: all but the steps in between. */
    public static final Set<Topic> USUAL = EnumSet.of(STARTED, WAITING, TROUBLE, TRAFFIC, ROLLBACK, WATCH, ENDED);

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null for what nobody is told. */
    static Topic of(RolloutEvent event) {
        if (event instanceof RolloutEvent.Started) {
            return STARTED;
        } else if (event instanceof RolloutEvent.ShiftApplied || event instanceof RolloutEvent.GatePassed
                || event instanceof RolloutEvent.Approved || event instanceof RolloutEvent.HoldLifted
                || event instanceof RolloutEvent.PromoteIntended) {
            return PROGRESS;
        } else if (event instanceof RolloutEvent.ItemTicked || event instanceof RolloutEvent.ItemWithdrawn) {
            return CHECKLIST;
        } else if (event instanceof RolloutEvent.ApprovalAsked || event instanceof RolloutEvent.HoldSet) {
            return WAITING;
        } else if (event instanceof RolloutEvent.RouterFailed || event instanceof RolloutEvent.WeightFound
                || event instanceof RolloutEvent.GateFailed || event instanceof RolloutEvent.TicksRestarted
                || event instanceof RolloutEvent.JournalLost || event instanceof RolloutEvent.AdvanceDelayed
                || event instanceof RolloutEvent.Warned) {
            return TROUBLE;
        } else if (event instanceof RolloutEvent.TrafficShareDiffers || event instanceof RolloutEvent.TrafficShareMatches) {
            return TRAFFIC;
        } else if (event instanceof RolloutEvent.RollbackIntended) {
            return ROLLBACK;
        } else if (event instanceof RolloutEvent.WatchStarted || event instanceof RolloutEvent.WatchBreached
                || event instanceof RolloutEvent.WatchRecovered || event instanceof RolloutEvent.BreachAccepted
                || event instanceof RolloutEvent.WatchEnded) {
            return WATCH;
        }
        return event instanceof RolloutEvent.Ended ? ENDED : null;
    }
}

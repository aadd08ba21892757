package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;

/** What each event is about. */
final class EventTopics {

    private EventTopics() {}

    /** Null for what nobody is told. */
    static Topic of(RolloutEvent event) {
        if (event instanceof RolloutEvent.Started) {
            return Topic.STARTED;
        } else if (event instanceof RolloutEvent.ShiftApplied
                || event instanceof RolloutEvent.GatePassed
                || event instanceof RolloutEvent.Approved
                || event instanceof RolloutEvent.HoldLifted
                || event instanceof RolloutEvent.PromoteIntended) {
            return Topic.PROGRESS;
        } else if (event instanceof RolloutEvent.ItemTicked || event instanceof RolloutEvent.ItemWithdrawn) {
            return Topic.CHECKLIST;
        } else if (event instanceof RolloutEvent.ApprovalAsked || event instanceof RolloutEvent.HoldSet) {
            return Topic.WAITING;
        } else if (event instanceof RolloutEvent.RouterFailed
                || event instanceof RolloutEvent.WeightFound
                || event instanceof RolloutEvent.GateFailed
                || event instanceof RolloutEvent.TicksRestarted
                || event instanceof RolloutEvent.JournalLost
                || event instanceof RolloutEvent.AdvanceDelayed
                || event instanceof RolloutEvent.Warned) {
            return Topic.TROUBLE;
        } else if (event instanceof RolloutEvent.TrafficShareDiffers
                || event instanceof RolloutEvent.TrafficShareMatches) {
            return Topic.TRAFFIC;
        } else if (event instanceof RolloutEvent.RollbackIntended) {
            return Topic.ROLLBACK;
        } else if (event instanceof RolloutEvent.WatchStarted
                || event instanceof RolloutEvent.WatchBreached
                || event instanceof RolloutEvent.WatchRecovered
                || event instanceof RolloutEvent.BreachAccepted
                || event instanceof RolloutEvent.WatchEnded) {
            return Topic.WATCH;
        }
        return event instanceof RolloutEvent.Ended ? Topic.ENDED : null;
    }
}

package io.jenkins.plugins.canary.engine.rollout;

/**
 * One method for each event: what handles all of them does not compile when a new one is not thought of. What looks at one
 * or two events only uses {@code instanceof}.
 */
public interface RolloutEventVisitor<R> {

    R started(RolloutEvent.Started e);

    R shiftIntended(RolloutEvent.ShiftIntended e);

    R shiftApplied(RolloutEvent.ShiftApplied e);

    R routerFailed(RolloutEvent.RouterFailed e);

    R weightFound(RolloutEvent.WeightFound e);

    R ticked(RolloutEvent.Ticked e);

    R trafficShareDiffers(RolloutEvent.TrafficShareDiffers e);

    R trafficShareMatches(RolloutEvent.TrafficShareMatches e);

    R advanceDelayed(RolloutEvent.AdvanceDelayed e);

    R gatePassed(RolloutEvent.GatePassed e);

    R gateFailed(RolloutEvent.GateFailed e);

    R dryRunFailed(GateEvent.DryRunFailed e);

    R approvalAsked(RolloutEvent.ApprovalAsked e);

    R approved(RolloutEvent.Approved e);

    R approvalWithdrawn(RolloutEvent.ApprovalWithdrawn e);

    R holdSet(RolloutEvent.HoldSet e);

    R holdLifted(RolloutEvent.HoldLifted e);

    R advanceAsked(RolloutEvent.AdvanceAsked e);

    R itemTicked(RolloutEvent.ItemTicked e);

    R itemWithdrawn(RolloutEvent.ItemWithdrawn e);

    R windowClosed(RolloutEvent.WindowClosed e);

    R windowOpened(RolloutEvent.WindowOpened e);

    R windowOverridden(RolloutEvent.WindowOverridden e);

    R promoteIntended(RolloutEvent.PromoteIntended e);

    R watchStarted(RolloutEvent.WatchStarted e);

    R watchBreached(RolloutEvent.WatchBreached e);

    R watchRecovered(RolloutEvent.WatchRecovered e);

    R breachAccepted(RolloutEvent.BreachAccepted e);

    R watchEnded(RolloutEvent.WatchEnded e);

    R rollbackIntended(RolloutEvent.RollbackIntended e);

    R resumed(RolloutEvent.Resumed e);

    R ticksRestarted(RolloutEvent.TicksRestarted e);

    R warned(RolloutEvent.Warned e);

    R probed(RolloutEvent.Probed e);

    R loaded(RolloutEvent.Loaded e);

    R captured(RolloutEvent.Captured e);

    R journalLost(RolloutEvent.JournalLost e);

    R ended(RolloutEvent.Ended e);
}

package io.jenkins.plugins.canary.engine.rollout;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What each event is called in a journal. A name stays for ever, because journals do. */
@JacksonAnnotationsInside
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@JsonSubTypes({
    @JsonSubTypes.Type(value = RolloutEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = RolloutEvent.ShiftIntended.class, name = "shiftIntended"),
    @JsonSubTypes.Type(value = RolloutEvent.ShiftApplied.class, name = "shiftApplied"),
    @JsonSubTypes.Type(value = RolloutEvent.RouterFailed.class, name = "routerFailed"),
    @JsonSubTypes.Type(value = RolloutEvent.WeightFound.class, name = "weightFound"),
    @JsonSubTypes.Type(value = RolloutEvent.Ticked.class, name = "ticked"),
    @JsonSubTypes.Type(value = RolloutEvent.TrafficShareDiffers.class, name = "trafficShareDiffers"),
    @JsonSubTypes.Type(value = RolloutEvent.TrafficShareMatches.class, name = "trafficShareMatches"),
    @JsonSubTypes.Type(value = RolloutEvent.AdvanceDelayed.class, name = "advanceDelayed"),
    @JsonSubTypes.Type(value = RolloutEvent.GatePassed.class, name = "gatePassed"),
    @JsonSubTypes.Type(value = RolloutEvent.GateFailed.class, name = "gateFailed"),
    @JsonSubTypes.Type(value = GateEvent.DryRunFailed.class, name = "dryRunFailed"),
    @JsonSubTypes.Type(value = RolloutEvent.ApprovalAsked.class, name = "approvalAsked"),
    @JsonSubTypes.Type(value = RolloutEvent.Approved.class, name = "approved"),
    @JsonSubTypes.Type(value = RolloutEvent.ApprovalWithdrawn.class, name = "approvalWithdrawn"),
    @JsonSubTypes.Type(value = RolloutEvent.HoldSet.class, name = "holdSet"),
    @JsonSubTypes.Type(value = RolloutEvent.HoldLifted.class, name = "holdLifted"),
    @JsonSubTypes.Type(value = RolloutEvent.AdvanceAsked.class, name = "advanceAsked"),
    @JsonSubTypes.Type(value = RolloutEvent.ItemTicked.class, name = "itemTicked"),
    @JsonSubTypes.Type(value = RolloutEvent.ItemWithdrawn.class, name = "itemWithdrawn"),
    @JsonSubTypes.Type(value = RolloutEvent.WindowClosed.class, name = "windowClosed"),
    @JsonSubTypes.Type(value = RolloutEvent.WindowOpened.class, name = "windowOpened"),
    @JsonSubTypes.Type(value = RolloutEvent.WindowOverridden.class, name = "windowOverridden"),
    @JsonSubTypes.Type(value = RolloutEvent.PromoteIntended.class, name = "promoteIntended"),
    @JsonSubTypes.Type(value = RolloutEvent.WatchStarted.class, name = "watchStarted"),
    @JsonSubTypes.Type(value = RolloutEvent.WatchBreached.class, name = "watchBreached"),
    @JsonSubTypes.Type(value = RolloutEvent.WatchRecovered.class, name = "watchRecovered"),
    @JsonSubTypes.Type(value = RolloutEvent.BreachAccepted.class, name = "breachAccepted"),
    @JsonSubTypes.Type(value = RolloutEvent.WatchEnded.class, name = "watchEnded"),
    @JsonSubTypes.Type(value = RolloutEvent.RollbackIntended.class, name = "rollbackIntended"),
    @JsonSubTypes.Type(value = RolloutEvent.Resumed.class, name = "resumed"),
    @JsonSubTypes.Type(value = RolloutEvent.TicksRestarted.class, name = "ticksRestarted"),
    @JsonSubTypes.Type(value = RolloutEvent.Warned.class, name = "warned"),
    @JsonSubTypes.Type(value = RolloutEvent.Probed.class, name = "probed"),
    @JsonSubTypes.Type(value = RolloutEvent.Loaded.class, name = "loaded"),
    @JsonSubTypes.Type(value = RolloutEvent.Captured.class, name = "captured"),
    @JsonSubTypes.Type(value = RolloutEvent.JournalLost.class, name = "journalLost"),
    @JsonSubTypes.Type(value = RolloutEvent.Ended.class, name = "ended")
})
public @interface EventNames {}

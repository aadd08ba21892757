package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;

/** The only place that knows what each event means for the state. */
final class RolloutStateReducer implements RolloutEventVisitor<RolloutState> {

    private final CanaryPlan plan;
    private final RolloutState s;
    private final EvidenceFold gathered;

    private RolloutStateReducer(CanaryPlan plan, RolloutState s, EvidenceFold gathered) {
        this.plan = plan;
        this.s = s;
        this.gathered = gathered;
    }

    /**
     * The state after one more event.
     *
     * @param gathered for a tick that was just decided: what {@link TickChecks} has gathered with it; null when the event
     *     comes from a journal
     * @throws IllegalArgumentException when the event does not fit those before it
     */
    static RolloutState next(CanaryPlan plan, RolloutState s, RolloutEvent event, EvidenceFold gathered) {
        EventOrder.check(s, event);
        RolloutState now =
                new RolloutState(s.started(), s.position(), s.evidence(), s.people(), s.watch(), event.at(), s.ended());
        return event.accept(new RolloutStateReducer(plan, now, gathered));
    }

    @Override
    public RolloutState started(RolloutEvent.Started e) {
        return new RolloutState(e, s.position(), s.evidence(), s.people(), s.watch(), e.at(), s.ended());
    }

    @Override
    public RolloutState shiftIntended(RolloutEvent.ShiftIntended e) {
        EventOrder.phase(plan, e.phase());
        return intending(new Intent(Intent.Kind.SHIFT, e.phase(), e.from(), e.to(), e.at(), e.why()));
    }

    @Override
    public RolloutState shiftApplied(RolloutEvent.ShiftApplied e) {
        EventOrder.phase(plan, e.phase());
        RolloutState next = s.with(s.position().applied(e));
        return s.position().isWithin(e)
                ? next.with(s.evidence().with(s.evidence().share().moved(e.requests())))
                : next.with(s.evidence().entered(plan, e)).with(s.people().entered(e.phase()));
    }

    @Override
    public RolloutState routerFailed(RolloutEvent.RouterFailed e) {
        return s.with(s.position().error(e.error()));
    }

    @Override
    public RolloutState weightFound(RolloutEvent.WeightFound e) {
        return s.with(s.position().at(e.found()))
                .with(s.evidence().with(TrafficShareCheck.NONE))
                .with(s.people()
                        .hold(new People.Hold(
                                null,
                                "the router is at " + e.found() + " instead of " + e.expected()
                                        + ": somebody else changed it")));
    }

    @Override
    public RolloutState ticked(RolloutEvent.Ticked e) {
        EventOrder.ticked(plan, e);
        RolloutState counted = s.with(s.evidence().counted(plan, s.position(), e));
        if (e.phase() == plan.afterwards()) {
            return s.watch() == null
                    ? counted
                    : counted.with(s.watch()
                            .tick(
                                    e.at(),
                                    plan.aftercare().criteria(),
                                    e.gate(),
                                    e.abort(),
                                    plan.metrics().interval()));
        }
        if (s.phase() < 0 || s.intent() != null || e.phase() != s.phase()) {
            return counted;
        }
        RolloutState judged = counted.with(counted.evidence().inPhase(plan, s.position(), e, gathered));
        boolean delayed = judged.evidence().delayed()
                && (!judged.evidence().gate().isOpen()
                        || judged.evidence().gate().lastGreenAt() != e.at()
                        || judged.staleProof(plan, plan.isLast(s.phase()), e.at()) != null);
        return delayed == judged.evidence().delayed()
                ? judged
                : judged.with(judged.evidence().delayed(delayed));
    }

    @Override
    public RolloutState trafficShareDiffers(RolloutEvent.TrafficShareDiffers e) {
        EventOrder.phase(plan, e.phase());
        return s.with(s.evidence().with(s.evidence().share().asReported(true)));
    }

    @Override
    public RolloutState trafficShareMatches(RolloutEvent.TrafficShareMatches e) {
        EventOrder.phase(plan, e.phase());
        return s.with(s.evidence().with(s.evidence().share().asReported(false)));
    }

    @Override
    public RolloutState advanceDelayed(RolloutEvent.AdvanceDelayed e) {
        EventOrder.phase(plan, e.phase());
        return s.with(s.evidence().delayed(true));
    }

    @Override
    public RolloutState gatePassed(RolloutEvent.GatePassed e) {
        EventOrder.phase(plan, e.phase());
        return s.with(s.evidence().passed(e.at()));
    }

    @Override
    public RolloutState gateFailed(RolloutEvent.GateFailed e) {
        EventOrder.phase(plan, e.phase());
        return s.with(s.evidence().failed(e.reason()));
    }

    @Override
    public RolloutState approvalAsked(RolloutEvent.ApprovalAsked e) {
        EventOrder.phase(plan, e.phase());
        EventOrder.must(plan.phases().get(e.phase()).approval() != null, "phase " + e.phase() + " wants no approval");
        return s.with(s.people().asked(e.at()));
    }

    @Override
    public RolloutState approved(RolloutEvent.Approved e) {
        EventOrder.phase(plan, e.phase());
        return s.with(s.people().agreed());
    }

    @Override
    public RolloutState holdSet(RolloutEvent.HoldSet e) {
        return s.with(s.people().hold(new People.Hold(e.by(), e.reason())));
    }

    @Override
    public RolloutState holdLifted(RolloutEvent.HoldLifted e) {
        return s.with(s.people().hold(null));
    }

    @Override
    public RolloutState advanceAsked(RolloutEvent.AdvanceAsked e) {
        EventOrder.must(e.to() >= 0 && e.to() <= plan.phases().size(), "there is no phase " + e.to());
        return s.with(s.people().want(e.to(), e.override()));
    }

    @Override
    public RolloutState itemTicked(RolloutEvent.ItemTicked e) {
        return s.with(s.people().tick(e.checklist() + "/" + e.item()));
    }

    @Override
    public RolloutState itemWithdrawn(RolloutEvent.ItemWithdrawn e) {
        return s.with(s.people().withdraw(e.checklist() + "/" + e.item()));
    }

    @Override
    public RolloutState promoteIntended(RolloutEvent.PromoteIntended e) {
        return intending(new Intent(Intent.Kind.PROMOTE, s.phase(), s.weight(), Weight.FULL, e.at(), null));
    }

    @Override
    public RolloutState watchStarted(RolloutEvent.WatchStarted e) {
        EventOrder.must(plan.aftercare() != null, "the plan has no watch");
        return s.with(s.position().at(e.weight()).error(null))
                .with(s.people().hold(null))
                .with(WatchFold.begun(plan.aftercare(), e.at(), e.until()));
    }

    @Override
    public RolloutState watchBreached(RolloutEvent.WatchBreached e) {
        return s.with(watch().with(new WatchFold.Breach(e.at(), e.reason(), e.rule(), e.then(), null)));
    }

    @Override
    public RolloutState watchRecovered(RolloutEvent.WatchRecovered e) {
        return s.with(watch().recovered());
    }

    @Override
    public RolloutState breachAccepted(RolloutEvent.BreachAccepted e) {
        EventOrder.must(watch().breach() != null, "there was no breach to accept");
        return s.with(watch().accepted(e.by()));
    }

    @Override
    public RolloutState watchEnded(RolloutEvent.WatchEnded e) {
        return s.with(watch().ended(e.reason()));
    }

    @Override
    public RolloutState rollbackIntended(RolloutEvent.RollbackIntended e) {
        return intending(new Intent(Intent.Kind.ROLL_BACK, s.phase(), s.weight(), Weight.ZERO, e.at(), e.reason()));
    }

    @Override
    public RolloutState resumed(RolloutEvent.Resumed e) {
        return s.with(s.evidence().anew(e.at()));
    }

    @Override
    public RolloutState ticksRestarted(RolloutEvent.TicksRestarted e) {
        return s;
    }

    @Override
    public RolloutState warned(RolloutEvent.Warned e) {
        return s;
    }

    @Override
    public RolloutState probed(RolloutEvent.Probed e) {
        return s;
    }

    @Override
    public RolloutState loaded(RolloutEvent.Loaded e) {
        return s;
    }

    @Override
    public RolloutState captured(RolloutEvent.Captured e) {
        return s;
    }

    @Override
    public RolloutState journalLost(RolloutEvent.JournalLost e) {
        return s.with(s.position().unknown());
    }

    @Override
    public RolloutState ended(RolloutEvent.Ended e) {
        return new RolloutState(
                s.started(), s.position().at(e.weight()), s.evidence(), s.people(), s.watch(), e.at(), e);
    }

    private WatchFold watch() {
        EventOrder.must(s.watch() != null, "no watch had begun");
        return s.watch();
    }

    private RolloutState intending(Intent next) {
        return s.with(s.position().intending(next));
    }
}

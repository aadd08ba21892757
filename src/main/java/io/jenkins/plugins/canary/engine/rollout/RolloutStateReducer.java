package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;

/**
 * The only place that knows what each event means for the state, and whether it can follow those before it under a plan. The
 * engine writes no event that cannot; a journal that somebody edited, or that belongs to another plan, may hold any. What
 * does not fit is never folded to something that looks sound: a tick with too few checks would be green.
 */
final class RolloutStateReducer implements RolloutEventVisitor<RolloutState> {

    /** The year 10000 in milliseconds; no clock that anybody waits for. */
    private static final long LATEST = 253_402_300_800_000L;

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
        must(event.at() >= 0 && event.at() < LATEST, "its time, " + event.at() + ", is none");
        boolean decidesNothing = event instanceof RolloutEvent.Warned
                || event instanceof RolloutEvent.Probed
                || event instanceof RolloutEvent.Loaded
                || event instanceof RolloutEvent.Captured;
        must(s.ended() == null || decidesNothing, "the rollout had ended");
        must(s.started() == null || !(event instanceof RolloutEvent.Started), "the rollout had begun");
        RolloutState now = new RolloutState(
                s.started(), s.position(), s.evidence(), s.people(), s.watch(), s.window(), event.at(), s.ended());
        return event.accept(new RolloutStateReducer(plan, now, gathered));
    }

    @Override
    public RolloutState started(RolloutEvent.Started e) {
        return new RolloutState(e, s.position(), s.evidence(), s.people(), s.watch(), s.window(), e.at(), s.ended());
    }

    @Override
    public RolloutState shiftIntended(RolloutEvent.ShiftIntended e) {
        mustBePhase(e.phase());
        boolean rises = s.rises(e.to(), plan.phases().get(e.phase()).extra());
        return intending(
                rises,
                new Intent(
                        Intent.Kind.SHIFT,
                        e.phase(),
                        e.from(),
                        e.to(),
                        plan.phases().get(e.phase()).extra(),
                        e.at(),
                        e.why()));
    }

    @Override
    public RolloutState shiftApplied(RolloutEvent.ShiftApplied e) {
        mustBePhase(e.phase());
        RolloutState next = s.with(
                s.position().applied(e).beside(plan.phases().get(e.phase()).extra()));
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
        ExtraTraffic expected = s.position().extra();
        ExtraTraffic found = e.extra() == null ? expected : e.extra();
        String what = found.equals(expected)
                ? "the router is at " + e.found() + " instead of " + e.expected()
                : "the canary gets " + found.beside(e.found()) + " instead of " + expected.beside(e.expected());
        String why = what + ": somebody else changed it";
        return s.with(s.position().at(e.found()).beside(found))
                .with(s.evidence().with(TrafficShareCheck.NONE))
                .with(s.people().hold(new People.Hold(null, why)));
    }

    @Override
    public RolloutState ticked(RolloutEvent.Ticked e) {
        mustFit(e);
        RolloutState counted = s.with(s.evidence().counted(plan, s.position(), e));
        if (e.phase() == plan.afterwards()) {
            return s.watch() == null ? counted : counted.with(s.watch().tick(e, plan));
        }
        if (s.phase() < 0 || s.intent() != null || e.phase() != s.phase()) {
            return counted;
        }
        RolloutState judged =
                counted.with(counted.evidence().inPhase(plan, s.position(), e, gathered, s.window() != null));
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
        mustBePhase(e.phase());
        return s.with(s.evidence().with(s.evidence().share().asReported(true)));
    }

    @Override
    public RolloutState trafficShareMatches(RolloutEvent.TrafficShareMatches e) {
        mustBePhase(e.phase());
        return s.with(s.evidence().with(s.evidence().share().asReported(false)));
    }

    @Override
    public RolloutState advanceDelayed(RolloutEvent.AdvanceDelayed e) {
        mustBePhase(e.phase());
        return s.with(s.evidence().delayed(true));
    }

    @Override
    public RolloutState gatePassed(RolloutEvent.GatePassed e) {
        mustBePhase(e.phase());
        return s.with(s.evidence().passed(e.at()));
    }

    @Override
    public RolloutState gateFailed(RolloutEvent.GateFailed e) {
        mustBePhase(e.phase());
        return s.with(s.evidence().failed(e.reason()));
    }

    @Override
    public RolloutState dryRunFailed(GateEvent.DryRunFailed e) {
        mustBePhase(e.phase());
        return s.with(s.evidence().told(e));
    }

    @Override
    public RolloutState approvalAsked(RolloutEvent.ApprovalAsked e) {
        mustBePhase(e.phase());
        must(plan.phases().get(e.phase()).approval() != null, "phase " + e.phase() + " wants no approval");
        return s.with(s.people().asked(e.at()));
    }

    @Override
    public RolloutState approved(RolloutEvent.Approved e) {
        mustBePhase(e.phase());
        Approval approval = plan.phases().get(e.phase()).approval();
        must(approval != null, "phase " + e.phase() + " wants no approval");
        return s.with(s.people().agree(new People.Agreement(e.by(), e.at(), e.comment()), approval.min()));
    }

    @Override
    public RolloutState approvalWithdrawn(RolloutEvent.ApprovalWithdrawn e) {
        mustBePhase(e.phase());
        must(s.people().hasAgreed(e.by()) && !s.people().approved(), "there was no agreement to withdraw");
        return s.with(s.people().disagree(e.by()));
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
        must(e.to() >= 0 && e.to() <= plan.phases().size(), "there is no phase " + e.to());
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
    public RolloutState windowClosed(RolloutEvent.WindowClosed e) {
        return s.with(WindowFold.closed(s.window(), e));
    }

    @Override
    public RolloutState windowOpened(RolloutEvent.WindowOpened e) {
        return s.with((WindowFold) null);
    }

    @Override
    public RolloutState windowOverridden(RolloutEvent.WindowOverridden e) {
        must(s.window() != null, "the windows were open");
        return s.with(s.window().overridden(e.by()));
    }

    @Override
    public RolloutState promoteIntended(RolloutEvent.PromoteIntended e) {
        return intending(
                true,
                new Intent(Intent.Kind.PROMOTE, s.phase(), s.weight(), Weight.FULL, ExtraTraffic.NONE, e.at(), null));
    }

    @Override
    public RolloutState watchStarted(RolloutEvent.WatchStarted e) {
        must(plan.aftercare() != null, "the plan has no watch");
        return s.with(s.position().at(e.weight()).beside(ExtraTraffic.NONE).error(null))
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
        must(watch().breach() != null, "there was no breach to accept");
        return s.with(watch().accepted(e.by()));
    }

    @Override
    public RolloutState watchEnded(RolloutEvent.WatchEnded e) {
        return s.with(watch().ended(e.reason()));
    }

    @Override
    public RolloutState rollbackIntended(RolloutEvent.RollbackIntended e) {
        return intending(
                false,
                new Intent(
                        Intent.Kind.ROLL_BACK,
                        s.phase(),
                        s.inForce(),
                        Weight.ZERO,
                        ExtraTraffic.NONE,
                        e.at(),
                        e.reason()));
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
        boolean left = e.outcome() == Outcome.HELD || e.outcome() == Outcome.FAILED;
        Position end = s.position().at(e.weight());
        return new RolloutState(
                s.started(),
                left ? end : end.beside(ExtraTraffic.NONE),
                s.evidence(),
                s.people(),
                s.watch(),
                s.window(),
                e.at(),
                e);
    }

    private WatchFold watch() {
        must(s.watch() != null, "no watch had begun");
        return s.watch();
    }

    /** @param rises whether it uses up what a person said of closed windows */
    private RolloutState intending(boolean rises, Intent next) {
        RolloutState intending = s.with(s.position().intending(next));
        return rises && s.window() != null ? intending.with(s.window().overridden(null)) : intending;
    }

    private void mustFit(RolloutEvent.Ticked e) {
        must(e.phase() >= -1 && e.phase() <= plan.afterwards(), "there is no phase " + e.phase());
        must(e.phase() < plan.afterwards() || plan.aftercare() != null, "the plan has no watch");
        int criteria = plan.gate(e.phase()).size();
        String checks = "it has " + e.gate().size() + " checks for the " + criteria + " criteria of its gate";
        must(e.gate().size() == criteria, checks);
        int rules = AbortRule.criteria(plan.abort(e.phase())).size();
        must(e.abort().size() == rules, "it has " + e.abort().size() + " checks for " + rules + " abort rules");
        Requests r = e.requests();
        boolean counts = r == null || r.canary() >= 0 && r.stable() >= 0 && r.total() >= 0;
        must(counts, "its requests are no counts");
        must(e.countedMillis() == null || e.countedMillis() >= 0 && e.countedMillis() < LATEST, "its window is none");
    }

    private void mustBePhase(int phase) {
        must(phase >= 0 && phase < plan.phases().size(), "there is no phase " + phase);
    }

    private static void must(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}

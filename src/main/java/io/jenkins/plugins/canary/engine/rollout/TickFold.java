package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.GateFold;
import io.jenkins.plugins.canary.engine.gate.TickResult;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ticked;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the ticks have shown up to the promotion; {@link WatchFold} is the same for the time after.
 *
 * @param ticks how many were taken, also after the promotion
 * @param share the observed share of the canary, compared with the weight since it was set
 * @param comparisons what comparisons with stable have gathered since the current phase's clock opened
 * @param proven when the criterion of each checklist item that has one last passed, as {@code checklist/item}
 * @param health whether the canary can serve what it gets
 * @param dryRuns labels of abort rules, and of criteria of the phase in force, whose dry run the journal says has failed
 * @param delayed whether the journal says that the next step waits for a green tick; ends with that tick
 */
public record TickFold(
        long ticks,
        long lastTickAt,
        TrafficShareCheck share,
        GateFold gate,
        AbortFold abort,
        EvidenceFold comparisons,
        Map<String, Long> proven,
        String gateFailure,
        HealthFold health,
        Set<String> dryRuns,
        boolean delayed) {

    public TickFold {
        dryRuns = Set.copyOf(dryRuns);
    }

    static TickFold start(CanaryPlan plan) {
        AbortFold unbroken = AbortFold.of(AbortRule.criteria(plan.abort()).size());
        return new TickFold(
                0,
                0,
                TrafficShareCheck.NONE,
                GateFold.CLOSED,
                unbroken,
                EvidenceFold.NONE,
                Map.of(),
                null,
                HealthFold.UNKNOWN,
                Set.of(),
                false);
    }

    /** A phase began: its clocks open at once where nobody counts requests, else when the observed share is right. */
    TickFold entered(CanaryPlan plan, RolloutEvent.ShiftApplied e) {
        TrafficShareCheck begun = TrafficShareCheck.begin(e.requests());
        TickFold closed = new TickFold(
                ticks,
                lastTickAt,
                begun,
                GateFold.CLOSED,
                abort,
                EvidenceFold.NONE,
                proven,
                null,
                health,
                rulesTold(plan),
                false);
        return e.requests() == null ? closed.opened(plan, e.phase(), e.at(), null) : closed;
    }

    /** A criterion may fail in each phase; a rule is told of once. */
    private Set<String> rulesTold(CanaryPlan plan) {
        return plan.abort().stream()
                .map(AbortRule::label)
                .filter(dryRuns::contains)
                .collect(Collectors.toSet());
    }

    TickFold told(GateEvent.DryRunFailed e) {
        Set<String> now = new HashSet<>(dryRuns);
        now.add(e.criterion());
        return new TickFold(
                ticks, lastTickAt, share, gate, abort, comparisons, proven, gateFailure, health, now, delayed);
    }

    /** The phase's clocks begin. */
    private TickFold opened(CanaryPlan plan, int phase, long at, Requests requests) {
        List<Criterion> gathering = new ArrayList<>(plan.phases().get(phase).gate());
        GateFold opened = GateFold.open(at, gathering.size());
        gathering.addAll(AbortRule.criteria(plan.abort()));
        return with(
                share,
                opened,
                EvidenceFold.open(at, gathering, plan.metrics().scrapeInterval(), requests, plan::phasesComparing));
    }

    /** What every tick changes, whatever phase it is of. */
    TickFold counted(CanaryPlan plan, Position position, Ticked e) {
        boolean promoted = e.phase() == plan.afterwards();
        boolean rulesApply = !promoted && position.everShifted();
        AbortFold nextAbort = rulesApply
                ? abort.tick(
                        e.at(),
                        AbortRule.criteria(plan.abort()),
                        e.abort(),
                        plan.metrics().interval())
                : abort;
        Map<String, Long> nextProven = ChecklistAutomation.proven(plan, proven, e);
        return new TickFold(
                ticks + 1,
                e.at(),
                share,
                gate,
                nextAbort,
                comparisons,
                nextProven,
                gateFailure,
                promoted ? HealthFold.UNKNOWN : health.tick(e, position.extra()),
                dryRuns,
                delayed);
    }

    /**
     * What a tick of the phase in force changes.
     *
     * @param gathered the comparisons with this tick, by whoever folded it to decide; null when nobody has
     * @param closed whether the plan's windows are, so that nothing is late: the deadline waits
     */
    TickFold inPhase(CanaryPlan plan, Position position, Ticked e, EvidenceFold gathered, boolean closed) {
        TickFold next = with(share.tick(position.weight(), e.requests()), gate, comparisons);
        EvidenceFold known = gathered;
        boolean begins = gate.isOpen() ? health.cameBack() : !health.isDown() && next.verified(plan, position, e);
        if (begins) {
            next = next.opened(plan, position.phase(), e.at(), e.requests()).begun();
            known = null;
        }
        TickFold judged = next.gate.isOpen() ? next.judged(plan, position, e, known) : next;
        return closed
                ? judged.with(judged.share, judged.gate.judgedFor(next.gate.dataMillis()), judged.comparisons)
                : judged;
    }

    private TickFold begun() {
        return new TickFold(
                ticks,
                lastTickAt,
                share,
                gate,
                abort,
                comparisons,
                proven,
                gateFailure,
                health.begun(),
                dryRuns,
                delayed);
    }

    private TickFold judged(CanaryPlan plan, Position position, Ticked e, EvidenceFold gathered) {
        Phase of = plan.phases().get(position.phase());
        TickResult result = TickResult.of(of.gate(), e.gate(), of.score());
        // Whatever passes while the traffic is not what the phase wants, or nobody serves it, says nothing of the
        // phase.
        boolean meansNothing = result == TickResult.GREEN && (share.contradicts() || health.isDown());
        TickResult counts = meansNothing ? TickResult.BLIND : result;
        GateFold nextGate =
                gate.tick(e.at(), counts, of.gate(), e.gate(), plan.metrics().interval());
        EvidenceFold next = gathered != null
                ? gathered
                : comparisons.tick(e.at(), Measured.values(e.readings()), e.counted(), e.requests());
        return with(share, nextGate, next);
    }

    /** A share that cannot be counted is waited for two ticks; one that was seen to be wrong, until it is seen to be right. */
    private boolean verified(CanaryPlan plan, Position position, Ticked e) {
        long twoTicks = 2 * plan.metrics().interval().toMillis();
        return share.matches() || share.observed() == null && e.at() - position.appliedAt() >= twoTicks;
    }

    TickFold passed(long at) {
        return new TickFold(
                ticks, lastTickAt, share, gate.pass(at), abort, comparisons, proven, null, health, dryRuns, delayed);
    }

    TickFold failed(String reason) {
        return new TickFold(
                ticks, lastTickAt, share, gate, abort, comparisons, proven, reason, health, dryRuns, delayed);
    }

    TickFold delayed(boolean waits) {
        return new TickFold(
                ticks, lastTickAt, share, gate, abort, comparisons, proven, gateFailure, health, dryRuns, waits);
    }

    TickFold with(TrafficShareCheck next) {
        return with(next, gate, comparisons);
    }

    /** From here on requests are counted afresh. */
    TickFold anew(long at) {
        return with(share, gate, comparisons.anew(at));
    }

    private TickFold with(TrafficShareCheck nextShare, GateFold nextGate, EvidenceFold next) {
        return new TickFold(
                ticks, lastTickAt, nextShare, nextGate, abort, next, proven, gateFailure, health, dryRuns, delayed);
    }
}

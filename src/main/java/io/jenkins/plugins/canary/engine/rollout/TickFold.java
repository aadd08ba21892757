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
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the ticks have shown up to the promotion; {@link WatchFold} is the same for the time after.
 *
 * @param ticks how many were taken, also after the promotion
 * @param lastTickAt 0 before the first
 * @param share the observed share of the canary, compared with the weight since it was set
 * @param comparisons what comparisons with stable have gathered since the current phase's clock opened
 * @param proven when the criterion of each checklist item that has one last passed, as {@code checklist/item}
 * @param gateFailure why the current phase's gate failed; null when it did not
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
        boolean delayed) {

    static TickFold start(CanaryPlan plan) {
        int rules =
                (int) plan.abort().stream().filter(r -> r.criterion() != null).count();
        return new TickFold(
                0,
                0,
                TrafficShareCheck.NONE,
                GateFold.CLOSED,
                AbortFold.of(rules),
                EvidenceFold.NONE,
                Map.of(),
                null,
                false);
    }

    /** A phase began: its clocks open at once where nobody counts requests, else when the observed share is right. */
    TickFold entered(CanaryPlan plan, RolloutEvent.ShiftApplied e) {
        TickFold closed = new TickFold(
                ticks,
                lastTickAt,
                TrafficShareCheck.begin(e.requests()),
                GateFold.CLOSED,
                abort,
                EvidenceFold.NONE,
                proven,
                null,
                false);
        return e.requests() == null ? closed.opened(plan, e.phase(), e.at(), null) : closed;
    }

    /** The phase's clocks begin. */
    private TickFold opened(CanaryPlan plan, int phase, long at, Requests requests) {
        List<Criterion> criteria = plan.phases().get(phase).gate();
        List<Criterion> all = new ArrayList<>(criteria);
        plan.abort().stream().map(AbortRule::criterion).filter(Objects::nonNull).forEach(all::add);
        return with(
                share,
                GateFold.open(at, criteria.size()),
                EvidenceFold.open(at, all, plan.metrics().scrapeInterval(), requests));
    }

    /** What every tick changes, whatever phase it is of. */
    TickFold counted(CanaryPlan plan, Position position, Ticked e) {
        boolean beforePromotion = e.phase() != plan.afterwards();
        return new TickFold(
                ticks + 1,
                e.at(),
                share,
                gate,
                beforePromotion && position.everShifted()
                        ? abort.tick(e.at(), e.abort(), plan.metrics().interval())
                        : abort,
                comparisons,
                ChecklistAutomation.proven(plan, proven, e),
                gateFailure,
                delayed);
    }

    /**
     * What a tick of the phase in force changes.
     *
     * @param gathered the comparisons with this tick, by whoever folded it to decide; null when nobody has
     */
    TickFold inPhase(CanaryPlan plan, Position position, Ticked e, EvidenceFold gathered) {
        TickFold next = with(share.tick(position.weight(), e.requests()), gate, comparisons);
        EvidenceFold known = gathered;
        if (!gate.isOpen() && next.verified(plan, position, e)) {
            next = next.opened(plan, position.phase(), e.at(), e.requests());
            known = null;
        }
        return next.gate.isOpen() ? next.judged(plan, position, e, known) : next;
    }

    private TickFold judged(CanaryPlan plan, Position position, Ticked e, EvidenceFold gathered) {
        Phase of = plan.phases().get(position.phase());
        TickResult result = TickResult.of(of.gate(), e.gate(), of.score());
        // Whatever passes while the traffic is not what the phase wants says nothing of the phase.
        boolean meansNothing = result == TickResult.GREEN && share.contradicts();
        return with(
                share,
                gate.tick(
                        e.at(),
                        meansNothing ? TickResult.BLIND : result,
                        of.gate(),
                        e.gate(),
                        plan.metrics().interval()),
                gathered != null
                        ? gathered
                        : comparisons.tick(e.at(), Measured.values(e.readings()), e.counted(), e.requests()));
    }

    /** A share that cannot be counted is waited for two ticks; one that was seen to be wrong, until it is seen to be right. */
    private boolean verified(CanaryPlan plan, Position position, Ticked e) {
        return share.matches()
                || share.observed() == null
                        && e.at() - position.appliedAt()
                                >= 2 * plan.metrics().interval().toMillis();
    }

    TickFold passed(long at) {
        return new TickFold(ticks, lastTickAt, share, gate.pass(at), abort, comparisons, proven, null, delayed);
    }

    TickFold failed(String reason) {
        return new TickFold(ticks, lastTickAt, share, gate, abort, comparisons, proven, reason, delayed);
    }

    TickFold delayed(boolean waits) {
        return new TickFold(ticks, lastTickAt, share, gate, abort, comparisons, proven, gateFailure, waits);
    }

    TickFold with(TrafficShareCheck next) {
        return with(next, gate, comparisons);
    }

    /** From here on requests are counted afresh. */
    TickFold anew(long at) {
        return with(share, gate, comparisons.anew(at));
    }

    private TickFold with(TrafficShareCheck nextShare, GateFold nextGate, EvidenceFold next) {
        return new TickFold(ticks, lastTickAt, nextShare, nextGate, abort, next, proven, gateFailure, delayed);
    }
}

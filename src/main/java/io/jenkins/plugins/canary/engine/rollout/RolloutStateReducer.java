package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.GateFold;
import io.jenkins.plugins.canary.engine.gate.TickResult;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ended;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Started;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ticked;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The state under construction; the only place that knows what each event means. */
final class RolloutStateReducer {
    private final CanaryPlan plan;
    private Started started;
    private int phase = -1;
    private Weight weight = Weight.ZERO;
    private Weight aim = Weight.ZERO;
    private long changedAt;
    private Intent intent;
    private long appliedAt;
    private TrafficShareCheck share = TrafficShareCheck.NONE;
    private GateFold gate = GateFold.CLOSED;
    private AbortFold abort;
    private EvidenceFold evidence = EvidenceFold.NONE;
    private long askedAt;
    private boolean approved;
    private RolloutState.Hold held;
    private int wanted = -1;
    private boolean override;
    private String gateFailure;
    private String routerError;
    private boolean delayed;
    private Set<String> ticked = Set.of();
    private Map<String, Long> proven = Map.of();
    private WatchFold watch;
    private boolean everShifted;
    private long ticks;
    private long lastTickAt;
    private long lastEventAt;
    private Ended ended;

    RolloutStateReducer(CanaryPlan plan) {
        this.plan = plan;
        abort = AbortFold.of(
                (int) plan.abort().stream().filter(r -> r.criterion() != null).count());
    }

    RolloutStateReducer(CanaryPlan plan, RolloutState s) {
        this.plan = plan;
        started = s.started();
        phase = s.phase();
        weight = s.weight();
        aim = s.aim();
        changedAt = s.changedAt();
        intent = s.intent();
        appliedAt = s.appliedAt();
        share = s.share();
        gate = s.gate();
        abort = s.abort();
        evidence = s.evidence();
        askedAt = s.askedAt();
        approved = s.approved();
        held = s.held();
        wanted = s.wanted();
        override = s.override();
        gateFailure = s.gateFailure();
        routerError = s.routerError();
        delayed = s.delayed();
        ticked = s.ticked();
        proven = s.proven();
        watch = s.watch();
        everShifted = s.everShifted();
        ticks = s.ticks();
        lastTickAt = s.lastTickAt();
        lastEventAt = s.lastEventAt();
        ended = s.ended();
    }

    RolloutState build() {
        return new RolloutState(
                started,
                phase,
                weight,
                aim,
                changedAt,
                intent,
                appliedAt,
                share,
                gate,
                abort,
                evidence,
                askedAt,
                approved,
                held,
                wanted,
                override,
                gateFailure,
                routerError,
                delayed,
                ticked,
                proven,
                watch,
                everShifted,
                ticks,
                lastTickAt,
                lastEventAt,
                ended);
    }

    /** @throws IllegalArgumentException when the event does not fit those before it */
    RolloutStateReducer apply(RolloutEvent event) {
        EventOrder.check(plan, started, watch, ended, event);
        lastEventAt = event.at();
        if (event instanceof Started e) {
            started = e;
        } else if (event instanceof RolloutEvent.ShiftIntended e) {
            intend(new Intent(Intent.Kind.SHIFT, e.phase(), e.from(), e.to(), e.at(), e.why()));
            everShifted = true;
        } else if (event instanceof RolloutEvent.ShiftApplied e) {
            applied(e);
        } else if (event instanceof RolloutEvent.RouterFailed e) {
            routerError = e.error();
        } else if (event instanceof RolloutEvent.WeightFound e) {
            weight = e.found();
            share = TrafficShareCheck.NONE;
            intent = null;
            held = new RolloutState.Hold(
                    null,
                    "the router is at " + e.found() + " instead of " + e.expected() + ": somebody else changed it");
        } else if (event instanceof Ticked e) {
            ticked(e);
        } else if (event instanceof RolloutEvent.TrafficShareDiffers) {
            share = share.asReported(true);
        } else if (event instanceof RolloutEvent.TrafficShareMatches) {
            share = share.asReported(false);
        } else if (event instanceof RolloutEvent.AdvanceDelayed) {
            delayed = true;
        } else if (event instanceof RolloutEvent.GatePassed e) {
            gate = gate.pass(e.at());
            gateFailure = null;
        } else if (event instanceof RolloutEvent.GateFailed e) {
            gateFailure = e.reason();
        } else if (event instanceof RolloutEvent.ApprovalAsked e) {
            askedAt = e.at();
        } else if (event instanceof RolloutEvent.Approved) {
            approved = true;
        } else if (event instanceof RolloutEvent.HoldSet e) {
            held = new RolloutState.Hold(e.by(), e.reason());
        } else if (event instanceof RolloutEvent.HoldLifted) {
            held = null;
        } else if (event instanceof RolloutEvent.AdvanceAsked e) {
            wanted = e.to();
            override = e.override();
        } else if (event instanceof RolloutEvent.ItemTicked e) {
            Set<String> items = new LinkedHashSet<>(ticked);
            items.add(e.checklist() + "/" + e.item());
            ticked = Collections.unmodifiableSet(items);
        } else if (event instanceof RolloutEvent.ItemWithdrawn e) {
            Set<String> items = new LinkedHashSet<>(ticked);
            items.remove(e.checklist() + "/" + e.item());
            ticked = Collections.unmodifiableSet(items);
        } else if (event instanceof RolloutEvent.WatchStarted e) {
            intent = null;
            held = null;
            routerError = null;
            weight = e.weight();
            watch = WatchFold.begun(plan.aftercare(), e.at(), e.until());
        } else if (event instanceof RolloutEvent.WatchBreached e) {
            watch = watch.with(new WatchFold.Breach(e.at(), e.reason(), e.rule(), e.then(), null));
        } else if (event instanceof RolloutEvent.WatchRecovered) {
            watch = watch.recovered();
        } else if (event instanceof RolloutEvent.BreachAccepted e) {
            watch = watch.accepted(e.by());
        } else if (event instanceof RolloutEvent.WatchEnded e) {
            watch = watch.ended(e.reason());
        } else if (event instanceof RolloutEvent.PromoteIntended e) {
            intend(new Intent(Intent.Kind.PROMOTE, phase, weight, Weight.FULL, e.at(), null));
        } else if (event instanceof RolloutEvent.RollbackIntended e) {
            intend(new Intent(Intent.Kind.ROLL_BACK, phase, weight, Weight.ZERO, e.at(), e.reason()));
        } else if (event instanceof RolloutEvent.Resumed e) {
            evidence = evidence.anew(e.at());
        } else if (event instanceof RolloutEvent.JournalLost) {
            everShifted = true;
        } else if (event instanceof Ended e) {
            ended = e;
            weight = e.weight();
            intent = null;
        }
        return this;
    }

    private void intend(Intent next) {
        intent = next;
        routerError = null;
    }

    private void applied(RolloutEvent.ShiftApplied e) {
        boolean within = intent != null && intent.reason() != null && e.phase() == phase;
        phase = e.phase();
        weight = e.weight();
        aim = e.weight();
        changedAt = e.at();
        intent = null;
        if (within) {
            share = share.moved(e.requests());
            return;
        }
        appliedAt = e.at();
        share = TrafficShareCheck.begin(e.requests());
        delayed = false;
        gate = GateFold.CLOSED;
        evidence = EvidenceFold.NONE;
        if (e.requests() == null) {
            open(e.at(), null);
        }
        askedAt = 0;
        approved = false;
        override = false;
        gateFailure = null;
        wanted = wanted <= phase ? -1 : wanted;
    }

    private void ticked(Ticked e) {
        ticks++;
        lastTickAt = e.at();
        proven = ChecklistAutomation.proven(plan, proven, e);
        if (e.phase() == plan.afterwards()) {
            watch = watch == null
                    ? null
                    : watch.tick(
                            e.at(),
                            plan.aftercare().criteria(),
                            e.gate(),
                            e.abort(),
                            plan.metrics().interval());
            return;
        }
        if (everShifted) {
            abort = abort.tick(e.at(), e.abort(), plan.metrics().interval());
        }
        if (phase < 0 || intent != null || e.phase() != phase) {
            return;
        }
        share = share.tick(weight, e.requests());
        if (!gate.isOpen() && verified(e)) {
            open(e.at(), e.requests());
        }
        if (gate.isOpen()) {
            evidence = evidence.tick(e.at(), Measured.values(e.readings()), e.counted(), e.requests());
            Phase of = plan.phases().get(phase);
            TickResult colour = TickResult.of(of.gate(), e.gate(), of.score());
            // Whatever passes while the traffic is not what the phase wants says nothing of the phase.
            boolean meansNothing = colour == TickResult.GREEN && share.contradicts();
            gate = gate.tick(
                    e.at(),
                    meansNothing ? TickResult.BLIND : colour,
                    of.gate(),
                    e.gate(),
                    plan.metrics().interval());
            delayed = delayed
                    && (gate.lastGreenAt() != e.at() || build().staleProof(plan, plan.isLast(phase), e.at()) != null);
        }
    }

    /** A share that cannot be counted is waited for two ticks; one that was seen to be wrong, until it is seen to be right. */
    private boolean verified(Ticked e) {
        return share.matches()
                || share.observed() == null
                        && e.at() - appliedAt >= 2 * plan.metrics().interval().toMillis();
    }

    /** The phase's clocks begin. */
    private void open(long at, Requests requests) {
        List<Criterion> criteria = plan.phases().get(phase).gate();
        gate = GateFold.open(at, criteria.size());
        List<Criterion> all = new ArrayList<>(criteria);
        plan.abort().stream().map(AbortRule::criterion).filter(Objects::nonNull).forEach(all::add);
        evidence = EvidenceFold.open(at, all, plan.metrics().scrapeInterval(), requests);
    }
}

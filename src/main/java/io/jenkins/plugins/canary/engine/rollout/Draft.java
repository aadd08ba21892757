package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.GateFold;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ended;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Started;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ticked;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The state under construction; the only place that knows what each event means. */
final class Draft {
    private final CanaryPlan plan;
    private Started started;
    private int phase = -1;
    private Weight weight = Weight.ZERO;
    private Weight aim = Weight.ZERO;
    private long changedAt;
    private Intent intent;
    private long appliedAt;
    private Requests requestsThen;
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
    private Set<String> ticked = Set.of();
    private WatchFold watch;
    private boolean everShifted;
    private long ticks;
    private long lastTickAt;
    private long lastEventAt;
    private Ended ended;

    Draft(CanaryPlan plan) {
        this.plan = plan;
        abort = AbortFold.of((int) plan.abort().stream().filter(r -> r.criterion() != null).count());
    }

    Draft(CanaryPlan plan, RolloutState s) {
        this.plan = plan;
        started = s.started();
        phase = s.phase();
        weight = s.weight();
        aim = s.aim();
        changedAt = s.changedAt();
        intent = s.intent();
        appliedAt = s.appliedAt();
        requestsThen = s.requestsThen();
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
        ticked = s.ticked();
        watch = s.watch();
        everShifted = s.everShifted();
        ticks = s.ticks();
        lastTickAt = s.lastTickAt();
        lastEventAt = s.lastEventAt();
        ended = s.ended();
    }

    RolloutState build() {
        return new RolloutState(started, phase, weight, aim, changedAt, intent, appliedAt, requestsThen, gate, abort, evidence,
                askedAt, approved, held, wanted, override, gateFailure, routerError, ticked, watch, everShifted, ticks,
                lastTickAt, lastEventAt, ended);
    }

    Draft apply(RolloutEvent event) {
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
            intent = null;
            held = new RolloutState.Hold(null, "the router is at " + e.found() + " instead of " + e.expected()
                    + ": somebody else changed it");
        } else if (event instanceof Ticked e) {
            ticked(e);
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
            return;
        }
        appliedAt = e.at();
        requestsThen = e.requests();
        gate = GateFold.CLOSED;
        evidence = EvidenceFold.NONE;
        if (e.requests() == null) {
            open(e.at());
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
        if (e.phase() == plan.afterwards()) {
            watch = watch == null ? null : watch.tick(
                    e.at(), plan.aftercare().criteria(), e.gate(), e.abort(), plan.metrics().interval());
            return;
        }
        if (everShifted) {
            abort = abort.tick(e.at(), e.abort(), plan.metrics().interval());
        }
        if (phase < 0 || intent != null || e.phase() != phase) {
            return;
        }
        if (!gate.isOpen() && verified(e)) {
            open(e.at());
        }
        if (gate.isOpen()) {
            evidence = evidence.tick(e.at(), e.values(), e.counted());
            gate = gate.tick(e.at(), plan.phases().get(phase).gate(), e.gate(), plan.phases().get(phase).score(),
                    plan.metrics().interval());
        }
    }

    /** A share that cannot be counted is not held against the router for longer than two ticks. */
    private boolean verified(Ticked e) {
        Share.Finding finding = e.requests() == null
                ? Share.Finding.TOO_FEW
                : Share.compare(weight, requestsThen, e.requests());
        return finding == Share.Finding.NEAR
                || finding == Share.Finding.TOO_FEW
                        && e.at() - appliedAt >= 2 * plan.metrics().interval().toMillis();
    }

    /** The phase's clocks begin. */
    private void open(long at) {
        List<Criterion> criteria = plan.phases().get(phase).gate();
        gate = GateFold.open(at, criteria.size());
        List<Criterion> all = new ArrayList<>(criteria);
        plan.abort().stream().map(AbortRule::criterion).filter(Objects::nonNull).forEach(all::add);
        evidence = EvidenceFold.open(at, all);
    }
}

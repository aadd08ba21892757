package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.GateFold;
import io.jenkins.plugins.canary.engine.gate.Verdict;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ended;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Started;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ticked;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Where a rollout stands: the fold of its events, and nothing else. Immutable; equal journals give equal states.
 *
 * @param started null before the first event
 * @param phase index of the phase whose weight was last verified or is being shifted to; -1 before the first
 * @param weight last read back
 * @param aim the weight that the phase is to have: what it was last shifted to
 * @param changedAt when the weight was last read back after a change; 0 before
 * @param intent what the router has yet to do; null when nothing
 * @param appliedAt when the current phase's weight was read back; 0 before
 * @param requestsThen what the router had counted at that time; null when it does not count
 * @param evidence what comparisons with stable have gathered since the current phase's clock opened
 * @param askedAt when approval of the current phase was asked for; 0 when it was not
 * @param approved whether the current phase was approved
 * @param held by whom and why the rollout is on hold; null when it is not
 * @param wanted the phase that the pipeline or a person asked for; -1 when none
 * @param override whether {@code wanted} may go ahead without a PASS
 * @param gateFailure why the current phase's gate failed; null when it did not
 * @param routerError what the router last said about the open intent; null when nothing went wrong
 * @param ticked items ticked, as {@code checklist/item}
 * @param watch what was seen since the promotion; null before
 * @param everShifted whether the router was ever asked for a weight
 * @param lastTickAt 0 before the first
 * @param lastEventAt the time of the last event of any kind
 */
public record RolloutState(
        Started started,
        int phase,
        Weight weight,
        Weight aim,
        long changedAt,
        Intent intent,
        long appliedAt,
        Requests requestsThen,
        GateFold gate,
        AbortFold abort,
        EvidenceFold evidence,
        long askedAt,
        boolean approved,
        Hold held,
        int wanted,
        boolean override,
        String gateFailure,
        String routerError,
        Set<String> ticked,
        WatchFold watch,
        boolean everShifted,
        long ticks,
        long lastTickAt,
        long lastEventAt,
        Ended ended) {

    /** A rollout that does not advance until somebody says so; by null when the engine stopped by itself. */
    public record Hold(String by, String reason) {}

    public static RolloutState empty(CanaryPlan plan) {
        return new Draft(plan).build();
    }

    /** The state after one more event. */
    public RolloutState apply(CanaryPlan plan, RolloutEvent event) {
        return new Draft(plan, this).apply(event).build();
    }

    public static RolloutState of(CanaryPlan plan, List<RolloutEvent> events) {
        Draft draft = new Draft(plan);
        events.forEach(draft::apply);
        return draft.build();
    }

    public boolean isEnded() {
        return ended != null;
    }

    /** The phase in force; null before the first. */
    public Phase current(CanaryPlan plan) {
        return phase < 0 ? null : plan.phases().get(phase);
    }

    /** The phase's verdict so far; WAIT before the first shift is verified. */
    public Verdict verdict(CanaryPlan plan) {
        return phase < 0 || intent != null ? Verdict.WAIT : gate.verdict(plan.phases().get(phase));
    }

    /** What the cap leaves of a weight, given the checklist items ticked so far. */
    public Weight capped(CanaryPlan plan, Weight weight) {
        return plan.cap() == null || complete(plan, plan.cap().until()) ? weight : weight.min(plan.cap().weight());
    }

    /** Whether the canary has more than the cap allows, because a tick was withdrawn. */
    public boolean aboveCap(CanaryPlan plan) {
        return capped(plan, weight).compareTo(weight) < 0;
    }

    /** Whether every item of a checklist is ticked; false when there is no such list. */
    public boolean complete(CanaryPlan plan, String checklist) {
        Checklist items = checklist == null ? null : plan.checklists().get(checklist);
        return items != null && items.texts().stream().allMatch(item -> ticked.contains(checklist + "/" + item));
    }

    /** What the next shift, the promotion or the end waits for; null when it is no checklist and no cap. */
    public OpenList waitsFor(CanaryPlan plan) {
        if (isEnded() || intent != null) {
            return null;
        }
        if (watch != null) {
            return OpenList.first(plan, this, Checklist.When.POST);
        }
        if (phase < 0) {
            return OpenList.beforeShift(plan, this, plan.phases().get(0).weight());
        }
        if (!weight.equals(aim) && held == null) {
            return OpenList.beforeShift(plan, this, aim);
        }
        boolean through = gate.passedAt() != 0 && (askedAt == 0 || approved);
        if (!through) {
            return null;
        }
        return plan.isLast(phase) ? OpenList.beforePromotion(plan, this)
                : OpenList.beforeShift(plan, this, Adjust.into(plan, this, plan.phases().get(phase + 1).weight()));
    }

    /** The phase that a tick belongs to: {@link CanaryPlan#afterwards} once the new version is promoted. */
    public int tickPhase(CanaryPlan plan) {
        return watch == null ? phase : plan.afterwards();
    }

    /** Whether the new version is the stable one, watched or not. */
    public boolean isPromoted() {
        return ended != null ? ended.outcome() == Outcome.PROMOTED : watch != null && intent == null;
    }

    public Status status(CanaryPlan plan) {
        if (ended != null) {
            return Status.valueOf(ended.outcome().name());
        }
        if (intent != null) {
            return switch (intent.kind()) {
                case SHIFT -> Status.SHIFTING;
                case PROMOTE -> Status.PROMOTING;
                case ROLL_BACK -> Status.ROLLING_BACK;
            };
        }
        if (watch != null) {
            return Status.ON_WATCH;
        }
        if (phase < 0) {
            return held == null && waitsFor(plan) != null ? Status.AWAITING_CHECKLIST : Status.STARTING;
        }
        if (held != null) {
            return Status.ON_HOLD;
        }
        if (gate.passedAt() == 0 && (weight.equals(aim) || waitsFor(plan) == null)) {
            return gateFailure != null ? Status.GATE_FAILED : Status.WATCHING;
        }
        if (askedAt != 0 && !approved) {
            return Status.AWAITING_APPROVAL;
        }
        OpenList open = waitsFor(plan);
        if (open == null) {
            return Status.PASSED;
        }
        return plan.cap() != null && Objects.equals(open.checklist(), plan.cap().until())
                ? Status.CAPPED : Status.AWAITING_CHECKLIST;
    }

    /** The state under construction; the only place that knows what each event means. */
    private static final class Draft {
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
        private Hold held;
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
            started = s.started;
            phase = s.phase;
            weight = s.weight;
            aim = s.aim;
            changedAt = s.changedAt;
            intent = s.intent;
            appliedAt = s.appliedAt;
            requestsThen = s.requestsThen;
            gate = s.gate;
            abort = s.abort;
            evidence = s.evidence;
            askedAt = s.askedAt;
            approved = s.approved;
            held = s.held;
            wanted = s.wanted;
            override = s.override;
            gateFailure = s.gateFailure;
            routerError = s.routerError;
            ticked = s.ticked;
            watch = s.watch;
            everShifted = s.everShifted;
            ticks = s.ticks;
            lastTickAt = s.lastTickAt;
            lastEventAt = s.lastEventAt;
            ended = s.ended;
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
                held = new Hold(null, "the router is at " + e.found() + " instead of " + e.expected()
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
                held = new Hold(e.by(), e.reason());
            } else if (event instanceof RolloutEvent.HoldLifted) {
                held = null;
            } else if (event instanceof RolloutEvent.AdvanceAsked e) {
                wanted = e.to();
                override = e.override();
            } else if (event instanceof RolloutEvent.ItemTicked e) {
                Set<String> items = new LinkedHashSet<>(ticked);
                items.add(e.checklist() + "/" + e.item());
                ticked = java.util.Collections.unmodifiableSet(items);
            } else if (event instanceof RolloutEvent.ItemWithdrawn e) {
                Set<String> items = new LinkedHashSet<>(ticked);
                items.remove(e.checklist() + "/" + e.item());
                ticked = java.util.Collections.unmodifiableSet(items);
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

    /** Items ticked by checklist, for people. */
    public boolean isTicked(String checklist, String item) {
        return ticked.contains(checklist + "/" + item);
    }

    /** The plan's own words for what each check read. */
    public Map<String, String> queries() {
        return started == null ? Map.of() : started.queries();
    }
}

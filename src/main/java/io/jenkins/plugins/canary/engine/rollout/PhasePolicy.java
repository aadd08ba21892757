package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.GateVerdict;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.RollbackIntended;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The decisions of a rollout: pure functions of plan, state, what came in, and the time. They answer with the events
 * that follow and touch nothing.
 */
final class PhasePolicy {

    private PhasePolicy() {}

    static List<RolloutEvent> onTick(CanaryPlan plan, RolloutState s, Input.Tick tick, long now) {
        if (s.isEnded()) {
            return List.of();
        }
        List<RolloutEvent> events = new ArrayList<>();
        RolloutEvent.Ticked ticked = tick.phase() == plan.afterwards()
                ? PostPromotionPolicy.ticked(plan, tick, now)
                : ticked(plan, s, tick, now);
        events.add(ticked);
        RolloutState then = s.apply(plan, ticked);
        if (then.watch() != null) {
            if (then.intent() == null && tick.phase() == plan.afterwards()) {
                events.addAll(
                        ChecklistAutomation.onTick(plan, then, plan.aftercare().asCanary(tick.readings()), now));
                events.addAll(PostPromotionPolicy.onTick(plan, then, ticked, tick, now));
            }
            return events;
        }
        RolloutEvent rollback = rollback(plan, then, ticked, tick.readings(), now);
        if (rollback != null) {
            events.add(rollback);
        } else if (TrafficSharePolicy.takesBack(then)) {
            events.addAll(TrafficSharePolicy.takenBack(then, now));
        } else if (tick.router() != null && strayed(then, tick.router())) {
            events.add(new RolloutEvent.WeightFound(
                    now, then.weight(), tick.router().weight()));
        } else {
            events.addAll(TrafficSharePolicy.reports(then, now));
            List<RolloutEvent> proofs = ChecklistAutomation.onTick(plan, then, tick.readings(), now);
            events.addAll(proofs);
            for (RolloutEvent proof : proofs) {
                then = then.apply(plan, proof);
            }
            if (then.phase() >= 0 && then.intent() == null) {
                List<RolloutEvent> verdict = verdict(plan, then, now);
                events.addAll(
                        verdict.isEmpty() ? DynamicWeightPolicy.onTick(plan, then, tick.readings(), now) : verdict);
            }
        }
        return events;
    }

    private static RolloutEvent.Ticked ticked(CanaryPlan plan, RolloutState s, Input.Tick tick, long now) {
        Phase phase = plan.phases().get(Math.max(0, tick.phase()));
        List<Measured> measured = Measured.of(tick.readings());
        EvidenceFold evidence = tick.phase() == s.phase()
                ? s.evidence()
                        .tick(
                                now,
                                Measured.values(measured),
                                tick.counted(),
                                tick.router() == null ? null : tick.router().requests())
                : s.evidence();
        List<Check> gate = phase.gate().stream()
                .map(c -> c.check(tick.readings(), evidence, tick.counted()))
                .toList();
        List<Check> abort = plan.abort().stream()
                .filter(r -> r.criterion() != null)
                .map(r -> r.criterion().check(tick.readings(), evidence, tick.counted()))
                .toList();
        Observation router = tick.router();
        return new RolloutEvent.Ticked(
                now,
                tick.phase(),
                measured,
                gate,
                abort,
                router == null ? null : router.weight(),
                router == null ? null : router.requests(),
                tick.counted() == null ? null : tick.counted().toMillis());
    }

    /** The first reason to take the rollout back; null when there is none. */
    private static RolloutEvent rollback(
            CanaryPlan plan, RolloutState s, RolloutEvent.Ticked ticked, Map<MetricQuery, Reading> readings, long now) {
        boolean rolling = s.intent() != null && s.intent().kind() == Intent.Kind.ROLL_BACK;
        if (!s.everShifted() || rolling) {
            return null;
        }
        int withCriterion = 0;
        for (AbortRule rule : plan.abort()) {
            if (rule.criterion() == null) {
                if (s.gate().failures() >= rule.consecutiveFailures()) {
                    return new RollbackIntended(now, failing(ticked) + " (" + rule.label() + ")", rule.label(), null);
                }
                continue;
            }
            int i = withCriterion++;
            boolean brokenNow =
                    s.abort().since().get(i) != 0 && s.abort().lastAt().get(i) == now;
            if (brokenNow && s.abort().brokenFor(i) >= rule.sustained().toMillis()) {
                return new RollbackIntended(
                        now,
                        ticked.abort().get(i).says()
                                + (rule.sustained().isZero() ? "" : " for " + Units.print(rule.sustained())),
                        rule.label(),
                        null);
            }
        }
        String open = DynamicWeightPolicy.breaker(plan, s, readings);
        if (open != null) {
            return new RollbackIntended(now, open, null, null);
        }
        String late = late(plan, s, now);
        return late == null ? null : new RollbackIntended(now, late, null, null);
    }

    /** What failed at a tick; where nothing was seen to, what could not be seen and counts as failed. */
    static String failing(RolloutEvent.Ticked ticked) {
        Predicate<Check> failed = c -> c.outcome() == io.jenkins.plugins.canary.engine.gate.CheckOutcome.FAIL;
        Predicate<Check> told = ticked.gate().stream().anyMatch(failed)
                ? failed
                : c -> c.outcome() != io.jenkins.plugins.canary.engine.gate.CheckOutcome.PASS;
        return ticked.gate().stream()
                .filter(told)
                .map(Check::says)
                .reduce((a, b) -> a + "; " + b)
                .orElse("the gate failed");
    }

    /** What has taken longer than the plan allows; null when nothing has. */
    private static String late(CanaryPlan plan, RolloutState s, long now) {
        Intent intent = s.intent();
        String error = s.routerError() == null ? "" : ": " + s.routerError();
        if (intent != null
                && intent.kind() == Intent.Kind.SHIFT
                && now - intent.since() > plan.timing().shiftTimeout().toMillis()) {
            return "the router did not take the weight " + intent.to() + " within "
                    + Units.print(plan.timing().shiftTimeout()) + error;
        }
        if (intent != null
                && intent.kind() == Intent.Kind.PROMOTE
                && now - intent.since() > plan.timing().progressDeadline().toMillis()) {
            return "the promotion did not finish within "
                    + Units.print(plan.timing().progressDeadline()) + error;
        }
        String unverified = TrafficSharePolicy.late(plan, s, now);
        if (unverified != null) {
            return unverified;
        }
        Phase phase = s.current(plan);
        if (s.askedAt() != 0
                && !s.approved()
                && phase.approval().timeout() != null
                && now - s.askedAt() >= phase.approval().timeout().toMillis()) {
            return "nobody approved phase " + phase.name() + " within "
                    + Units.print(phase.approval().timeout());
        }
        return null;
    }

    /** Somebody else moved the traffic: seen at rest, with nothing under way. */
    private static boolean strayed(RolloutState s, Observation router) {
        return s.phase() >= 0
                && s.intent() == null
                && router.settled()
                && !router.weight().equals(s.weight());
    }

    private static List<RolloutEvent> verdict(CanaryPlan plan, RolloutState s, long now) {
        Phase phase = s.current(plan);
        GateVerdict verdict = s.verdict(plan);
        if (verdict == GateVerdict.PASS && s.gate().passedAt() == 0) {
            return List.of(new RolloutEvent.GatePassed(now, s.phase()));
        }
        if (verdict != GateVerdict.FAIL) {
            return List.of();
        }
        // A crash between the two lines must not leave a failed gate that nobody acts on.
        List<RolloutEvent> events = new ArrayList<>();
        if (s.gateFailure() == null) {
            events.add(new RolloutEvent.GateFailed(now, s.phase(), s.gate().failure(phase.terms())));
        }
        if (s.started().drive() == AdvanceMode.AUTOMATIC) {
            events.add(new RollbackIntended(now, s.gate().failure(phase.terms()), null, null));
        }
        return events;
    }

    static List<RolloutEvent> onSeen(CanaryPlan plan, RolloutState s, Input.Seen seen, long now) {
        Intent intent = s.intent();
        Observation router = seen.router();
        if (s.isEnded() || !java.util.Objects.equals(intent, seen.intent())) {
            return List.of();
        }
        if (intent == null) {
            return s.phase() < 0 ? begin(plan, s, router, now) : List.of();
        }
        return switch (intent.kind()) {
            case SHIFT -> {
                if (!router.settled()) {
                    yield List.of();
                }
                if (router.weight().equals(intent.to())) {
                    yield List.of(new RolloutEvent.ShiftApplied(now, intent.phase(), intent.to(), router.requests()));
                }
                yield router.weight().equals(intent.from())
                        ? List.of()
                        : List.of(new RolloutEvent.WeightFound(now, intent.to(), router.weight()));
            }
            case PROMOTE ->
                router.promoted() && router.settled()
                        ? List.of(PostPromotionPolicy.promoted(plan, router, now))
                        : List.of();
            case ROLL_BACK ->
                router.successor() != null
                        ? List.of(new RolloutEvent.Ended(
                                now, Outcome.PROMOTED, PostPromotionPolicy.superseded(router), s.weight()))
                        : router.weight().isZero() && router.settled()
                                ? warnedAnd(
                                        router,
                                        new RolloutEvent.Ended(now, Outcome.ROLLED_BACK, intent.reason(), Weight.ZERO))
                                : List.of();
        };
    }

    private static List<RolloutEvent> begin(CanaryPlan plan, RolloutState s, Observation router, long now) {
        if (s.held() != null) {
            return List.of();
        }
        if (!router.weight().isZero() && !s.everShifted()) {
            return List.of(new RolloutEvent.Ended(
                    now,
                    Outcome.FAILED,
                    "the canary gets " + router.weight()
                            + " of the requests already, before the first phase: another rollout is under way, or one was left "
                            + "behind; set its weight to 0 and start again",
                    router.weight()));
        }
        Weight first = plan.phases().get(0).weight();
        return BlockingChecklist.beforeShift(plan, s, first) == null && s.staleProof(plan, false, now) == null
                ? warnedAnd(router, new RolloutEvent.ShiftIntended(now, 0, router.weight(), first))
                : List.of();
    }

    /** What the router has to tell people, before what follows from it. */
    private static List<RolloutEvent> warnedAnd(Observation router, RolloutEvent next) {
        List<RolloutEvent> events = new ArrayList<>();
        router.warnings().forEach(warning -> events.add(new RolloutEvent.Warned(next.at(), warning)));
        events.add(next);
        return events;
    }

    static List<RolloutEvent> onRefused(RolloutState s, Input.Refused refused, long now) {
        if (s.isEnded() || !java.util.Objects.equals(s.intent(), refused.intent())) {
            return List.of();
        }
        if (s.intent() == null) {
            return s.phase() < 0 && !s.everShifted()
                    ? List.of(new RolloutEvent.Ended(now, Outcome.FAILED, refused.error(), s.weight()))
                    : List.of();
        }
        List<RolloutEvent> events = new ArrayList<>();
        if (!refused.error().equals(s.routerError())) {
            events.add(new RolloutEvent.RouterFailed(now, refused.error()));
        }
        if (refused.permanent() && s.intent().kind() != Intent.Kind.ROLL_BACK) {
            events.add(new RollbackIntended(now, refused.error(), null, null));
        }
        return events;
    }

    /** What follows of itself from where the rollout stands; asked again until the answer is nothing. */
    static List<RolloutEvent> next(CanaryPlan plan, RolloutState s, long now) {
        if (s.isEnded() || s.intent() != null) {
            return List.of();
        }
        if (s.watch() != null) {
            return PostPromotionPolicy.next(plan, s, now);
        }
        if (s.held() != null || s.phase() < 0) {
            return List.of();
        }
        Phase phase = s.current(plan);
        if (s.aboveCap(plan)) {
            return List.of(new RolloutEvent.HoldSet(
                    now,
                    null,
                    "the weight " + s.weight() + " is above the cap of "
                            + plan.cap().weight() + ", and the checklist "
                            + plan.cap().until()
                            + " is no longer complete: the weight stays and does not rise; complete the list and lift the hold, or"
                            + " roll back"));
        }
        if (!s.weight().equals(s.aim())) {
            // A hold over a weight that somebody else had set was lifted: back to what the phase had, if lists and cap
            // still
            // allow that.
            return BlockingChecklist.beforeShift(plan, s, s.aim()) == null
                    ? List.of(new RolloutEvent.ShiftIntended(now, s.phase(), s.weight(), s.aim()))
                    : List.of();
        }
        boolean overridden = s.override() && s.wanted() > s.phase();
        if (s.gate().passedAt() == 0 && !overridden) {
            return List.of();
        }
        if (phase.approval() != null && !s.approved()) {
            return s.askedAt() == 0 ? List.of(new RolloutEvent.ApprovalAsked(now, s.phase())) : List.of();
        }
        int to = s.started().drive() == AdvanceMode.AUTOMATIC ? Math.max(s.phase() + 1, s.wanted()) : s.wanted();
        if (to <= s.phase()) {
            return List.of();
        }
        if (plan.isLast(s.phase())) {
            return BlockingChecklist.beforePromotion(plan, s) == null
                    ? leave(plan, s, overridden, new RolloutEvent.PromoteIntended(now))
                    : List.of();
        }
        // Whoever asks for a later phase is led through the phases on the way; whoever overrides the gate is not.
        int next = s.phase() + 1;
        int into =
                overridden ? upToApproval(plan, next, Math.min(to, plan.phases().size() - 1)) : next;
        Weight weight =
                DynamicWeightPolicy.into(plan, s, plan.phases().get(into).weight());
        return BlockingChecklist.beforeShift(plan, s, weight) == null
                ? leave(plan, s, overridden, new RolloutEvent.ShiftIntended(now, into, s.weight(), weight))
                : List.of();
    }

    /** A pass of long ago says nothing of now: only who overrides the gate leaves a phase without a green tick. */
    private static List<RolloutEvent> leave(CanaryPlan plan, RolloutState s, boolean overridden, RolloutEvent step) {
        String stale = s.staleProof(plan, step instanceof RolloutEvent.PromoteIntended, step.at());
        return overridden || stale == null && s.mayAdvance(plan, step.at())
                ? List.of(step)
                : TrafficSharePolicy.delayed(plan, s, stale, step.at());
    }

    /** Who overrides a gate still passes every phase on the way that a person has to approve. */
    private static int upToApproval(CanaryPlan plan, int first, int last) {
        for (int i = first; i < last; i++) {
            if (plan.phases().get(i).approval() != null) {
                return i;
            }
        }
        return last;
    }
}

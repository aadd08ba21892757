package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.GateVerdict;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.RollbackIntended;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The decisions of a rollout: pure functions of plan, state, what came in, and the time. They answer with the events
 * that follow and touch nothing.
 */
final class PhasePolicy {

    private PhasePolicy() {}

    /** Decides one tick: the tick itself, and what follows of it. */
    static Steps onTick(CanaryPlan plan, RolloutState s, Input.Tick read, long now) {
        Steps steps = new Steps(plan, s);
        if (s.isEnded()) {
            return steps;
        }
        Input.Tick tick = read.bounded(s.evidence().comparisons());
        EvidenceFold gathered = gathered(plan, s, tick, now);
        RolloutEvent.Ticked ticked = judged(plan, s, tick, gathered, now);
        RolloutState then = RolloutStateReducer.next(plan, s, ticked, gathered);
        steps.add(ticked, then);
        if (then.watch() != null) {
            if (then.intent() == null && tick.phase() == plan.afterwards()) {
                steps.addAll(
                        ChecklistAutomation.onTick(plan, then, plan.aftercare().asCanary(tick.readings()), now));
                steps.addAll(PostPromotionPolicy.onTick(plan, then, ticked, tick, now));
            }
            return steps;
        }
        steps.addAll(then.evidence().health().reports(s.evidence().health(), now));
        if (!then.isRollingBack()) {
            steps.addAll(DryRunPolicy.onTick(plan, then, ticked));
        }
        RolloutEvent rollback = rollback(plan, then, ticked, tick.readings(), now);
        if (rollback != null) {
            return steps.add(rollback);
        }
        if (TrafficSharePolicy.takesBack(then)) {
            return steps.addAll(TrafficSharePolicy.takenBack(then, now));
        }
        if (tick.router() != null && strayed(then, tick.router())) {
            return steps.add(RolloutEvent.WeightFound.of(
                    now, then.weight(), then.position().extra(), tick.router()));
        }
        if (tick.router() != null && isBaselineOff(plan, then, tick.router())) {
            return steps.add(new RolloutEvent.ShiftIntended(
                    now,
                    then.phase(),
                    then.weight(),
                    then.weight(),
                    tick.router().detail()));
        }
        steps.addAll(TrafficSharePolicy.reports(then, now));
        then = steps.addAll(ChecklistAutomation.onTick(plan, then, tick.readings(), now))
                .state();
        if (then.phase() >= 0 && then.intent() == null) {
            List<RolloutEvent> verdict = verdict(plan, then, now);
            steps.addAll(verdict.isEmpty() ? DynamicWeightPolicy.onTick(plan, then, tick.readings(), now) : verdict);
        }
        return steps;
    }

    /** The comparisons with a tick of the phase in force, by which its checks are judged. */
    private static EvidenceFold gathered(CanaryPlan plan, RolloutState s, Input.Tick tick, long now) {
        if (tick.phase() == plan.afterwards()) {
            return EvidenceFold.NONE;
        }
        EvidenceFold before = s.evidence().comparisons();
        return tick.phase() != s.phase()
                ? before
                : before.tick(now, Measured.values(Measured.of(tick.readings())), tick.counted(), requests(s, tick));
    }

    /** Null also where the canary gets more than its weight: such a count is no share, and copies may be missing in it. */
    private static Requests requests(RolloutState s, Input.Tick tick) {
        return tick.router() == null || !s.position().extra().isNone()
                ? null
                : tick.router().requests();
    }

    /** A tick's checks, of a phase or of the watch after the promotion. */
    private static RolloutEvent.Ticked judged(
            CanaryPlan plan, RolloutState s, Input.Tick tick, EvidenceFold gathered, long now) {
        boolean watch = tick.phase() == plan.afterwards();
        Map<MetricQuery, Reading> readings = watch ? plan.aftercare().asCanary(tick.readings()) : tick.readings();
        Observation router = tick.router();
        return new RolloutEvent.Ticked(
                now,
                tick.phase(),
                Measured.of(tick.readings()),
                checks(plan.gate(tick.phase()), readings, gathered, tick),
                checks(AbortRule.criteria(plan.abort(tick.phase())), readings, gathered, tick),
                router == null ? null : router.weight(),
                requests(s, tick),
                tick.counted() == null ? null : tick.counted().toMillis(),
                tick.health());
    }

    private static List<Check> checks(
            List<Criterion> criteria, Map<MetricQuery, Reading> readings, EvidenceFold gathered, Input.Tick tick) {
        return criteria.stream()
                .map(c -> c.check(readings, gathered, tick.counted()))
                .toList();
    }

    /**
     * Whether a tick of which some readings are still missing may be decided already: when what was read breaks an abort rule
     * or opens the breaker. What counts missing data, the gate and the rules over failed ticks, waits for the readings.
     *
     * @param events what would follow of the tick as it is
     */
    static boolean mayStopEarly(CanaryPlan plan, List<RolloutEvent> events) {
        return events.stream().noneMatch(e -> e instanceof RolloutEvent.GateFailed)
                && events.stream().findFirst().orElse(null) instanceof RolloutEvent.Ticked ticked
                && events.stream()
                        .anyMatch(e -> e instanceof RollbackIntended r && isByReadings(plan, r.rule(), ticked)
                                || e instanceof RolloutEvent.WatchBreached b && isByReadings(plan, b.rule(), ticked));
    }

    private static boolean isByReadings(CanaryPlan plan, String rule, RolloutEvent.Ticked ticked) {
        return FiredRule.isByReadings(plan.abort(ticked.phase()), rule, ticked);
    }

    /** The first reason to take the rollout back; null when there is none. */
    private static RolloutEvent rollback(
            CanaryPlan plan, RolloutState s, RolloutEvent.Ticked ticked, Map<MetricQuery, Reading> readings, long now) {
        if (!s.position().everShifted() || s.isRollingBack()) {
            return null;
        }
        String down = s.evidence().health().breach(plan);
        if (down != null) {
            return new RollbackIntended(now, down, null, null);
        }
        FiredRule fired = FiredRule.first(
                plan.abort(), s.evidence().abort(), s.evidence().gate().failures(), ticked);
        if (fired != null) {
            return new RollbackIntended(now, fired.reason(), fired.rule(), null);
        }
        String open = DynamicWeightPolicy.breaker(plan, s, readings);
        String reason = open != null ? open : late(plan, s, now);
        return reason == null ? null : new RollbackIntended(now, reason, null, null);
    }

    /** What has taken longer than the plan allows; null when nothing has. */
    private static String late(CanaryPlan plan, RolloutState s, long now) {
        Intent intent = s.intent();
        String error =
                s.position().routerError() == null ? "" : ": " + s.position().routerError();
        Duration shift = plan.timing().shiftTimeout();
        if (isLate(intent, Intent.Kind.SHIFT, shift, now)) {
            return "the router did not take the weight " + intent.to() + " within " + Units.print(shift) + error;
        }
        Duration promotion = plan.promotion();
        if (isLate(intent, Intent.Kind.PROMOTE, promotion, now)) {
            return "the promotion did not finish within " + Units.print(promotion) + error;
        }
        String unverified = TrafficSharePolicy.late(plan, s, now);
        if (unverified != null) {
            return unverified;
        }
        long asked = s.people().askedAt();
        Phase phase = s.current(plan);
        Duration patience =
                asked == 0 || s.people().approved() ? null : phase.approval().timeout();
        return patience == null || now - asked < patience.toMillis()
                ? null
                : unapproved(s, phase) + " within " + Units.print(patience);
    }

    private static String unapproved(RolloutState s, Phase phase) {
        int agreed = s.people().agreements().size();
        return agreed == 0
                ? "nobody approved phase " + phase.name()
                : agreed + " of " + phase.approval().min() + " people approved phase " + phase.name();
    }

    /** A rise that is late, as after a time without a process, and would now be one outside of the windows. */
    static boolean isLateRise(CanaryPlan plan, RolloutState s, long now) {
        Intent intent = s.intent();
        return s.window() != null
                && (isLate(intent, Intent.Kind.SHIFT, plan.timing().shiftTimeout(), now)
                                && s.rises(intent.to(), intent.extra())
                        || isLate(intent, Intent.Kind.PROMOTE, plan.promotion(), now));
    }

    private static boolean isLate(Intent intent, Intent.Kind kind, Duration patience, long now) {
        return intent != null && intent.kind() == kind && now - intent.since() > patience.toMillis();
    }

    /** Somebody else moved the traffic: seen at rest, with nothing under way. */
    private static boolean strayed(RolloutState s, Observation router) {
        return s.phase() >= 0
                && s.intent() == null
                && router.settled()
                && s.position().differs(router);
    }

    /** The baseline gets another share than it should: it can no longer serve, or can again. */
    private static boolean isBaselineOff(CanaryPlan plan, RolloutState s, Observation router) {
        return s.phase() >= 0
                && s.intent() == null
                && router.baseline() != null
                && !router.baseline().isFair()
                && !s.position().differs(router)
                && !s.isAstray(plan);
    }

    private static List<RolloutEvent> verdict(CanaryPlan plan, RolloutState s, long now) {
        Phase phase = s.current(plan);
        GateVerdict verdict = s.verdict(plan);
        if (verdict == GateVerdict.PASS && s.evidence().gate().passedAt() == 0) {
            return List.of(new RolloutEvent.GatePassed(now, s.phase()));
        }
        if (verdict != GateVerdict.FAIL) {
            return List.of();
        }
        // A crash between the two lines must not leave a failed gate that nobody acts on.
        List<RolloutEvent> events = new ArrayList<>();
        String failure = s.evidence().gate().failure(phase.terms());
        if (s.evidence().gateFailure() == null) {
            events.add(new RolloutEvent.GateFailed(now, s.phase(), failure));
        }
        if (s.started().mode() == AdvanceMode.AUTOMATIC) {
            events.add(new RollbackIntended(now, failure, null, null));
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
        if (s.people().held() != null || s.phase() < 0) {
            return List.of();
        }
        Phase phase = s.current(plan);
        if (s.aboveCap(plan)) {
            String why = "the weight " + s.weight() + " is above the cap of "
                    + plan.cap().weight()
                    + ", and the checklist " + plan.cap().until()
                    + " is no longer complete: the weight stays and does not rise;"
                    + " complete the list and lift the hold, or roll back";
            return List.of(new RolloutEvent.HoldSet(now, null, why));
        }
        Weight target = s.position().target();
        if (s.isAstray(plan)) {
            // A hold over a weight that somebody else had set was lifted: back to what the phase had, if lists and cap
            // still allow that.
            boolean rises = target.compareTo(s.weight()) > 0;
            return s.mayShift(plan, target, phase.extra())
                            && !(rises && s.evidence().health().isDown())
                    ? List.of(new RolloutEvent.ShiftIntended(now, s.phase(), s.weight(), target))
                    : List.of();
        }
        boolean overridden = s.people().override() && s.people().wanted() > s.phase();
        if (s.evidence().gate().passedAt() == 0 && !overridden) {
            return List.of();
        }
        if (phase.approval() != null && !s.people().approved()) {
            boolean asks = s.people().askedAt() == 0 && phase.approval().asksAt(now);
            return asks ? List.of(new RolloutEvent.ApprovalAsked(now, s.phase())) : List.of();
        }
        int to = s.started().mode() == AdvanceMode.AUTOMATIC
                ? Math.max(s.phase() + 1, s.people().wanted())
                : s.people().wanted();
        if (to <= s.phase()) {
            return List.of();
        }
        if (plan.isLast(s.phase())) {
            return s.mayPromote(plan) ? leave(plan, s, overridden, new RolloutEvent.PromoteIntended(now)) : List.of();
        }
        // Whoever asks for a later phase is led through the phases on the way; whoever overrides the gate is not.
        int next = s.phase() + 1;
        int last = Math.min(to, plan.phases().size() - 1);
        int into = overridden ? upToApproval(plan, next, last) : next;
        Weight weight =
                DynamicWeightPolicy.into(plan, s, plan.phases().get(into).weight());
        return s.mayShift(plan, weight, plan.phases().get(into).extra())
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

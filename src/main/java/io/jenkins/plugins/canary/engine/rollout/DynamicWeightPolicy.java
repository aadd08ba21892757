package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The weight within a phase, where the plan lets it follow the canary's health: never above the phase or the cap. */
final class DynamicWeightPolicy {

    private DynamicWeightPolicy() {}

    /** Why the canary has to go back at once; null when the breaker is closed, or nothing is known. */
    static String breaker(CanaryPlan plan, RolloutState s, Map<MetricQuery, Reading> readings) {
        if (plan.weights() == null || s.phase() < 0) {
            return null;
        }
        return plan.weights()
                .advise(readings)
                .map(DynamicWeight.Advice::violated)
                .map(violated -> "the breaker of the dynamic weight opened: " + violated)
                .orElse(null);
    }

    /** A shift within the phase, once its clocks run. */
    static List<RolloutEvent> onTick(CanaryPlan plan, RolloutState s, Map<MetricQuery, Reading> readings, long now) {
        if (plan.weights() == null
                || s.people().held() != null
                || !s.evidence().gate().isOpen()
                || s.isAstray(plan)) {
            return List.of();
        }
        Optional<DynamicWeight.Advice> advice = plan.weights().advise(readings);
        if (advice.isEmpty()) {
            return List.of();
        }
        Weight ofPhase = s.current(plan).weight();
        boolean mayRise = s.window() == null
                && BlockingChecklist.first(plan, s, Checklist.When.BEFORE) == null
                && !s.evidence().share().contradicts()
                && !s.evidence().health().isDown();
        Weight most = s.capped(plan, ofPhase);
        Weight deserved = advice.get().weight();
        long since = now - s.position().changedAt();
        Weight next = next(plan, s.weight(), mayRise ? most : most.min(s.weight()), deserved, since);
        String why = "dynamic weight " + deserved + " (canary against stable)";
        return next.equals(s.weight())
                ? List.of()
                : List.of(new RolloutEvent.ShiftIntended(now, s.phase(), s.weight(), next, why));
    }

    /** The weight that a phase begins with: one rise above the one before it, where the weight is dynamic. */
    static Weight into(CanaryPlan plan, RolloutState s, Weight ofPhase) {
        return plan.weights() == null
                ? ofPhase
                : next(plan, s.weight(), ofPhase, plan.weights().risen(s.weight()), Long.MAX_VALUE);
    }

    private static Weight next(CanaryPlan plan, Weight current, Weight limit, Weight deserved, long sinceMillis) {
        Predicate<Weight> possible =
                w -> plan.traffic() == null || plan.traffic().refusal(w) == null;
        return plan.weights().next(current, limit, deserved, sinceMillis, possible);
    }
}

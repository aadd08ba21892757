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
                || !s.weight().equals(s.position().target())) {
            return List.of();
        }
        Optional<DynamicWeight.Advice> advice = plan.weights().advise(readings);
        if (advice.isEmpty()) {
            return List.of();
        }
        Weight ofPhase = s.current(plan).weight();
        boolean mayRise = BlockingChecklist.first(plan, s, Checklist.When.BEFORE) == null
                && !s.evidence().share().contradicts();
        Weight limit =
                mayRise ? s.capped(plan, ofPhase) : s.capped(plan, ofPhase).min(s.weight());
        Weight deserved = advice.get().weight();
        Weight next = plan.weights()
                .next(
                        s.weight(),
                        limit,
                        deserved,
                        now - s.position().changedAt(),
                        w -> plan.traffic() == null || plan.traffic().refusal(w) == null);
        return next.equals(s.weight())
                ? List.of()
                : List.of(new RolloutEvent.ShiftIntended(
                        now, s.phase(), s.weight(), next, "dynamic weight " + deserved + " (canary against stable)"));
    }

    /** The weight that a phase begins with: one rise above the one before it, where the weight is dynamic. */
    static Weight into(CanaryPlan plan, RolloutState s, Weight ofPhase) {
        return plan.weights() == null
                ? ofPhase
                : plan.weights()
                        .next(
                                s.weight(),
                                ofPhase,
                                plan.weights().risen(s.weight()),
                                Long.MAX_VALUE,
                                w -> plan.traffic() == null || plan.traffic().refusal(w) == null);
    }
}

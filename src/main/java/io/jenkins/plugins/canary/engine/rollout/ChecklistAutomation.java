package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checklist items that a criterion proves: ticked while it passes, withdrawn when it fails. Without data nothing
 * changes: what nobody saw proves nothing, in either direction. But a step waits until its proofs were seen lately.
 */
final class ChecklistAutomation {

    private ChecklistAutomation() {}

    static List<RolloutEvent> onTick(CanaryPlan plan, RolloutState s, Map<MetricQuery, Reading> readings, long now) {
        List<RolloutEvent> events = new ArrayList<>();
        prove(plan, readings, (list, item, check) -> {
            boolean ticked = s.isTicked(list, item);
            if (check.outcome() == CheckOutcome.PASS && !ticked) {
                events.add(new RolloutEvent.ItemTicked(now, list, item, null, check.says()));
            } else if (check.outcome() == CheckOutcome.FAIL && ticked) {
                events.add(new RolloutEvent.ItemWithdrawn(now, list, item, null, check.says()));
            }
        });
        return events;
    }

    /** When the criterion of each item last passed, this tick included. */
    static Map<String, Long> proven(CanaryPlan plan, Map<String, Long> before, RolloutEvent.Ticked tick) {
        if (plan.proven().isEmpty()) {
            return before;
        }
        Map<String, Long> next = new LinkedHashMap<>(before);
        prove(plan, Measured.readings(tick.readings()), (list, item, check) -> {
            if (check.outcome() == CheckOutcome.PASS) {
                next.put(list + "/" + item, tick.at());
            }
        });
        return Map.copyOf(next);
    }

    private interface Proof {
        void is(String list, String item, Check check);
    }

    private static void prove(CanaryPlan plan, Map<MetricQuery, Reading> readings, Proof proof) {
        plan.checklists().forEach((name, list) -> {
            for (Checklist.Item item : list.items()) {
                if (item.proof() != null) {
                    proof.is(name, item.text(), item.proof().check(readings));
                }
            }
        });
    }
}

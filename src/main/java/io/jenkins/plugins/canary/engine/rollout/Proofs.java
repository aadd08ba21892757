package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checklist items that a criterion proves: ticked while it passes, withdrawn when it fails. Without data nothing
 * changes: what nobody saw proves nothing, in either direction.
 */
final class Proofs {

    private Proofs() {}

    static List<RolloutEvent> onTick(CanaryPlan plan, RolloutState s, Map<MetricQuery, Reading> readings, long now) {
        List<RolloutEvent> events = new ArrayList<>();
        plan.checklists().forEach((name, list) -> {
            for (Checklist.Item item : list.items()) {
                if (item.proof() != null) {
                    prove(name, item, s.isTicked(name, item.text()), readings, now, events);
                }
            }
        });
        return events;
    }

    private static void prove(String list, Checklist.Item item, boolean ticked, Map<MetricQuery, Reading> readings,
            long now, List<RolloutEvent> events) {
        Check check = item.proof().check(readings);
        boolean passes = check.outcome() == io.jenkins.plugins.canary.engine.gate.Outcome.PASS;
        boolean fails = check.outcome() == io.jenkins.plugins.canary.engine.gate.Outcome.FAIL;
        if (passes && !ticked) {
            events.add(new RolloutEvent.ItemTicked(now, list, item.text(), null, check.says()));
        } else if (fails && ticked) {
            events.add(new RolloutEvent.ItemWithdrawn(now, list, item.text(), null, check.says()));
        }
    }
}

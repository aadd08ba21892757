package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
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
        plan.checklists().forEach((name, list) -> {
            for (Checklist.Item item : list.items()) {
                if (item.proof() != null) {
                    prove(name, item, s.isTicked(name, item.text()), readings, now, events);
                }
            }
        });
        return events;
    }

    /**
     * When the criterion of each item last passed, this tick included.
     *
     * @param before as of the tick before
     */
    static Map<String, Long> proven(CanaryPlan plan, Map<String, Long> before, RolloutEvent.Ticked tick) {
        Map<String, Long> next = new LinkedHashMap<>(before);
        Map<MetricQuery, Reading> readings = null;
        for (Map.Entry<String, Checklist> list : plan.checklists().entrySet()) {
            for (Checklist.Item item : list.getValue().items()) {
                if (item.proof() == null) {
                    continue;
                }
                readings = readings == null ? read(tick) : readings;
                if (item.proof().check(readings).outcome() == io.jenkins.plugins.canary.engine.gate.CheckOutcome.PASS) {
                    next.put(list.getKey() + "/" + item.text(), tick.at());
                }
            }
        }
        return Map.copyOf(next);
    }

    private static Map<MetricQuery, Reading> read(RolloutEvent.Ticked tick) {
        Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
        Measured.values(tick.readings()).forEach((query, value) -> readings.put(query, Reading.of(value)));
        return readings;
    }

    private static void prove(
            String list,
            Checklist.Item item,
            boolean ticked,
            Map<MetricQuery, Reading> readings,
            long now,
            List<RolloutEvent> events) {
        Check check = item.proof().check(readings);
        boolean passes = check.outcome() == io.jenkins.plugins.canary.engine.gate.CheckOutcome.PASS;
        boolean fails = check.outcome() == io.jenkins.plugins.canary.engine.gate.CheckOutcome.FAIL;
        if (passes && !ticked) {
            events.add(new RolloutEvent.ItemTicked(now, list, item.text(), null, check.says()));
        } else if (fails && ticked) {
            events.add(new RolloutEvent.ItemWithdrawn(now, list, item.text(), null, check.says()));
        }
    }
}

package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who ticked which item of which checklist, and when. */
final class ChecklistTicks {

    record Tick(String by, long at) {}

    private final Map<String, Tick> ticks = new LinkedHashMap<>();

    void follow(RolloutEvent event) {
        if (event instanceof RolloutEvent.ItemTicked e) {
            ticks.put(e.checklist() + "/" + e.item(), new Tick(e.by(), e.at()));
        } else if (event instanceof RolloutEvent.ItemWithdrawn e) {
            ticks.remove(e.checklist() + "/" + e.item());
        }
    }

    List<Answer.ChecklistRow> rows(CanaryPlan plan, RolloutState s) {
        List<Answer.ChecklistRow> rows = new ArrayList<>();
        plan.checklists().forEach((name, items) -> rows.add(new Answer.ChecklistRow(name, s.complete(plan, name),
                items.stream().map(item -> row(name, item)).toList())));
        return rows;
    }

    private Answer.ItemRow row(String checklist, String item) {
        Tick tick = ticks.get(checklist + "/" + item);
        return new Answer.ItemRow(item, tick != null, tick == null ? null : tick.by(), tick == null ? null : tick.at());
    }
}

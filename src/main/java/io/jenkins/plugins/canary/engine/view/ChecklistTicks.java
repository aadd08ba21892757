package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.rollout.BlockingChecklist;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who ticked which item of which checklist, and when. */
final class ChecklistTicks {

    record Tick(String by, long at, String proof) {}

    private final Map<String, Tick> ticks = new LinkedHashMap<>();

    void follow(RolloutEvent event) {
        if (event instanceof RolloutEvent.ItemTicked e) {
            ticks.put(e.checklist() + "/" + e.item(), new Tick(e.by(), e.at(), e.proof()));
        } else if (event instanceof RolloutEvent.ItemWithdrawn e) {
            ticks.remove(e.checklist() + "/" + e.item());
        }
    }

    List<RolloutStatusResponse.ChecklistRow> rows(CanaryPlan plan, RolloutState s) {
        BlockingChecklist waited = s.waitsFor(plan);
        List<RolloutStatusResponse.ChecklistRow> rows = new ArrayList<>();
        plan.checklists()
                .forEach((name, list) -> rows.add(new RolloutStatusResponse.ChecklistRow(
                        name,
                        word(list.when()),
                        s.complete(plan, name),
                        waited != null && name.equals(waited.checklist()),
                        list.items().stream().map(item -> row(name, item)).toList())));
        return rows;
    }

    private static String word(Checklist.When when) {
        return when == Checklist.When.NAMED ? null : when.name().toLowerCase(Locale.ROOT);
    }

    private RolloutStatusResponse.ItemRow row(String checklist, Checklist.Item item) {
        Tick tick = ticks.get(checklist + "/" + item.text());
        String proven = item.proof() == null ? null : item.proof().label();
        return new RolloutStatusResponse.ItemRow(
                item.text(),
                tick != null,
                tick == null ? null : tick.by(),
                tick == null ? null : tick.at(),
                proven,
                tick == null ? null : Sentences.bounded(tick.proof()));
    }
}

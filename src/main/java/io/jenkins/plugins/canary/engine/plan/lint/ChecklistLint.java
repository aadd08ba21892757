package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;

/** Checklists that hold nothing back: their items look like conditions, and the rollout never asks for them. */
final class ChecklistLint {

    private ChecklistLint() {}

    static void lint(CanaryPlan plan, YamlPlaces places) {
        String capped = plan.cap() == null ? null : plan.cap().until();
        plan.checklists().forEach((name, list) -> {
            if (list.when() == Checklist.When.NAMED && !name.equals(capped)) {
                places.at("checklists", name)
                        .warning(
                                "nothing waits for this checklist: it has no when, and no cap names it",
                                "write when: before, during or post beside its items, or name it in cap.until");
            }
        });
    }
}

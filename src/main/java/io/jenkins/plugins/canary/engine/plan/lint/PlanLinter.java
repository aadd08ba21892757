package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.util.List;

/**
 * Warns of plans that can be run and will likely not do what their author wants. Every warning is about something that
 * is known to be so, not about taste; docs/plan-reference.md gives the reasons at length.
 */
public final class PlanLinter {

    private PlanLinter() {}

    /** Reports to the problems that the places were read with. */
    public static void lint(CanaryPlan plan, YamlPlaces places) {
        List<PlacedCriterion> judged = PlacedCriterion.all(plan, places);
        GateLint.lint(plan, judged, places);
        AbortLint.lint(plan, judged, places);
        TimingLint.lint(plan, judged, places);
        HoldLint.lint(plan, places);
        WeightLint.lint(plan, places);
        ChecklistLint.lint(plan, places);
        ProbeLint.lint(plan, places);
        QueryLint.lint(plan, judged, places);
    }
}

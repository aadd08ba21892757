package io.jenkins.plugins.canary.engine.plan;

import java.util.List;

/**
 * Warns of plans that can be run and will likely not do what their author wants. Every warning is about something that
 * is known to be so, not about taste; docs/plan-reference.md gives the reasons at length.
 */
final class PlanLinter {

    private PlanLinter() {}

    /** Reports to the problems that the places were read with. */
    static void lint(CanaryPlan plan, Places places) {
        List<Judged> judged = Judged.all(plan, places);
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

package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What of a plan can be judged by recorded metrics. */
public final class BacktestPlan {

    private BacktestPlan() {}

    /**
     * Leaves out what is broken down by a label, of which no series are recorded; and what compares with stable where that is
     * judged as if it were the canary: a version compared with itself never differs, which shows nothing.
     *
     * @param says takes a line for each criterion that is left out
     */
    public static CanaryPlan of(CanaryPlan p, boolean stable, Consumer<String> says) {
        Set<String> left = new LinkedHashSet<>();
        Predicate<Criterion> kept = c -> {
            String why = c.by() != null
                    ? "a backtest reads no metrics by label"
                    : stable && c.compares() ? "for want of a canary to compare" : null;
            if (why != null) {
                left.add("left out, " + why + ": " + c.label());
            }
            return why == null;
        };
        List<Phase> phases = p.phases().stream()
                .map(phase -> phase.with(phase.gate().stream().filter(kept).toList(), null))
                .toList();
        List<AbortRule> abort = p.abort().stream()
                .filter(r -> r.criterion() == null || kept.test(r.criterion()))
                .toList();
        left.forEach(says);
        return left.isEmpty()
                ? p
                : p.with(
                        new CanaryPlan.Analysis(p.metrics(), null, abort),
                        new CanaryPlan.Stages(phases, null, p.cap(), p.checklists()),
                        p.watch());
    }
}

package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A plan for judging the stable version by itself: a version compared with itself never differs, which shows nothing. */
public final class StableAsCanary {

    private StableAsCanary() {}

    /** @param says takes a line for each criterion that is left out, as it compares the two */
    public static CanaryPlan plan(CanaryPlan p, Consumer<String> says) {
        Set<String> left = new LinkedHashSet<>();
        List<Phase> phases = p.phases().stream()
                .map(phase -> phase.with(
                        phase.gate().stream().filter(c -> kept(c, left)).toList(), null))
                .toList();
        List<AbortRule> abort = p.abort().stream()
                .filter(r -> r.criterion() == null || kept(r.criterion(), left))
                .toList();
        left.forEach(label -> says.accept("left out, for want of a canary to compare: " + label));
        return p.with(
                new CanaryPlan.Analysis(p.metrics(), null, abort),
                new CanaryPlan.Stages(phases, null, p.cap(), p.checklists()),
                p.watch());
    }

    private static boolean kept(Criterion c, Set<String> left) {
        if (c.compares()) {
            left.add(c.label());
        }
        return !c.compares();
    }
}

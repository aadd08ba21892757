package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.preflight.PreflightPlan;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.weight.WeightPolicy;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A release plan as read from YAML or JSON, complete with defaults.
 *
 * @param weights how the weight moves within the phases; null when it is the phase's
 * @param cap null when nothing caps the weight
 * @param checklists items by checklist name, in the order of the plan
 * @param shiftTimeout how long a shift may take to be verified before the rollout is taken back
 * @param progressDeadline how long a promotion may take
 * @param preflight what is looked at before the first shift
 * @param text the plan as written: what the journal keeps
 */
public record CanaryPlan(
        String name,
        Target target,
        RouterSettings traffic,
        Metrics metrics,
        List<Phase> phases,
        List<AbortRule> abort,
        WeightPolicy weights,
        Cap cap,
        Map<String, List<String>> checklists,
        OnBuildEnd onBuildEnd,
        Duration shiftTimeout,
        Duration progressDeadline,
        PreflightPlan preflight,
        String text) {

    /** What is released. Both may be empty for routers that need no cluster. */
    public record Target(String namespace, String deployment) {}

    /**
     * @param weight the most the canary may get
     * @param until the checklist that lifts the cap once complete; null for never
     */
    public record Cap(Weight weight, String until) {}

    /** A plan that leaves the preflight to its defaults. */
    public CanaryPlan(String name, Target target, RouterSettings traffic, Metrics metrics, List<Phase> phases,
            List<AbortRule> abort, WeightPolicy weights, Cap cap, Map<String, List<String>> checklists,
            OnBuildEnd onBuildEnd, Duration shiftTimeout, Duration progressDeadline, String text) {
        this(name, target, traffic, metrics, phases, abort, weights, cap, checklists, onBuildEnd, shiftTimeout,
                progressDeadline, PreflightPlan.DEFAULT, text);
    }

    /** A plan whose weights are those of its phases. */
    public CanaryPlan(String name, Target target, RouterSettings traffic, Metrics metrics, List<Phase> phases,
            List<AbortRule> abort, Cap cap, Map<String, List<String>> checklists, OnBuildEnd onBuildEnd,
            Duration shiftTimeout, Duration progressDeadline, String text) {
        this(name, target, traffic, metrics, phases, abort, null, cap, checklists, onBuildEnd, shiftTimeout,
                progressDeadline, text);
    }

    public CanaryPlan {
        phases = List.copyOf(phases);
        abort = List.copyOf(abort);
        checklists = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(checklists));
    }

    /** Everything that a tick reads while in a phase: each metric once, however many criteria look at it. */
    public Set<MetricQuery> queries(int phase) {
        Set<MetricQuery> all = new LinkedHashSet<>();
        for (Criterion c : phases.get(Math.max(0, phase)).gate()) {
            all.addAll(c.queries());
        }
        for (AbortRule rule : abort) {
            if (rule.criterion() != null) {
                all.addAll(rule.criterion().queries());
            }
        }
        if (weights != null) {
            all.addAll(weights.queries());
        }
        return all;
    }

    public boolean isLast(int phase) {
        return phase == phases.size() - 1;
    }
}

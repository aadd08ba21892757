package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.RolloutSchedule;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A release plan as read from YAML or JSON, complete with defaults.
 *
 * @param watch what is watched after the promotion; null when nothing is
 * @param text the plan as written, or as it was resolved: what the journal keeps
 * @param info what the plan says about itself, for people
 * @param policies what policies added to the plan as written; empty for a plan that is read from a journal
 */
public record CanaryPlan(
        String name,
        Environment environment,
        Analysis analysis,
        Stages stages,
        Timing timing,
        Watch watch,
        String text,
        PlanInfo info,
        List<PolicyAddition> policies) {

    private static final int MOST_WITH_DRAWN = 200;

    public CanaryPlan {
        policies = List.copyOf(policies);
    }

    /** A plan that says nothing about itself, and to which no policy added anything. */
    public CanaryPlan(
            String name,
            Environment environment,
            Analysis analysis,
            Stages stages,
            Timing timing,
            Watch watch,
            String text) {
        this(name, environment, analysis, stages, timing, watch, text, PlanInfo.NONE, List.of());
    }

    /**
     * What the rollout works on, and whom it notifies.
     *
     * @param receivers who is told of the rollout's events, beside those that the place where it runs tells anyhow
     */
    public record Environment(
            Target target, RouterSettings traffic, PreflightSettings preflight, List<Receiver> receivers) {
        public Environment {
            receivers = List.copyOf(receivers);
        }
    }

    /**
     * What is measured, and what ends the rollout at once.
     *
     * @param probes null when the plan has none
     */
    public record Analysis(Metrics metrics, ProbeSettings probes, List<AbortRule> abort) {
        public Analysis {
            abort = List.copyOf(abort);
        }
    }

    /**
     * How the weight rises.
     *
     * @param weights how the weight moves within the phases; null when it is the phase's
     * @param cap null when nothing caps the weight
     * @param checklists by name, in the order of the plan
     */
    public record Stages(List<Phase> phases, WeightPolicy weights, Cap cap, Map<String, Checklist> checklists) {
        public Stages {
            phases = List.copyOf(phases);
            checklists = Collections.unmodifiableMap(new LinkedHashMap<>(checklists));
        }
    }

    /** @param until the checklist that lifts the cap once complete; null for never */
    public record Cap(Weight weight, String until) {}

    /**
     * @param shiftTimeout how long a shift may take to be verified before the rollout is rolled back
     * @param unavailableTicks ticks in a row without a ready pod of the canary after which it is rolled back; 0 for never
     * @param windows when the weight may rise
     */
    public record Timing(
            Duration shiftTimeout,
            Duration progressDeadline,
            int unavailableTicks,
            OnBuildEnd onBuildEnd,
            Windows windows) {

        /** The same, with other windows. */
        public Timing with(Windows other) {
            return new Timing(shiftTimeout, progressDeadline, unavailableTicks, onBuildEnd, other);
        }
    }

    public Target target() {
        return environment.target();
    }

    public RouterSettings traffic() {
        return environment.traffic();
    }

    public Metrics metrics() {
        return analysis.metrics();
    }

    /** Null when the plan has none. */
    public ProbeSettings probes() {
        return analysis.probes();
    }

    public List<AbortRule> abort() {
        return analysis.abort();
    }

    public List<Phase> phases() {
        return stages.phases();
    }

    /** Null when the weight is the phase's. */
    public WeightPolicy weights() {
        return stages.weights();
    }

    /** Null when nothing caps the weight. */
    public Cap cap() {
        return stages.cap();
    }

    public Map<String, Checklist> checklists() {
        return stages.checklists();
    }

    /** When the weight may rise. */
    public Windows windows() {
        return timing.windows();
    }

    /**
     * The plan without its probes, its load, the criteria that need them, and those that look for alerts, and with those that hold for each value of a
     * label for all together: what recorded metrics alone can decide, one series each.
     */
    public CanaryPlan unprobed() {
        List<Phase> quiet = phases().stream()
                .map(p -> p.with(
                        p.gate().stream()
                                .filter(c -> c.metric().isRecorded())
                                .map(Criterion::together)
                                .distinct()
                                .toList(),
                        null))
                .toList();
        List<AbortRule> rules = abort().stream()
                .filter(r -> r.criterion() == null || r.criterion().metric().isRecorded())
                .map(r ->
                        r.criterion() == null ? r : AbortRule.when(r.criterion().together(), r.sustained()))
                .distinct()
                .toList();
        return with(metrics(), quiet, rules);
    }

    /** The plan with other metrics, phases and abort rules, and without probes. */
    public CanaryPlan with(Metrics other, List<Phase> otherPhases, List<AbortRule> otherRules) {
        return with(
                new Analysis(other, null, otherRules), new Stages(otherPhases, weights(), cap(), checklists()), watch);
    }

    public CanaryPlan with(Analysis other, Stages otherStages, Watch otherWatch) {
        return new CanaryPlan(name, environment, other, otherStages, timing, otherWatch, text, info, policies);
    }

    /** The plan without what waits for people or windows and without what follows the promotion: all that recorded metrics decide. */
    public CanaryPlan alone() {
        return new CanaryPlan(
                name,
                new Environment(target(), traffic(), environment.preflight(), List.of()),
                analysis,
                new Stages(phases().stream().map(Phase::withoutApproval).toList(), weights(), null, Map.of()),
                timing.with(Windows.ALWAYS),
                null,
                text,
                info,
                policies);
    }

    /** The plan with what policies added to it. */
    public CanaryPlan with(List<PolicyAddition> added) {
        return new CanaryPlan(name, environment, analysis, stages, timing, watch, text, info, added);
    }

    /** Index of the time after the last phase, in which the promoted version is watched. */
    public int afterwards() {
        return phases().size();
    }

    /** What there is to do after the promotion; null when the rollout is over with it. */
    public Watch aftercare() {
        boolean lists = checklists().values().stream().anyMatch(l -> l.when() == Checklist.When.POST);
        return watch != null || !lists ? watch : Watch.NOTHING;
    }

    /** The criteria of a phase, or of the watch {@link #afterwards}. */
    public List<Criterion> gate(int phase) {
        return phase < phases().size()
                ? phases().get(Math.max(0, phase)).gate()
                : aftercare().criteria();
    }

    /** The rules in force in a phase, or in the watch {@link #afterwards}. */
    public List<AbortRule> abort(int phase) {
        return phase < phases().size() ? abort() : aftercare().abort();
    }

    /** In how many phases a criterion may compare with stable: it needs to get traffic. At least one. */
    public int phasesComparing(Criterion criterion) {
        boolean always = AbortRule.criteria(abort()).contains(criterion);
        long phases = phases().stream()
                .filter(p -> !p.weight().equals(Weight.FULL))
                .filter(p -> always || p.gate().contains(criterion))
                .count();
        return (int) Math.max(1, phases);
    }

    /** Whose readings the criteria of a phase look at. */
    public Track track(int phase) {
        return phase < phases().size() ? Track.CANARY : aftercare().track();
    }

    /** Whether the baseline's pods stand for the stable version in a phase: while both versions get requests. */
    public boolean comparesWithBaseline(int phase) {
        if (traffic() == null || !traffic().comparesWithBaseline() || phase >= phases().size()) {
            return false;
        }
        Weight weight = phases().get(Math.max(0, phase)).weight();
        return !weight.isZero() && !weight.equals(Weight.FULL);
    }

    /** The labels of the criteria that decide nothing, by the phase that they are in, and of such abort rules. */
    public List<String> dryRuns() {
        Stream<String> gates = phases().stream()
                .flatMap(p ->
                        p.gate().stream().filter(Criterion::dryRun).map(c -> c.label() + " (phase " + p.name() + ")"));
        Stream<String> rules = abort().stream().filter(AbortRule::isDryRun).map(r -> "abort: " + r.label());
        return Stream.concat(gates, rules).toList();
    }

    /** Every item that a criterion proves. */
    public List<Checklist.Item> proven() {
        return checklists().values().stream()
                .flatMap(l -> l.items().stream())
                .filter(i -> i.proof() != null)
                .toList();
    }

    /**
     * Everything that a tick reads while in a phase, or {@link #afterwards}: each metric once, however many criteria look
     * at it.
     */
    public Set<MetricQuery> queries(int phase) {
        Set<MetricQuery> all = new LinkedHashSet<>();
        proven().forEach(item -> all.addAll(item.proof().queries()));
        if (phase >= phases().size()) {
            Set<MetricQuery> promoted = new LinkedHashSet<>(aftercare().queries());
            all.forEach(q -> promoted.add(aftercare().ofPromoted(q)));
            return promoted;
        }
        for (Criterion c : phases().get(Math.max(0, phase)).gate()) {
            all.addAll(c.queries());
        }
        for (AbortRule rule : abort()) {
            if (rule.criterion() != null) {
                all.addAll(rule.criterion().queries());
            }
        }
        if (weights() != null) {
            all.addAll(weights().queries());
        }
        return all;
    }

    /**
     * What is read beside that to be drawn, and decides nothing: stable's line, where a criterion looks at the canary alone and
     * stable's value comes along with the canary's. Nothing where there is that much to read that it would be a burden.
     */
    public Set<MetricQuery> drawnQueries(int phase) {
        if (phase >= phases().size()) {
            return Set.of();
        }
        Set<MetricQuery> decides = queries(phase);
        Set<MetricQuery> drawn = Stream.concat(gate(phase).stream(), AbortRule.criteria(abort()).stream())
                .filter(c -> c.metric().probe() == null && metrics().readsStable(c.metric()))
                .map(c -> c.query(Track.STABLE))
                .filter(query -> !decides.contains(query))
                .collect(Collectors.toSet());
        return decides.size() + drawn.size() > MOST_WITH_DRAWN ? Set.of() : drawn;
    }

    /** What some ticks of a phase read beside that: once a window, the pods of both tracks. */
    public Set<MetricQuery> podQueries(int phase) {
        return phase >= phases().size()
                ? Set.of()
                : Stream.concat(phases().get(phase).gate().stream(), AbortRule.criteria(abort()).stream())
                        .flatMap(c -> c.podQueries().stream())
                        .collect(Collectors.toSet());
    }

    /** What the phases ask of a cluster, and for how long. */
    public RolloutSchedule schedule() {
        return new RolloutSchedule(
                longest(),
                phases().stream()
                        .map(p -> new RolloutSchedule.Stage(
                                p.name(), p.weight(), p.extra().mirror(), p.hold()))
                        .toList());
    }

    /** How long the promotion may take. */
    public Duration promotion() {
        return traffic() == null
                ? timing.progressDeadline()
                : timing.progressDeadline().plus(traffic().promotionPause());
    }

    /** How long the rollout may take: every deadline, every wait for a person, and the promotion. */
    private Duration longest() {
        Duration all = promotion();
        for (Phase phase : phases()) {
            all = all.plus(phase.deadline());
            if (phase.approval() != null && phase.approval().timeout() != null) {
                all = all.plus(phase.approval().timeout());
                all = phase.approval().from() == null ? all : all.plusDays(1);
            }
        }
        return all;
    }

    public boolean isLast(int phase) {
        return phase == phases().size() - 1;
    }
}

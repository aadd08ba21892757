package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.RollbackIntended;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives recorded readings to the very decisions of a rollout: as if it had begun then, with a router that obeys at once,
 * people who agree at once, without checklists and caps. For one thread.
 */
public final class PolicySimulator {

    private final CanaryPlan plan;
    private final Map<String, Integer> failures = new LinkedHashMap<>();
    /** By criterion: the first tick that failed since the last that passed, and the first of the phase. */
    private final Map<String, Long> failingSince = new HashMap<>();

    private final Map<String, Long> failedFirst = new HashMap<>();
    private final Map<Integer, Set<MetricQuery>> byPhase = new HashMap<>();
    private RolloutState state;
    private RollbackIntended stopped;

    /** @param at when the first phase's weight is read back, milliseconds since the epoch */
    public PolicySimulator(CanaryPlan plan, long at) {
        this.plan = plan.alone();
        state = RolloutState.empty(this.plan);
        apply(new RolloutEvent.Started(at, "replay", plan.name(), "", "", AdvanceMode.AUTOMATIC, "", "", Map.of()));
        apply(new RolloutEvent.ShiftIntended(
                at, 0, Weight.ZERO, plan.phases().get(0).weight()));
    }

    /** The window of this tick's counting queries; null when there are none. */
    public Duration counted(long at) {
        return state.evidence().comparisons().window(at);
    }

    /** All that this tick would read. */
    public Set<MetricQuery> queries(long at) {
        Set<MetricQuery> wanted = new LinkedHashSet<>(byPhase.computeIfAbsent(state.phase(), plan::queries));
        wanted.addAll(state.evidence().comparisons().queries(at, counted(at)));
        return wanted;
    }

    /** Judges one tick; nothing when it is over. */
    public void tick(long at, Map<MetricQuery, Reading> readings, Duration counted) {
        if (over()) {
            return;
        }
        Map<MetricQuery, Reading> checked = new LinkedHashMap<>();
        readings.forEach((query, reading) -> checked.put(query, plan.metrics().checked(query.metric(), reading)));
        Steps steps = PhasePolicy.onTick(plan, state, new Input.Tick(state.phase(), checked, counted, null, null), at);
        RolloutEvent.Ticked ticked = (RolloutEvent.Ticked) steps.events().get(0);
        ticked.gate().forEach(check -> note(at, check));
        ticked.abort().forEach(check -> note(at, check));
        steps.forEach(this::happened);
        List<RolloutEvent> next = PhasePolicy.next(plan, state, at);
        while (!next.isEmpty() && !over()) {
            next.forEach(this::apply);
            next = PhasePolicy.next(plan, state, at);
        }
    }

    private void note(long at, Check check) {
        if (check.outcome() == CheckOutcome.FAIL) {
            failures.merge(check.criterion(), 1, Integer::sum);
            failingSince.putIfAbsent(check.criterion(), at);
            failedFirst.putIfAbsent(check.criterion(), at);
        } else if (check.outcome() == CheckOutcome.PASS) {
            failingSince.remove(check.criterion());
        }
    }

    private void apply(RolloutEvent event) {
        happened(event, state.apply(plan, event));
    }

    private void happened(RolloutEvent event, RolloutState after) {
        state = after;
        if (event instanceof RolloutEvent.ShiftIntended e) {
            failedFirst.clear();
            apply(new RolloutEvent.ShiftApplied(e.at(), e.phase(), e.to(), null));
        } else if (event instanceof RollbackIntended e) {
            stopped = e;
        }
    }

    public boolean over() {
        return stopped != null || promoted();
    }

    public boolean promoted() {
        return state.intent() != null && state.intent().kind() == Intent.Kind.PROMOTE;
    }

    /** Why the rollout was taken back; null when it was not. */
    public String reason() {
        return stopped == null ? null : stopped.reason();
    }

    /** The abort rule that fired, or else the criterion that failed most often; null when it was not taken back. */
    public String blamed() {
        if (stopped == null) {
            return null;
        }
        if (fired().isPresent()) {
            return "abort: " + stopped.rule();
        }
        String criterion = criterion();
        return "gate: " + (criterion == null ? stopped.reason() : criterion);
    }

    /** The criterion of what is {@link #blamed}; null when there is none. */
    public String criterion() {
        return stopped == null
                ? null
                : fired().map(r -> r.criterion().label())
                        .or(() -> failures.entrySet().stream()
                                .max(Map.Entry.comparingByValue())
                                .map(Map.Entry::getKey))
                        .orElse(null);
    }

    /**
     * Since when that criterion had failed, milliseconds since the epoch: for an abort rule without a pass since, for a gate
     * the first time in the phase. When it was taken back, if it had not failed.
     */
    public long failingSince() {
        return (fired().isPresent() ? failingSince : failedFirst).getOrDefault(criterion(), stopped.at());
    }

    /** The abort rule with a criterion of its own that ended the rollout. */
    private Optional<AbortRule> fired() {
        return plan.abort().stream()
                .filter(r -> r.criterion() != null && r.label().equals(stopped.rule()))
                .findFirst();
    }

    /** How often each criterion failed. */
    public Map<String, Integer> failures() {
        return Map.copyOf(failures);
    }

    /** Index of the phase that it got to. */
    public int phase() {
        return state.phase();
    }
}

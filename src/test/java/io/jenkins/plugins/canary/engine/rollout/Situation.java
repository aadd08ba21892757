package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a rollout stands, for tests of the pure decisions: events are folded, ticks decided, and nothing is run. */
final class Situation {

    static final long TICK = SamplePlans.INTERVAL.toMillis();

    final CanaryPlan plan;
    RolloutState s;
    long now = 1_000_000;

    Situation(CanaryPlan plan, AdvanceMode mode) {
        this(plan, mode, Map.of());
    }

    Situation(CanaryPlan plan, AdvanceMode mode, Map<Exclusion, List<String>> involved) {
        this.plan = plan;
        s = RolloutState.empty(plan);
        after(new RolloutEvent.Started(now, "r", "api", "v2", "", mode, "job #1", "ada", Map.of())
                .with(involved, null));
    }

    static Situation automatic(CanaryPlan plan) {
        return new Situation(plan, AdvanceMode.AUTOMATIC);
    }

    Situation after(RolloutEvent... events) {
        for (RolloutEvent event : events) {
            s = s.apply(plan, event);
        }
        return this;
    }

    /** Read back at the phase's weight; nobody counts requests, so that its clocks run at once. */
    Situation in(int phase) {
        Weight weight = plan.phases().get(phase).weight();
        return after(
                new RolloutEvent.ShiftIntended(now, phase, s.weight(), weight),
                new RolloutEvent.ShiftApplied(now, phase, weight, null));
    }

    Situation promoted() {
        return after(
                new RolloutEvent.PromoteIntended(now),
                new RolloutEvent.WatchStarted(
                        now, now + plan.aftercare().length().toMillis(), Weight.FULL));
    }

    /** @param errors the share of failed requests, 0 to 1; null for no data */
    Map<MetricQuery, Reading> readings(Double errors) {
        Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
        for (MetricQuery q : plan.queries(s.tickPhase(plan))) {
            readings.put(
                    q,
                    errors == null
                            ? Reading.noData("empty vector")
                            : Reading.of(
                                    switch (q.metric().name()) {
                                        case "success-rate" -> 1 - errors;
                                        case "error-rate" -> errors;
                                        default -> 0.1;
                                    }));
        }
        return readings;
    }

    /** One tick, an interval later: what follows of it, by kind and without the tick itself. */
    List<String> tick(Double errors) {
        return tick(errors, null);
    }

    List<String> tick(Double errors, Observation router) {
        now += TICK;
        Steps steps = PhasePolicy.onTick(
                plan,
                s,
                new Input.Tick(
                        s.tickPhase(plan), readings(errors), null, router, router == null ? null : router.health()),
                now);
        s = steps.state();
        return kinds(steps.events().subList(1, steps.events().size()));
    }

    /** What follows of itself. */
    List<String> next() {
        List<RolloutEvent> events = PhasePolicy.next(plan, s, now);
        after(events.toArray(new RolloutEvent[0]));
        return kinds(events);
    }

    /** What a command comes to: events by kind, or the reason why it does not fit. */
    String say(Input.Command command) {
        try {
            return String.join(", ", kinds(Commands.on(plan, s, command, List.of(), now)));
        } catch (Input.CommandRefused e) {
            return e.getMessage();
        }
    }

    /** The same, and it happens. */
    String said(Input.Command command) {
        try {
            List<RolloutEvent> events = Commands.on(plan, s, command, List.of(), now);
            after(events.toArray(new RolloutEvent[0]));
            return String.join(", ", kinds(events));
        } catch (Input.CommandRefused e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    static List<String> kinds(List<RolloutEvent> events) {
        return events.stream().map(e -> e.getClass().getSimpleName()).toList();
    }
}

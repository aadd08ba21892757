package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A tick's checks, of a phase or of the watch after the promotion.
 *
 * @param gathered the comparisons that the checks were judged by
 */
record TickChecks(RolloutEvent.Ticked ticked, EvidenceFold gathered) {

    static TickChecks of(CanaryPlan plan, RolloutState s, Input.Tick tick, long now) {
        boolean watch = tick.phase() == plan.afterwards();
        Observation router = tick.router();
        List<Measured> measured = Measured.of(tick.readings());
        EvidenceFold gathered = watch
                ? EvidenceFold.NONE
                : tick.phase() != s.phase()
                        ? s.evidence().comparisons()
                        : s.evidence()
                                .comparisons()
                                .tick(
                                        now,
                                        Measured.values(measured),
                                        tick.counted(),
                                        router == null ? null : router.requests());
        Map<MetricQuery, Reading> readings = watch ? plan.aftercare().asCanary(tick.readings()) : tick.readings();
        Stream<Criterion> rules =
                plan.abort(tick.phase()).stream().map(AbortRule::criterion).filter(Objects::nonNull);
        return new TickChecks(
                new RolloutEvent.Ticked(
                        now,
                        tick.phase(),
                        measured,
                        checks(plan.gate(tick.phase()).stream(), readings, gathered, tick),
                        checks(rules, readings, gathered, tick),
                        router == null ? null : router.weight(),
                        router == null ? null : router.requests(),
                        tick.counted() == null ? null : tick.counted().toMillis()),
                gathered);
    }

    private static List<Check> checks(
            Stream<Criterion> criteria, Map<MetricQuery, Reading> readings, EvidenceFold gathered, Input.Tick tick) {
        return criteria.map(c -> c.check(readings, gathered, tick.counted())).toList();
    }

    /** The state with the tick folded in, without gathering again. */
    RolloutState after(CanaryPlan plan, RolloutState before) {
        return RolloutStateReducer.next(plan, before, ticked, gathered);
    }
}

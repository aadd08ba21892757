package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Whether a tick of which some readings are still missing may be decided already: when what was read breaks an abort rule
 * or opens the breaker. What counts missing data, the gate and the rules over failed ticks, waits for the readings.
 */
final class EarlyStop {

    private EarlyStop() {}

    /** @param events what would follow of the tick as it is */
    static boolean isCertain(CanaryPlan plan, List<RolloutEvent> events) {
        return events.stream().noneMatch(e -> e instanceof RolloutEvent.GateFailed)
                && events.stream()
                        .anyMatch(e -> e instanceof RolloutEvent.RollbackIntended r && byReadings(plan, r.rule())
                                || e instanceof RolloutEvent.WatchBreached b && byReadings(plan, b.rule()));
    }

    private static boolean byReadings(CanaryPlan plan, String rule) {
        return Stream.concat(
                        plan.abort().stream(),
                        plan.aftercare() == null ? Stream.of() : plan.aftercare().abort().stream())
                .filter(r -> r.criterion() == null)
                .map(AbortRule::label)
                .noneMatch(label -> Objects.equals(label, rule));
    }
}

package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.List;
import java.util.stream.Stream;

/**
 * The check that ended a rollout.
 *
 * @param criterion with its threshold: {@code error-rate <= 1%}
 * @param value what was read, in the metric's unit
 */
record FailedCheck(String criterion, String value) {

    /** Looks for it in events written together: the tick stands before what was decided on it. Null when it is not there. */
    static FailedCheck in(CanaryPlan plan, List<RolloutEvent> events) {
        boolean decided = events.stream()
                .anyMatch(e -> e instanceof RolloutEvent.RollbackIntended || e instanceof RolloutEvent.GateFailed);
        if (!decided) {
            return null;
        }
        for (RolloutEvent event : events) {
            if (event instanceof RolloutEvent.Ticked ticked) {
                return Stream.concat(ticked.abort().stream(), ticked.gate().stream())
                        .filter(c -> c.outcome() == CheckOutcome.FAIL && c.value() != null)
                        .findFirst()
                        .map(c -> new FailedCheck(c.criterion(), print(plan, ticked.phase(), c)))
                        .orElse(null);
            }
        }
        return null;
    }

    private static String print(CanaryPlan plan, int phase, Check check) {
        Stream<Criterion> rules =
                plan.abort().stream().map(AbortRule::criterion).filter(c -> c != null);
        Stream<Criterion> gate = phase < 0 ? Stream.empty() : plan.phases().get(phase).gate().stream();
        return Stream.concat(rules, gate)
                .filter(c -> c.label().equals(check.criterion()))
                .findFirst()
                .map(c -> Units.print(check.value(), c.unit()))
                .orElse(String.valueOf(check.value()));
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import java.util.List;
import java.util.function.Predicate;

/** An abort rule that fires at a tick, of the plan or of the watch after the promotion. */
record FiredRule(String rule, String reason) {

    /**
     * The first in the plan's order; null when none fires.
     *
     * @param abort with the tick folded in
     * @param failures failed ticks in a row, this one included
     */
    static FiredRule first(List<AbortRule> rules, AbortFold abort, int failures, RolloutEvent.Ticked ticked) {
        int withCriterion = 0;
        for (AbortRule rule : rules) {
            if (rule.criterion() == null) {
                if (failures >= rule.consecutiveFailures()) {
                    return new FiredRule(rule.label(), failing(ticked.gate()) + " (" + rule.label() + ")");
                }
                continue;
            }
            int i = withCriterion++;
            boolean brokenNow = abort.since().get(i) != 0 && abort.lastAt().get(i) == ticked.at();
            if (brokenNow && abort.brokenFor(i) >= rule.sustained().toMillis()) {
                String sustained = rule.sustained().isZero() ? "" : " for " + Units.print(rule.sustained());
                return new FiredRule(rule.label(), ticked.abort().get(i).says() + sustained);
            }
        }
        return null;
    }

    /** What failed at a tick; where nothing was seen to, what could not be seen and counts as failed. */
    private static String failing(List<Check> gate) {
        Predicate<Check> failed = c -> c.outcome() == CheckOutcome.FAIL;
        Predicate<Check> told = gate.stream().anyMatch(failed) ? failed : c -> c.outcome() != CheckOutcome.PASS;
        return gate.stream()
                .filter(told)
                .map(Check::says)
                .reduce((a, b) -> a + "; " + b)
                .orElse("the gate failed");
    }
}

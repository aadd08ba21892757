package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** An abort rule that fires at a tick, of the plan or of the watch after the promotion. */
record FiredRule(String rule, String reason) {

    /**
     * The first in the plan's order; null when none fires. What was read goes before what was not: a rule whose missing data
     * count as broken fires when no other does.
     *
     * @param abort with the tick folded in
     * @param failures failed ticks in a row, this one included
     */
    static FiredRule first(List<AbortRule> rules, AbortFold abort, int failures, RolloutEvent.Ticked ticked) {
        return first(rules, r -> !r.isDryRun(), abort, failures, ticked);
    }

    /** The same among some of the rules. */
    static FiredRule first(
            List<AbortRule> rules,
            Predicate<AbortRule> which,
            AbortFold abort,
            int failures,
            RolloutEvent.Ticked ticked) {
        FiredRule silent = null;
        int withCriterion = 0;
        for (AbortRule rule : rules) {
            if (rule.criterion() == null) {
                if (which.test(rule) && failures >= rule.consecutiveFailures()) {
                    return new FiredRule(rule.label(), failing(ticked.gate()) + " (" + rule.label() + ")");
                }
                continue;
            }
            int i = withCriterion++;
            if (!which.test(rule)) {
                continue;
            }
            boolean brokenNow = abort.since().get(i) != 0 && abort.lastAt().get(i) == ticked.at();
            FiredRule fired =
                    brokenNow && abort.brokenFor(i) >= rule.sustained().toMillis()
                            ? broken(rule, ticked.abort().get(i))
                            : silent(rule, abort.blindFor(i, ticked.at()));
            if (fired != null && ticked.abort().get(i).outcome() == CheckOutcome.FAIL) {
                return fired;
            }
            silent = silent == null ? fired : silent;
        }
        return silent;
    }

    /** Whether a rule is broken by what was read at a tick, not by what could not be read. */
    static boolean isByReadings(List<AbortRule> rules, String label, RolloutEvent.Ticked ticked) {
        int withCriterion = 0;
        for (AbortRule rule : rules) {
            boolean is = rule.label().equals(label);
            if (rule.criterion() == null) {
                if (is) {
                    return false;
                }
                continue;
            }
            if (is) {
                return ticked.abort().get(withCriterion).outcome() == CheckOutcome.FAIL;
            }
            withCriterion++;
        }
        return true;
    }

    private static FiredRule broken(AbortRule rule, Check check) {
        String sustained = rule.sustained().isZero() ? "" : " for " + Units.print(rule.sustained());
        String counts = check.outcome() == CheckOutcome.FAIL ? "" : ", which counts as broken (onNoData: fail)";
        return new FiredRule(rule.label(), check.says() + sustained + counts);
    }

    /** Null unless its deadline for missing data is over. */
    private static FiredRule silent(AbortRule rule, long blindMillis) {
        Duration deadline = rule.criterion().noDataDeadline();
        return deadline == null || blindMillis < deadline.toMillis()
                ? null
                : new FiredRule(rule.label(), rule.criterion().silent(blindMillis));
    }

    /** What failed at a tick; where nothing was seen to, what could not be seen and counts as failed. */
    private static String failing(List<Check> gate) {
        Predicate<Check> failed = c -> c.outcome() == CheckOutcome.FAIL;
        Predicate<Check> told =
                gate.stream().anyMatch(failed.and(c -> !c.dryRun())) ? failed : c -> c.outcome() != CheckOutcome.PASS;
        return gate.stream()
                .filter(c -> !c.dryRun())
                .filter(told)
                .map(Check::says)
                .reduce((a, b) -> a + "; " + b)
                .orElse("the gate failed");
    }
}

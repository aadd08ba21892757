package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What ends a rollout at once. Either a criterion that must not be broken, at all or for a time, or a number of
 * failed ticks in a row.
 *
 * @param criterion null for the consecutive-failures rule
 * @param sustained how long the criterion must be broken, tick after tick, before the rule fires; zero for at once
 * @param consecutiveFailures ticks in a row, among those with data, at which the phase's gate had a failing check;
 *     0 when {@code criterion} is given
 */
public record AbortRule(Criterion criterion, Duration sustained, int consecutiveFailures) {

    public static AbortRule when(Criterion broken, Duration sustained) {
        return new AbortRule(broken, sustained, 0);
    }

    public static AbortRule afterFailures(int inARow) {
        return new AbortRule(null, Duration.ZERO, inARow);
    }

    /** The criteria of those rules that have one, in the same order. */
    public static List<Criterion> criteria(List<AbortRule> rules) {
        return rules.stream().map(AbortRule::criterion).filter(Objects::nonNull).toList();
    }

    /** Whether it ends nothing: the rollout says when it would have been rolled back. */
    public boolean isDryRun() {
        return criterion != null && criterion.dryRun();
    }

    /** The rule in words, unique within a plan. */
    public String label() {
        if (criterion == null) {
            return consecutiveFailures + " failed ticks in a row";
        }
        return "not (" + CriterionWords.of(criterion) + ")"
                + (sustained.isZero() ? "" : " for " + Units.write(sustained))
                + (isDryRun() ? CriterionWords.DRY_RUN : "");
    }
}

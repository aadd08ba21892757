package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.util.ArrayList;
import java.util.List;

/** The newest checks of the abort rules, and how near each rule is to firing. */
final class AbortChecks {

    private List<Check> checks = List.of();

    void tick(List<Check> newest) {
        checks = newest;
    }

    /** @param fired label of the rule that fired; null when none did */
    List<RolloutStatusResponse.AbortRow> rows(CanaryPlan plan, RolloutState s, String fired) {
        List<RolloutStatusResponse.AbortRow> rows = new ArrayList<>();
        int i = 0;
        boolean watch = s.watch() != null;
        AbortFold fold = watch ? s.watch().abort() : s.evidence().abort();
        for (AbortRule rule : watch ? plan.abort(plan.afterwards()) : plan.abort()) {
            boolean didFire = rule.label().equals(fired);
            if (rule.criterion() == null) {
                double limit = rule.consecutiveFailures();
                double failures =
                        watch ? s.watch().failures() : s.evidence().gate().failures();
                rows.add(new RolloutStatusResponse.AbortRow(
                        rule.label(),
                        rule.label(),
                        Unit.COUNT,
                        failures,
                        limit,
                        null,
                        null,
                        0,
                        Math.min(1, failures / limit),
                        didFire));
                continue;
            }
            Criterion c = rule.criterion();
            Check check = i < checks.size() ? checks.get(i) : null;
            long broken = fold.brokenFor(i++);
            rows.add(new RolloutStatusResponse.AbortRow(
                    rule.label(),
                    says(rule, c),
                    c.unit(),
                    check == null ? null : check.value(),
                    c.max() == null ? c.min() : c.max(),
                    check == null ? null : check.outcome(),
                    broken < 0 ? null : broken,
                    rule.sustained().toMillis(),
                    AbortMargin.of(c, check),
                    didFire));
        }
        return rows;
    }

    private static String says(AbortRule rule, Criterion c) {
        boolean oneBound = c.versus() == null && (c.min() == null) != (c.max() == null);
        if (!oneBound) {
            return rule.label();
        }
        return c.metric().label()
                + (c.min() != null
                        ? " below " + Units.print(c.min(), c.unit())
                        : " above " + Units.print(c.max(), c.unit()))
                + (rule.sustained().isZero() ? "" : " for " + Units.print(rule.sustained()));
    }
}

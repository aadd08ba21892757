package io.jenkins.plugins.canary.engine.plan.resolve;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.plan.Approval;
import java.time.Duration;
import java.util.List;

/**
 * Whether what a plan has is as strict as what a policy asks for: whatever breaks the policy's also breaks the plan's, by the
 * same metric over the same window. Where this cannot be told the answer is no, and the policy's own is added.
 */
final class Strictness {

    /** From lenient to strict. */
    private static final List<NoDataPolicy> NO_DATA = List.of(NoDataPolicy.PASS, NoDataPolicy.HOLD, NoDataPolicy.FAIL);

    private Strictness() {}

    /** @param scored whether the gate is summed up, so that only a critical criterion counts by itself */
    static boolean covers(Criterion plan, Criterion policy, boolean scored) {
        return plan.metric().equals(policy.metric())
                && (!plan.dryRun() || policy.dryRun())
                && same(plan.by(), policy.by())
                && plan.window().equals(policy.window())
                && atLeast(plan.min(), policy.min())
                && atMost(plan.max(), policy.max())
                && covers(plan.versus(), policy.versus())
                && covers(plan.trend(), policy.trend())
                && plan.minRequests() <= policy.minRequests()
                && NO_DATA.indexOf(plan.onNoData()) >= NO_DATA.indexOf(policy.onNoData())
                && soon(plan.noDataDeadline(), policy.noDataDeadline())
                && soon(plan.after(), policy.after())
                && (!scored || plan.inScore().critical());
    }

    static boolean covers(AbortRule plan, AbortRule policy) {
        if (policy.criterion() == null) {
            return plan.criterion() == null && plan.consecutiveFailures() <= policy.consecutiveFailures();
        }
        return plan.criterion() != null
                && covers(plan.criterion(), policy.criterion(), false)
                && soon(plan.sustained(), policy.sustained());
    }

    /** Whether everybody who may agree by the plan's approval may also agree by the policy's, under the same conditions. */
    static boolean covers(Approval plan, Approval policy) {
        boolean people =
                policy.by().isEmpty() || !plan.by().isEmpty() && policy.by().containsAll(plan.by());
        boolean time = policy.from() == null
                || policy.from().equals(plan.from()) && policy.zone().equals(plan.zone());
        boolean eyes = plan.min() >= policy.min() && plan.notBy().containsAll(policy.notBy());
        return people
                && time
                && eyes
                && soon(plan.timeout(), policy.timeout())
                && (plan.requireComment() || !policy.requireComment());
    }

    private static boolean covers(Versus plan, Versus policy) {
        if (policy == null || policy.equals(plan)) {
            return true;
        }
        if (plan == null || !same(plan.slower(), policy.slower())) {
            return false;
        }
        if (plan.judge() == null || policy.judge() == null) {
            return plan.judge() == policy.judge()
                    && atMost(plan.maxIncrease(), policy.maxIncrease())
                    && atMost(plan.maxDecrease(), policy.maxDecrease());
        }
        Judge a = plan.judge();
        Judge b = policy.judge();
        return a.test() == b.test()
                && a.ranks().equals(b.ranks())
                && a.floor() <= b.floor()
                && covers(a.comparison(), b.comparison());
    }

    private static boolean covers(Trend plan, Trend policy) {
        return policy == null
                || plan != null && same(plan.over(), policy.over()) && covers(plan.comparison(), policy.comparison());
    }

    private static boolean covers(Comparison plan, Comparison policy) {
        return plan.direction() == policy.direction()
                && plan.tolerance() <= policy.tolerance()
                && plan.confidence() <= policy.confidence();
    }

    private static boolean atLeast(Double plan, Double policy) {
        return policy == null || plan != null && plan >= policy;
    }

    private static boolean atMost(Double plan, Double policy) {
        return policy == null || plan != null && plan <= policy;
    }

    private static boolean soon(Duration plan, Duration policy) {
        return policy == null || plan != null && plan.compareTo(policy) <= 0;
    }

    private static boolean same(Object plan, Object policy) {
        return plan == null ? policy == null : plan.equals(policy);
    }
}

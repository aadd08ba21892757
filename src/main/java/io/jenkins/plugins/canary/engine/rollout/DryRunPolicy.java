package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.GateEvent.DryRunFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What criteria and abort rules that decide nothing would have done, each told once. */
final class DryRunPolicy {

    private DryRunPolicy() {}

    /**
     * What a tick says for the first time: of rules in the rollout, of criteria in their phase once its clocks run.
     *
     * @param s with the tick folded in
     */
    static List<RolloutEvent> onTick(CanaryPlan plan, RolloutState s, RolloutEvent.Ticked ticked) {
        Set<String> told = s.evidence().dryRuns();
        List<RolloutEvent> events = new ArrayList<>();
        if (!s.position().everShifted() || s.phase() < 0) {
            return events;
        }
        FiredRule fired = FiredRule.first(
                plan.abort(),
                r -> r.isDryRun() && !told.contains(r.label()),
                s.evidence().abort(),
                s.evidence().gate().failures(),
                ticked);
        if (fired != null) {
            events.add(failed(s, ticked, fired.rule(), true, fired.reason()));
        }
        if (ticked.phase() != s.phase() || !s.evidence().gate().isOpen() || s.intent() != null) {
            return events;
        }
        List<Criterion> gate = s.current(plan).gate();
        for (int i = 0; i < gate.size(); i++) {
            Check check = ticked.gate().get(i);
            boolean fails = gate.get(i).onNoData().standsFor(check.outcome()) == CheckOutcome.FAIL;
            if (check.dryRun() && fails && !told.contains(check.criterion())) {
                events.add(failed(s, ticked, check.criterion(), false, check.says()));
            }
        }
        return events;
    }

    private static RolloutEvent failed(
            RolloutState s, RolloutEvent.Ticked ticked, String label, boolean rule, String reason) {
        long began = s.started() == null ? ticked.at() : s.started().at();
        return new DryRunFailed(ticked.at(), s.phase(), label, rule, reason, ticked.at() - began);
    }
}

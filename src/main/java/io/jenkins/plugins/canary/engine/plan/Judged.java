package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import java.util.ArrayList;
import java.util.List;

/**
 * A criterion and where it stands in the plan: once, however many phases share it.
 *
 * @param rule the abort rule that it belongs to; null in a gate
 */
record Judged(Criterion criterion, AbortRule rule, PlanNode place) {

    static List<Judged> all(CanaryPlan plan, Places places) {
        List<Judged> all = new ArrayList<>();
        boolean planGate = false;
        for (int i = 0; i < plan.phases().size(); i++) {
            boolean own = places.has("phases", i, "gate");
            List<Criterion> gate = plan.phases().get(i).gate();
            if (own || !planGate) {
                addAll(gate, own ? new Places(places.at("phases", i, "gate")) : new Places(places.at("gate")), all);
            }
            planGate |= !own;
        }
        for (int i = 0; i < plan.abort().size(); i++) {
            AbortRule rule = plan.abort().get(i);
            if (rule.criterion() != null) {
                all.add(new Judged(rule.criterion(), rule, places.at("abort", i)));
            }
        }
        return all;
    }

    /** A phase at 100% has less than all of the plan's gate: the n-th criterion need not stand at the n-th place. */
    private static void addAll(List<Criterion> gate, Places places, List<Judged> all) {
        int place = 0;
        for (Criterion criterion : gate) {
            while (!criterion.compares() && places.has(place, "versusStable", "test")) {
                place++;
            }
            all.add(new Judged(criterion, null, places.at(place++)));
        }
    }

    /** The place of one of its keys; of the whole criterion when the plan leaves the key to its default. */
    PlanNode at(String key) {
        return new Places(place).at(key);
    }

    boolean says(String key) {
        return new Places(place).has(key);
    }
}

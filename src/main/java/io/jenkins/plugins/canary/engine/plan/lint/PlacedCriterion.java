package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A criterion and where it stands in the plan: once, however many phases share it.
 *
 * @param rule the abort rule that it belongs to; null in a gate
 */
record PlacedCriterion(Criterion criterion, AbortRule rule, YamlNode place) {

    static List<PlacedCriterion> all(CanaryPlan plan, YamlNode root) {
        List<PlacedCriterion> all = new ArrayList<>();
        boolean planGate = false;
        for (int i = 0; i < plan.phases().size(); i++) {
            boolean own = root.has("phases", i, "gate");
            if (own || !planGate) {
                addAll(plan.phases().get(i).gate(), own ? root.at("phases", i, "gate") : root.at("gate"), all);
            }
            planGate |= !own;
        }
        for (int i = 0; i < plan.abort().size(); i++) {
            AbortRule rule = plan.abort().get(i);
            if (rule.criterion() != null) {
                all.add(new PlacedCriterion(rule.criterion(), rule, root.at("abort", i)));
            }
        }
        return all;
    }

    /** A phase at 100% has less than all of the plan's gate: the n-th criterion need not stand at the n-th place. */
    private static void addAll(List<Criterion> gate, YamlNode places, List<PlacedCriterion> all) {
        int place = 0;
        for (Criterion criterion : gate) {
            while (!criterion.compares() && places.has(place, "versusStable", "test")) {
                place++;
            }
            all.add(new PlacedCriterion(criterion, null, places.at(place++)));
        }
    }

    /** The place of one of its keys; of the whole criterion when the plan leaves the key to its default. */
    YamlNode at(String key) {
        return place.at(key);
    }

    boolean says(String key) {
        return place.has(key);
    }
}

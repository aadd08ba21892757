package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;

/** What the phase table's end and the cap mean, where that may surprise. */
final class WeightLint {

    private WeightLint() {}

    static void lint(CanaryPlan plan, YamlPlaces places) {
        int last = plan.phases().size() - 1;
        Weight end = plan.phases().get(last).weight();
        if (end.compareTo(Weight.FULL) < 0) {
            places.at("phases", last, "weight")
                    .warning(
                            "the last phase ends at " + end
                                    + ", and the rollout is promoted from there: the rest of the traffic follows unjudged",
                            "add a phase at 100, unless that jump is wanted");
        }
        if (plan.weights() != null && plan.weights().formula().max().compareTo(end) < 0) {
            places.at("weights", "dynamic", "max")
                    .warning(
                            "the weight never gets above "
                                    + plan.weights().formula().max()
                                    + ", and the rollout is promoted from there: the rest of the traffic "
                                    + "follows unjudged",
                            "write max: " + end + ", unless that jump is wanted");
        }
        for (int i = 0; plan.cap() != null && i <= last; i++) {
            Weight weight = plan.phases().get(i).weight();
            if (weight.compareTo(plan.cap().weight()) > 0) {
                places.at("phases", i, "weight")
                        .warning(
                                weight + " is above the cap of " + plan.cap().weight()
                                        + ": the rollout waits before this phase until the checklist "
                                        + YamlNode.shown(plan.cap().until())
                                        + " is complete",
                                "");
                return;
            }
        }
    }
}

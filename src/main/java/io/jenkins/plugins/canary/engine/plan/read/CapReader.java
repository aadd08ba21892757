package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.util.List;
import java.util.Map;

/** Reads {@code cap:}, the most that the canary may get until a checklist is complete. */
final class CapReader {

    private CapReader() {}

    static CanaryPlan.Cap read(YamlNode node, Map<String, Checklist> checklists) {
        YamlObject o = Section.CAP.at(node);
        Weight weight = o.need("weight", YamlNode::weight, "50");
        String until = o.get("until", YamlNode::text, null);
        if (until != null && !checklists.containsKey(until)) {
            o.get("until")
                    .orElseThrow()
                    .error(
                            "there is no checklist " + YamlNode.shown(until),
                            checklists.isEmpty()
                                    ? "add checklists: { " + (until.length() > 40 ? "name" : until) + ": [ \"...\" ] }"
                                    : "the plan has: " + String.join(", ", checklists.keySet()));
        }
        return weight == null ? null : new CanaryPlan.Cap(weight, until);
    }

    /** Without a checklist that lifts it, a cap is for ever, and a phase above it can never be reached. */
    static void phasesBelow(CanaryPlan.Cap cap, List<Phase> phases, YamlPlaces places) {
        if (cap == null || cap.until() != null) {
            return;
        }
        for (int i = 0; i < phases.size(); i++) {
            Weight weight = phases.get(i).weight();
            if (weight != null && weight.compareTo(cap.weight()) > 0) {
                places.at("phases", i, "weight")
                        .error(
                                weight + " is above the cap of " + cap.weight()
                                        + ", which nothing lifts, so the phase never comes",
                                "add cap.until with the name of a checklist, or stay at or below the cap");
            }
        }
    }
}

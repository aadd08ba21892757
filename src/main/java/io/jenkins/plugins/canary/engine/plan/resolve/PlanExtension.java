package io.jenkins.plugins.canary.engine.plan.resolve;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import io.jenkins.plugins.canary.engine.yaml.YamlTree;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;

/** Puts a plan over the one that it {@code extends}, and that one over its own. */
final class PlanExtension {

    /** Plans that extend one another. */
    static final int DEEPEST = 5;

    static final String KEY = "extends";

    private final BasePlans bases;
    private final Set<String> seen = new LinkedHashSet<>();

    PlanExtension(BasePlans bases) {
        this.bases = bases;
    }

    /** Null after reporting. */
    Node resolved(YamlNode plan) {
        if (!plan.isObject() || !plan.has(KEY)) {
            return plan.node();
        }
        YamlNode place = plan.at(KEY);
        String name = place.text();
        if (name == null) {
            return null;
        }
        YamlNode base = base(place, name);
        Node below = base == null ? null : resolved(base);
        return below == null ? null : YamlTree.merged(below, YamlTree.without(plan.node(), Set.of(KEY)));
    }

    private YamlNode base(YamlNode place, String name) {
        PlanFile found;
        try {
            found = bases.find(name, place.file());
        } catch (IOException e) {
            place.error("the plan " + YamlNode.shown(name) + " cannot be read: " + e.getMessage(), "");
            return null;
        }
        if (!seen.add(found.name())) {
            place.error(
                    found.name() + " extends itself: " + String.join(" > ", seen) + " > " + found.name(),
                    "remove one of these 'extends'");
            return null;
        }
        if (seen.size() > DEEPEST) {
            place.error(
                    "more than " + DEEPEST + " plans extend one another: " + String.join(" > ", seen),
                    "put some of them together");
            return null;
        }
        YamlNode base = YamlText.parse(found.name(), found.text(), place.problems());
        if (base != null && !base.isObject()) {
            base.error("a plan is keys and values", "write for example gate: [ ... ]");
            return null;
        }
        return base;
    }
}

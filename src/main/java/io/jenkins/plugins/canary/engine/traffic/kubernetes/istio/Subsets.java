package io.jenkins.plugins.canary.engine.traffic.kubernetes.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workloads;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.istio.IstioDriver.IstioSettings;
import java.util.Map;

/** The two subsets in a DestinationRule: there before a route names them, gone after no route does. */
final class Subsets {

    static final Kind DESTINATION_RULE =
            new Kind("networking.istio.io", "v1beta1", "DestinationRule", "destinationrules");

    /** Holds the canary's subset when we made it. */
    private static final String ADDED = "canary-release.jenkins.io/added-subset";

    private final Cluster cluster;
    private final ObjectRef rule;
    private final IstioSettings settings;

    Subsets(Workloads workloads, IstioSettings settings) {
        this.cluster = workloads.cluster();
        this.rule = workloads.ref(DESTINATION_RULE, settings.rule().name());
        this.settings = settings;
    }

    /**
     * Makes what is missing. A route to a subset that does not exist answers 503.
     *
     * @throws RouterException permanent when a subset is missing and the plan does not say what is in it
     */
    void require() throws RouterException {
        cluster.edit(rule, seen -> {
            boolean canary = add(seen.tree(), settings.canarySubset(), settings.rule().canaryLabels(), "canaryLabels");
            if (canary) {
                seen.annotate(ADDED, settings.canarySubset());
            }
            return add(seen.tree(), settings.stableSubset(), settings.rule().stableLabels(), "stableLabels") || canary;
        });
    }

    private boolean add(ObjectNode tree, String name, Map<String, String> labels, String key) throws RouterException {
        if (index(tree, name) >= 0) {
            return false;
        }
        if (labels.isEmpty()) {
            throw RouterException.permanent(rule + " has no subset " + name
                    + ": requests sent there would fail; add it, or write destinationRule: { name: " + rule.name()
                    + ", " + key + ": { LABEL: VALUE } }");
        }
        ObjectNode spec = tree.withObject("/spec");
        ArrayNode subsets = spec.path("subsets") instanceof ArrayNode there ? there : spec.putArray("subsets");
        ObjectNode made = subsets.addObject().put("name", name);
        labels.forEach(made.putObject("labels")::put);
        return true;
    }

    /** Takes the canary's subset away if we made it. */
    void removeAdded() throws RouterException {
        cluster.edit(rule, seen -> {
            String added = seen.annotation(ADDED);
            if (added == null) {
                return false;
            }
            seen.annotate(ADDED, null);
            int at = index(seen.tree(), added);
            if (at >= 0) {
                ((ArrayNode) seen.spec().path("subsets")).remove(at);
            }
            return true;
        });
    }

    private static int index(ObjectNode tree, String name) {
        JsonNode subsets = tree.path("spec").path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            if (subsets.get(i).path("name").asText().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}

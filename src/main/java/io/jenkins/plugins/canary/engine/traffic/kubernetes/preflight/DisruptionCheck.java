package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.ArrayList;
import java.util.List;

/** A drained node does not take all pods of one version with it. */
final class DisruptionCheck implements PreflightCheck {

    private static final Kind BUDGET = new Kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets");

    @Override
    public String name() {
        return "pdb";
    }

    @Override
    public List<Right> rights(boolean fix) {
        return Right.on(BUDGET, "list");
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<KubeObject> budgets = clusterContext.cluster().listKnown(BUDGET, clusterContext.namespace());
        List<PreflightFinding> found = new ArrayList<>();
        for (PodOwner version : clusterContext.versions()) {
            boolean covered =
                    budgets.stream().anyMatch(b -> version.selectedBy(b.spec().path("selector")));
            if (!covered && version.replicas() > 0) {
                String labels = String.join(
                        ",",
                        version.labels().properties().stream()
                                .map(l -> l.getKey() + "=" + l.getValue().asText())
                                .toList());
                found.add(PreflightFinding.warning(
                        name(),
                        version.ref(),
                        "has no PodDisruptionBudget",
                        "the few pods of a canary may all be on the one node that is drained, which looks like a fault of the"
                                + " version",
                        clusterContext.kubectl() + " create pdb "
                                + version.ref().name() + " --selector=" + labels + " --max-unavailable=1"));
            }
        }
        return found;
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.ArrayList;
import java.util.List;

/** Nobody evicts pods to give them other resources while two versions are compared. */
final class VerticalCheck implements FixableCheck {

    private static final Kind AUTOSCALER =
            new Kind("autoscaling.k8s.io", "v1", "VerticalPodAutoscaler", "verticalpodautoscalers");
    private static final String POLICY = "/spec/updatePolicy";

    @Override
    public String name() {
        return "vpa";
    }

    @Override
    public List<Right> rights(boolean fix) {
        return fix ? Right.on(AUTOSCALER, "list", "get", "update") : Right.on(AUTOSCALER, "list");
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> found = new ArrayList<>();
        for (KubeObject vpa : ours(clusterContext)) {
            found.addAll(FieldOverride.left(this, clusterContext, vpa));
        }
        active(clusterContext)
                .forEach(vpa -> found.add(PreflightFinding.warning(
                        name(),
                        vpa.ref(),
                        "has updateMode " + mode(vpa),
                        "it evicts pods and starts them with other resources, so the two versions are no longer compared alike, and"
                                + " new pods may find no node that is large enough",
                        clusterContext.kubectl() + " patch vpa " + vpa.ref().name()
                                + " --type=merge -p '{\"spec\":{\"updatePolicy\":{\"updateMode\":\"Off\"}}}'")));
        return found;
    }

    @Override
    public List<PreflightFinding> applyFixes(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> fixed = new ArrayList<>();
        for (KubeObject vpa : ours(clusterContext)) {
            if (mode(vpa).equals("Off") && FieldOverride.of(vpa) == null) {
                continue;
            }
            ObjectNode off = Cluster.JSON.createObjectNode();
            off.put("updateMode", "Off");
            FieldOverride.apply(clusterContext, vpa.ref(), POLICY, off);
            fixed.add(new PreflightFinding(
                    name(),
                    PreflightFinding.Severity.FIXED,
                    vpa.ref().toString(),
                    "was switched to Off (" + mode(vpa) + " before)",
                    "put back when the rollout ends",
                    ""));
        }
        return fixed;
    }

    @Override
    public void restore(ClusterContext clusterContext) throws RouterException {
        for (KubeObject vpa : clusterContext.cluster().listKnown(AUTOSCALER, clusterContext.namespace())) {
            if (FieldOverride.of(vpa) != null) {
                FieldOverride.restore(clusterContext, vpa.ref());
            }
        }
    }

    private static List<KubeObject> active(ClusterContext clusterContext) throws RouterException {
        return ours(clusterContext).stream()
                .filter(vpa -> !mode(vpa).equals("Off"))
                .toList();
    }

    private static List<KubeObject> ours(ClusterContext clusterContext) throws RouterException {
        List<KubeObject> found = new ArrayList<>();
        List<PodOwner> versions = clusterContext.versions();
        for (KubeObject vpa : clusterContext.cluster().listKnown(AUTOSCALER, clusterContext.namespace())) {
            boolean ours = versions.stream()
                    .anyMatch(version -> vpa.spec()
                                    .path("targetRef")
                                    .path("kind")
                                    .asText()
                                    .equals(version.ref().kind().name())
                            && vpa.spec()
                                    .path("targetRef")
                                    .path("name")
                                    .asText()
                                    .equals(version.ref().name()));
            if (ours) {
                found.add(vpa);
            }
        }
        return found;
    }

    /** Nothing said is Recreate in effect. */
    private static String mode(KubeObject vpa) {
        return vpa.tree().at(POLICY).path("updateMode").asText("Recreate");
    }
}

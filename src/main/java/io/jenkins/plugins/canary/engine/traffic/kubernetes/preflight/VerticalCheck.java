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
    public List<PreflightFinding> look(ClusterContext site) throws RouterException {
        List<PreflightFinding> found = new ArrayList<>();
        for (KubeObject vpa : ours(site)) {
            found.addAll(FieldOverride.left(this, site, vpa));
        }
        active(site)
                .forEach(vpa -> found.add(PreflightFinding.warning(
                        name(),
                        vpa.ref(),
                        "has updateMode " + mode(vpa),
                        "it evicts pods and starts them with other resources, so the two versions are no longer compared alike, and"
                                + " new pods may find no node that is large enough",
                        site.kubectl() + " patch vpa " + vpa.ref().name()
                                + " --type=merge -p '{\"spec\":{\"updatePolicy\":{\"updateMode\":\"Off\"}}}'")));
        return found;
    }

    @Override
    public List<PreflightFinding> mend(ClusterContext site) throws RouterException {
        List<PreflightFinding> mended = new ArrayList<>();
        for (KubeObject vpa : ours(site)) {
            if (mode(vpa).equals("Off") && FieldOverride.of(vpa) == null) {
                continue;
            }
            ObjectNode off = Cluster.JSON.createObjectNode();
            off.put("updateMode", "Off");
            FieldOverride.apply(site, vpa.ref(), POLICY, off);
            mended.add(new PreflightFinding(
                    name(),
                    PreflightFinding.Severity.MENDED,
                    vpa.ref().toString(),
                    "was switched to Off (" + mode(vpa) + " before)",
                    "put back when the rollout ends",
                    ""));
        }
        return mended;
    }

    @Override
    public void restore(ClusterContext site) throws RouterException {
        for (KubeObject vpa : site.cluster().listKnown(AUTOSCALER, site.namespace())) {
            if (FieldOverride.of(vpa) != null) {
                FieldOverride.restore(site, vpa.ref());
            }
        }
    }

    private static List<KubeObject> active(ClusterContext site) throws RouterException {
        return ours(site).stream().filter(vpa -> !mode(vpa).equals("Off")).toList();
    }

    private static List<KubeObject> ours(ClusterContext site) throws RouterException {
        List<KubeObject> found = new ArrayList<>();
        List<PodOwner> versions = site.versions();
        for (KubeObject vpa : site.cluster().listKnown(AUTOSCALER, site.namespace())) {
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

package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.ArrayList;
import java.util.List;

/** Nobody changes the number of pods while two versions are compared. */
final class AutoscalerCheck implements FixableCheck {

    private static final Kind AUTOSCALER =
            new Kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
    private static final Right UPDATE = new Right(AUTOSCALER.group(), AUTOSCALER.plural(), "update");
    private static final String DISABLED = "Disabled";

    @Override
    public String name() {
        return "hpa";
    }

    @Override
    public List<Right> rights(boolean fix) {
        return fix ? Right.on(AUTOSCALER, "list", "get", "update") : Right.on(AUTOSCALER, "list");
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> found = new ArrayList<>();
        for (Scaled one : scaled(clusterContext)) {
            found.addAll(FieldOverride.left(this, clusterContext, one.hpa));
            String still = clusterContext.kubectl() + " patch hpa "
                    + one.hpa.ref().name() + " -p '{\"spec\":" + still(clusterContext, one) + "}'";
            String what = "may scale " + one.version.ref() + " from " + one.min() + " to " + one.max() + " pods";
            if (!one.moves(clusterContext)) {
                continue;
            }
            if (sharesPods(clusterContext)) {
                String why = "the numbers of pods are the weight with this driver, and it sets others";
                boolean fixed =
                        clusterContext.plan().fix() && clusterContext.cluster().may(UPDATE, clusterContext.namespace());
                found.add(
                        fixed
                                ? PreflightFinding.warning(name(), one.hpa.ref(), what, why, still)
                                : PreflightFinding.error(
                                        name(),
                                        one.hpa.ref(),
                                        what,
                                        why,
                                        still + "  # and put it back afterwards, or have"
                                                + " it done by preflight: { fix: true }"));
            } else {
                found.add(PreflightFinding.warning(
                        name(),
                        one.hpa.ref(),
                        what,
                        "pods that start in the middle of a phase are cold and open new connections, which looks like a"
                                + " fault of the version; and the side that is being scaled looks better than it is",
                        still));
            }
        }
        return found;
    }

    @Override
    public List<PreflightFinding> applyFixes(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> fixed = new ArrayList<>();
        for (Scaled one : scaled(clusterContext)) {
            if (!one.moves(clusterContext) && FieldOverride.of(one.hpa) == null) {
                continue;
            }
            FieldOverride.apply(clusterContext, one.hpa.ref(), "/spec", still(clusterContext, one));
            fixed.add(new PreflightFinding(
                    name(),
                    PreflightFinding.Severity.FIXED,
                    one.hpa.ref().toString(),
                    (sharesPods(clusterContext) ? "was paused (" : "was pinned to " + one.pods() + " pods (")
                            + one.min() + " to " + one.max() + " before)",
                    "put back when the rollout ends",
                    ""));
        }
        return fixed;
    }

    /** Whether the driver itself sets the numbers of pods, so that one number for the whole rollout would be in its way. */
    private static boolean sharesPods(ClusterContext clusterContext) {
        return clusterContext.driver().equals("deployment");
    }

    /** What makes an autoscaler stand still: with rules that allow nothing, it sees to its two limits and nothing else. */
    private static ObjectNode still(ClusterContext clusterContext, Scaled one) throws RouterException {
        ObjectNode still = Cluster.JSON.createObjectNode();
        if (!sharesPods(clusterContext)) {
            return still.put("minReplicas", one.pods()).put("maxReplicas", one.pods());
        }
        still.put("minReplicas", 1).put("maxReplicas", Math.max(one.max(), shared(clusterContext)));
        still.withObject("/behavior/scaleUp").put("selectPolicy", DISABLED);
        still.withObject("/behavior/scaleDown").put("selectPolicy", DISABLED);
        return still;
    }

    private static int shared(ClusterContext clusterContext) throws RouterException {
        return clusterContext.pods() > 0
                ? clusterContext.pods()
                : clusterContext.versions().stream()
                        .mapToInt(PodOwner::replicas)
                        .sum();
    }

    @Override
    public void restore(ClusterContext clusterContext) throws RouterException {
        for (KubeObject hpa : clusterContext.cluster().listKnown(AUTOSCALER, clusterContext.namespace())) {
            if (FieldOverride.of(hpa) != null) {
                FieldOverride.restore(clusterContext, hpa.ref());
            }
        }
    }

    private record Scaled(KubeObject hpa, PodOwner version) {

        int min() {
            return hpa.spec().path("minReplicas").asInt(1);
        }

        int max() {
            return hpa.spec().path("maxReplicas").asInt(1);
        }

        boolean moves(ClusterContext clusterContext) throws RouterException {
            return sharesPods(clusterContext)
                    ? !paused() || min() > 1 || max() < shared(clusterContext)
                    : min() != max();
        }

        private boolean paused() {
            return policy("scaleUp").equals(DISABLED) && policy("scaleDown").equals(DISABLED);
        }

        private String policy(String direction) {
            return hpa.spec()
                    .path("behavior")
                    .path(direction)
                    .path("selectPolicy")
                    .asText();
        }

        /** Those that it runs now, within what the autoscaler allows. */
        int pods() {
            return Math.max(Math.max(1, min()), Math.min(version.replicas(), max()));
        }
    }

    private static List<Scaled> scaled(ClusterContext clusterContext) throws RouterException {
        List<Scaled> found = new ArrayList<>();
        for (KubeObject hpa : clusterContext.cluster().listKnown(AUTOSCALER, clusterContext.namespace())) {
            for (PodOwner version : clusterContext.versions()) {
                if (hpa.spec()
                                .path("scaleTargetRef")
                                .path("kind")
                                .asText()
                                .equals(version.ref().kind().name())
                        && hpa.spec()
                                .path("scaleTargetRef")
                                .path("name")
                                .asText()
                                .equals(version.ref().name())) {
                    found.add(new Scaled(hpa, version));
                }
            }
        }
        return found;
    }
}

package io.jenkins.plugins.canary.engine.preflight;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Right;
import java.util.ArrayList;
import java.util.List;

/** Nobody changes the number of pods while two versions are compared. */
final class AutoscalerCheck implements Mender {

    private static final Kind AUTOSCALER =
            new Kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");

    @Override
    public String name() {
        return "hpa";
    }

    @Override
    public List<Right> rights(boolean fix) {
        return fix ? Right.on(AUTOSCALER, "list", "get", "update") : Right.on(AUTOSCALER, "list");
    }

    @Override
    public List<Finding> look(Site site) throws RouterException {
        List<Finding> found = new ArrayList<>();
        for (Scaled one : scaled(site)) {
            int pods = one.pods();
            found.addAll(Mend.left(this, site, one.hpa));
            String pin = site.kubectl() + " patch hpa " + one.hpa.ref().name() + " -p '{\"spec\":{\"minReplicas\":" + pods
                    + ",\"maxReplicas\":" + pods + "}}'";
            if (site.driver().equals("deployment")) {
                found.add(Finding.error(name(), one.hpa.ref(), "scales " + one.version.ref(),
                        "the numbers of pods are the weight with this driver, and it sets others",
                        site.kubectl() + " delete hpa " + one.hpa.ref().name() + "  # and create it again afterwards"));
            } else if (one.free()) {
                found.add(Finding.warning(name(), one.hpa.ref(), "may scale " + one.version.ref() + " from "
                                + one.min() + " to " + one.max() + " pods",
                        "pods that start in the middle of a phase are cold and open new connections, which looks like a"
                                + " fault of the version; and the side that is being scaled looks better than it is",
                        pin));
            }
        }
        return found;
    }

    @Override
    public List<Finding> mend(Site site) throws RouterException {
        List<Finding> mended = new ArrayList<>();
        for (Scaled one : scaled(site)) {
            if (!one.free() && Mend.of(one.hpa) == null || site.driver().equals("deployment")) {
                continue;
            }
            ObjectNode pinned = Cluster.JSON.createObjectNode();
            pinned.put("minReplicas", one.pods()).put("maxReplicas", one.pods());
            Mend.apply(site, one.hpa.ref(), "/spec", pinned);
            mended.add(new Finding(name(), Finding.Severity.MENDED, one.hpa.ref().toString(), "was pinned to "
                    + one.pods() + " pods (" + one.min() + " to " + one.max() + " before)", "put back when the rollout ends",
                    ""));
        }
        return mended;
    }

    @Override
    public void restore(Site site) throws RouterException {
        for (KubeObject hpa : site.cluster().listKnown(AUTOSCALER, site.namespace())) {
            if (Mend.of(hpa) != null) {
                Mend.restore(site, hpa.ref());
            }
        }
    }

    private record Scaled(KubeObject hpa, Released version) {

        int min() {
            return hpa.spec().path("minReplicas").asInt(1);
        }

        int max() {
            return hpa.spec().path("maxReplicas").asInt(1);
        }

        boolean free() {
            return min() != max();
        }

        /** Those that it runs now, within what the autoscaler allows. */
        int pods() {
            return Math.max(Math.max(1, min()), Math.min(version.replicas(), max()));
        }
    }

    private static List<Scaled> scaled(Site site) throws RouterException {
        List<Scaled> found = new ArrayList<>();
        for (KubeObject hpa : site.cluster().listKnown(AUTOSCALER, site.namespace())) {
            for (Released version : site.versions()) {
                if (hpa.spec().path("scaleTargetRef").path("kind").asText().equals(version.ref().kind().name())
                        && hpa.spec().path("scaleTargetRef").path("name").asText().equals(version.ref().name())) {
                    found.add(new Scaled(hpa, version));
                }
            }
        }
        return found;
    }
}

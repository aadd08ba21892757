package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;

/** Pods say when they can answer, and not by a single lucky probe. */
final class ReadinessCheck implements PreflightCheck {

    private static final int TWICE = 2;

    @Override
    public String name() {
        return "readiness";
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> found = new ArrayList<>();
        for (PodOwner version : clusterContext.versions()) {
            JsonNode probed = null;
            int most = 0;
            for (JsonNode container : version.pod().path("containers")) {
                if (container.has("readinessProbe")) {
                    int needs = container
                            .path("readinessProbe")
                            .path("successThreshold")
                            .asInt(1);
                    probed = needs >= most ? container : probed;
                    most = Math.max(most, needs);
                }
            }
            if (probed == null) {
                found.add(PreflightFinding.warning(
                        name(),
                        version.ref(),
                        "has no readinessProbe",
                        "a pod gets requests the moment its process starts, so every shift and every new pod costs some",
                        clusterContext.kubectl() + " edit " + version.named()
                                + "  # add a readinessProbe with successThreshold: 2"));
            } else if (most < TWICE) {
                found.add(PreflightFinding.warning(
                        name(),
                        version.ref(),
                        "counts a pod as ready after one answer (successThreshold " + most + " of container "
                                + probed.path("name").asText() + ")",
                        "a pod that is still warming up flaps in and out of traffic, which shows as 503s of the canary",
                        clusterContext.kubectl() + " patch " + version.named()
                                + " --type=strategic -p '{\"spec\":{\"template\":"
                                + "{\"spec\":{\"containers\":[{\"name\":\""
                                + probed.path("name").asText()
                                + "\",\"readinessProbe\":{\"successThreshold\":2}}]}}}}'"));
            }
        }
        return found;
    }
}

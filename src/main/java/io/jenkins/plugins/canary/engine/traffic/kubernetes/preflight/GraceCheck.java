package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;

/** A pod lives as long as the ingress may still send to it. */
final class GraceCheck implements PreflightCheck {

    /** Of the API, when nothing is said. */
    private static final int DEFAULT_SECONDS = 30;

    @Override
    public String name() {
        return "termination-grace";
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> found = new ArrayList<>();
        long wanted = clusterContext.plan().drainTimeout().toSeconds();
        for (PodOwner version : clusterContext.versions()) {
            long grace = version.pod().path("terminationGracePeriodSeconds").asLong(DEFAULT_SECONDS);
            if (grace < wanted) {
                found.add(PreflightFinding.warning(
                        name(),
                        version.ref(),
                        "ends its pods after " + grace + " s, and the ingress drains for "
                                + Units.print(clusterContext.plan().drainTimeout()),
                        "connections that the ingress still holds are cut at every shift and promotion: 502s",
                        clusterContext.kubectl() + " patch " + version.named()
                                + " --type=merge -p '{\"spec\":{\"template\":{\"spec\":"
                                + "{\"terminationGracePeriodSeconds\":" + wanted + "}}}}'"));
            }
        }
        return found;
    }
}

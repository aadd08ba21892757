package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;

/** A new pod counts only when it has stayed ready for a while. */
final class MinReadyCheck implements PreflightCheck {

    private static final int SECONDS = 30;

    @Override
    public String name() {
        return "min-ready";
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> found = new ArrayList<>();
        for (PodOwner version : clusterContext.versions()) {
            int seconds = version.object().spec().path("minReadySeconds").asInt();
            if (seconds < SECONDS) {
                found.add(PreflightFinding.warning(
                        name(),
                        version.ref(),
                        "has minReadySeconds " + seconds,
                        "pods that die in their first seconds count as available, and a promotion replaces the old ones"
                                + " with them",
                        clusterContext.kubectl() + " patch " + version.named()
                                + " --type=merge -p '{\"spec\":{\"minReadySeconds\":" + SECONDS + "}}'"));
            }
        }
        return found;
    }
}

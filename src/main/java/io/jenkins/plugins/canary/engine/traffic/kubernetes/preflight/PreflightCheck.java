package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.List;

/** Looks at one thing in a cluster before the first request goes to a canary. Keeps nothing; may block. */
interface PreflightCheck {

    /** As in the plan. */
    String name();

    /**
     * Reads, and changes nothing.
     *
     * @throws RouterException when it cannot be looked at
     */
    List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException;

    /** What the look needs beside the driver's own rights. */
    default List<Right> rights(boolean fix) {
        return List.of();
    }
}

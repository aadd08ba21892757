package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.List;

/** A check that can put right what it finds, for as long as a rollout lasts. */
interface FixableCheck extends PreflightCheck {

    /** Changes what {@link #look} found, with what was before written down in the same write. */
    List<PreflightFinding> applyFixes(ClusterContext clusterContext) throws RouterException;

    /** Puts back what {@link #fix} changed for this rollout; nothing when it changed nothing. */
    void restore(ClusterContext clusterContext) throws RouterException;
}

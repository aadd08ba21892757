package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan.Target;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterAccess;

/**
 * What a router may need to know of the rollout that it serves.
 *
 * @param rollout the rollout's id, for locks and annotations
 * @param owner the build or the command that owns the rollout, for people
 * @param clusters opens Kubernetes clusters; null for kubeconfig files and the cluster that this process runs in
 */
public record RouterContext(
        String rollout, Target target, String version, String owner, Secrets secrets, ClusterAccess clusters) {

    public RouterContext(String rollout, Target target, String version, String owner, Secrets secrets) {
        this(rollout, target, version, owner, secrets, null);
    }
}

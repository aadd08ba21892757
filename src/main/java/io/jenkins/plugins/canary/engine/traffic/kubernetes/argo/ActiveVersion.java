package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import java.util.Optional;

/**
 * What users of a Rollout with the strategy blueGreen get: the pods that its active Service selects.
 *
 * @param image of the version's container; "" before the first version
 * @param stable whether Argo calls it the stable version, so that an abort leaves it where it is
 */
record ActiveVersion(String image, boolean stable) {

    static final ActiveVersion NONE = new ActiveVersion("", false);

    /** The ReplicaSet tells, since the status speaks of the template of before until its controller has seen a new one. */
    static ActiveVersion of(Cluster cluster, KubeObject rollout, TrialTemplate template) throws RouterException {
        String hash = ArgoRolloutStatus.activeHash(rollout.status());
        if (hash.isEmpty()) {
            return NONE;
        }
        Optional<KubeObject> pods = cluster.find(
                rollout.ref().beside(Kind.REPLICA_SET, rollout.ref().name() + "-" + hash));
        return pods.isEmpty()
                ? NONE
                : new ActiveVersion(
                        template.imageIn(pods.get()),
                        hash.equals(rollout.status().path("stableRS").asText()));
    }
}

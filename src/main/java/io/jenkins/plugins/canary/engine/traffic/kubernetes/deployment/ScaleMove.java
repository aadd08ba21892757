package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;

/**
 * A change of the split that takes two writes, kept in an annotation on the stable Deployment until the next one: pods
 * are added on one side first and taken away on the other when the new ones are ready. Whoever comes later knows from
 * it what to finish, and that a sum of pods above the total is on the way and no foreign edit.
 *
 * @param rollout whose move it is
 * @param total of both versions' replicas, before and after
 * @param from the canary's replicas before
 * @param to the canary's replicas after
 */
record ScaleMove(String rollout, int total, int from, int to) {

    static final String ANNOTATION = "canary-release.jenkins.io/replicas";

    /** Null when there is none, or it cannot be read. */
    static ScaleMove of(KubeObject stable) {
        String text = stable.annotation(ANNOTATION);
        try {
            return text == null ? null : Cluster.JSON.readValue(text, ScaleMove.class);
        } catch (JsonProcessingException | RuntimeException notOurs) {
            return null;
        }
    }

    String text() {
        try {
            return Cluster.JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether these replicas are the ones in the middle: more of one version, not yet fewer of the other. */
    boolean halfway(int canary, int stable) {
        return from != to && canary == Math.max(from, to) && stable == total - Math.min(from, to);
    }
}

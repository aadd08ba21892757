package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.Objects;

/**
 * Says of a canary's Deployment that a rollout has made it, and what it is for: an annotation there. Whoever finds it after
 * a crash knows what comes next, and that it may be removed.
 *
 * @param wanted the weight that was asked for last
 * @param since when it came to the stage, milliseconds since the epoch
 */
record CanaryRecord(String rollout, String version, Weight wanted, Stage stage, long since) {

    static final String ANNOTATION = "canary-release.jenkins.io/created";

    enum Stage {
        /** Pods first, then the weight, then the pods that are no longer needed. */
        MOVING,
        /** The weight was in force, and the number of pods is the one for it. */
        SERVING,
        /** It is rolled back. */
        ENDING,
        /** The weight is back at 0: requests under way end, and then the canary is removed. */
        DRAINING
    }

    CanaryRecord {
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(stage, "stage");
    }

    /** Null when no rollout has made it, or what is there cannot be read. */
    static CanaryRecord of(KubeObject deployment) {
        return deployment.annotation(ANNOTATION, CanaryRecord.class);
    }

    CanaryRecord at(Stage next, Weight weight, long now) {
        return stage == next && wanted.equals(weight) ? this : new CanaryRecord(rollout, version, weight, next, now);
    }
}

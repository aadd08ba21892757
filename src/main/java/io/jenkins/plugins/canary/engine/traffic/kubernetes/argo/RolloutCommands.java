package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;

/**
 * What {@code kubectl argo rollouts} writes, field by field, but under the resourceVersion that was read: each command
 * checks in the very copy that it writes that it still has something to do.
 */
record RolloutCommands(Cluster cluster, ObjectRef rollout) {

    /**
     * Ends the pause at a step.
     *
     * @param step at which the Rollout was seen to stand; nothing is written when it has gone on since
     */
    void promote(int step) throws RouterException {
        status(status -> {
            if (status.path("currentStepIndex").asInt() != step
                    || status.path("pauseConditions").isEmpty()) {
                return false;
            }
            status.remove("pauseConditions");
            return true;
        });
    }

    void backTo(int step) throws RouterException {
        status(status -> {
            status.remove("pauseConditions");
            status.put("currentStepIndex", step);
            return true;
        });
    }

    void promoteFull() throws RouterException {
        status(status -> {
            boolean through = status.path("currentPodHash").equals(status.path("stableRS"));
            return !through && set(status, "promoteFull", true);
        });
    }

    void abort() throws RouterException {
        status(status -> set(status, "abort", true));
    }

    void retry() throws RouterException {
        status(status -> set(status, "abort", false));
    }

    private static boolean set(ObjectNode status, String flag, boolean value) {
        if (status.path(flag).asBoolean() == value) {
            return false;
        }
        status.put(flag, value);
        return true;
    }

    private interface Change {
        boolean apply(ObjectNode status);
    }

    private void status(Change change) throws RouterException {
        cluster.editStatus(rollout, seen -> change.apply(seen.tree().withObject("/status")));
    }
}

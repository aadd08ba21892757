package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;

/**
 * What a rollout is trying in a release: kept in the description of every revision that it makes, so that {@code helm
 * history} shows who did what, and whoever finds it after a crash knows where to go back to.
 *
 * @param rollout the id of the rollout
 * @param owner the build or command, for people
 * @param before the revision before the rollout
 * @param from the stable version before
 * @param to the version under trial
 * @param out whether this revision takes it back, by values
 */
record HelmTrial(String rollout, String owner, int before, String from, String to, boolean out) {

    private static final String MARK = "canary-release ";

    /** Null when the description is somebody else's. */
    static HelmTrial in(String description) {
        if (!description.startsWith(MARK)) {
            return null;
        }
        try {
            HelmTrial trial = Cluster.JSON.readValue(description.substring(MARK.length()), HelmTrial.class);
            return trial.rollout == null || trial.to == null || trial.from == null ? null : trial;
        } catch (JsonProcessingException notOurs) {
            return null;
        }
    }

    HelmTrial takenBack() {
        return new HelmTrial(rollout, owner, before, from, to, true);
    }

    String description() {
        try {
            return MARK + Cluster.JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

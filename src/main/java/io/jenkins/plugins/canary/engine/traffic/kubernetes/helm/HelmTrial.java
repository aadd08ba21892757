package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import java.util.Objects;

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

    HelmTrial {
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    /** Null when the description is somebody else's. */
    static HelmTrial in(String description) {
        try {
            return description.startsWith(MARK)
                    ? Cluster.JSON.readValue(description.substring(MARK.length()), HelmTrial.class)
                    : null;
        } catch (JsonProcessingException notOurs) {
            return null;
        }
    }

    HelmTrial takenBack() {
        return new HelmTrial(rollout, owner, before, from, to, true);
    }

    String description() {
        return MARK + Cluster.text(this);
    }
}

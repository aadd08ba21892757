package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.Objects;

/**
 * What was seen of a release.
 *
 * @param revision the latest one
 * @param status Helm's word for it: {@code deployed}, {@code failed}, {@code pending-upgrade}
 * @param since when that revision was made, as Helm writes it
 * @param values of that revision, the chart's own included
 * @param enabled whether its values ask for a canary
 * @param trial this rollout's record; null when it has written none, or has taken everything back
 * @param onlyOurs whether every revision after {@code trial.before} is this rollout's, and that one is still kept
 * @param pods what the release's Deployments say
 */
record HelmState(
        int revision,
        String status,
        String since,
        JsonNode values,
        boolean enabled,
        Weight weight,
        String canaryTag,
        String tag,
        HelmTrial trial,
        boolean onlyOurs,
        Pods pods) {

    /**
     * @param ready whether every Deployment of the release is rolled out
     * @param runVersion whether one of them runs the version under trial
     * @param runOther whether one of them runs something else
     * @param progress of the first that is not ready, for people
     * @param canary the only Deployment that runs the version under trial; null when there is none, or several
     */
    record Pods(boolean ready, boolean runVersion, boolean runOther, String progress, KubeObject canary) {
        static final Pods NOT_LOOKED_AT = new Pods(true, true, true, "", null);
    }

    boolean pending() {
        return status.startsWith("pending-") || status.equals("uninstalling");
    }

    boolean deployed() {
        return status.equals("deployed");
    }

    /** The version under trial is in the values as the canary's. */
    boolean trying() {
        return trial != null && enabled && canaryTag.equals(trial.to());
    }

    /** It is in the values as the stable one. */
    boolean stableIsNew() {
        return trial != null && tag.equals(trial.to());
    }

    static Weight weight(JsonNode value) {
        double percent = value.isTextual() && value.asText().matches("\\d{1,3}(\\.\\d+)?")
                ? Double.parseDouble(value.asText())
                : value.asDouble();
        return Weight.ofPercent(Math.max(0, Math.min(100, percent)));
    }

    /**
     * What a rollout is trying in a release: kept in the description of every revision that it makes, so that {@code helm
     * history} shows who did what, and whoever finds it after a crash knows where to go back to.
     *
     * @param before the revision before the rollout
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
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;

/**
 * What a rollout is trying in a pod template whose pods a controller of the cluster moves. Kept in an annotation that is
 * written in the same update as the image, so that whoever finds it after a crash knows whose version this is, how much
 * was asked for, and how to take it back.
 *
 * @param rollout the id of the rollout
 * @param version as given to the rollout
 * @param owner the build or command, for people
 * @param from the image before
 * @param to the image under trial
 * @param was what identifies the whole template before; null when that was not the stable version's
 * @param wanted the weight that was asked for last
 */
public record Trial(
        String rollout, String version, String owner, String from, String to, String was, Weight wanted, Stage stage) {

    public enum Stage {
        /** The image is in the template. */
        BEGUN,
        /** The controller was seen to move it. */
        RUNNING,
        /** It was asked to become the stable one. */
        PROMOTING,
        /** The image of before was put back. */
        UNDONE
    }

    public static final String ANNOTATION = "canary-release.jenkins.io/trial";

    /** Null when there is none, or what is there cannot be read. */
    public static Trial of(KubeObject object) {
        String text = object.annotation(ANNOTATION);
        if (text == null) {
            return null;
        }
        try {
            Trial trial = Cluster.JSON.readValue(text, Trial.class);
            boolean whole = trial.rollout != null
                    && trial.from != null
                    && trial.to != null
                    && trial.wanted != null
                    && trial.stage != null;
            return whole ? trial : null;
        } catch (JsonProcessingException notOurs) {
            return null;
        }
    }

    public Trial wanting(Weight weight) {
        return new Trial(rollout, version, owner, from, to, was, weight, stage);
    }

    public Trial at(Stage next) {
        return new Trial(rollout, version, owner, from, to, was, next == Stage.UNDONE ? Weight.ZERO : wanted, next);
    }

    String text() {
        try {
            return Cluster.JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

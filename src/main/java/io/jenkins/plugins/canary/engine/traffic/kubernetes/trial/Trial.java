package io.jenkins.plugins.canary.engine.traffic.kubernetes.trial;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.Objects;

/**
 * What a rollout is trying in a pod template whose pods a controller of the cluster moves. Kept in an annotation that is
 * written in the same update as the image, so that whoever finds it after a crash knows whose version this is, how much
 * was asked for, and how to take it back.
 *
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

    public Trial {
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(stage, "stage");
    }

    /** Null when there is none, or what is there cannot be read. */
    public static Trial of(KubeObject object) {
        return object.annotation(ANNOTATION, Trial.class);
    }

    public Trial wanting(Weight weight) {
        return new Trial(rollout, version, owner, from, to, was, weight, stage);
    }

    public Trial at(Stage next) {
        return new Trial(rollout, version, owner, from, to, was, next == Stage.UNDONE ? Weight.ZERO : wanted, next);
    }
}

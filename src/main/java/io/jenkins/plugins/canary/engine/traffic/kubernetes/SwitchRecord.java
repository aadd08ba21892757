package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.Map;

/**
 * What a rollout did to the Service whose selector it moves, in an annotation there, written in the same update as the
 * selector.
 *
 * @param from the Deployment that the Service selected before
 * @param images of the old version, by container
 * @param to the Deployment with the version under trial
 * @param since when it came to the stage, milliseconds since the epoch
 * @param replicas that the old version had before a promotion scaled it to 0; 0 before
 */
record SwitchRecord(
        String rollout,
        String version,
        String from,
        Map<String, String> images,
        String to,
        Stage stage,
        long since,
        int replicas) {

    static final String ANNOTATION = "canary-release.jenkins.io/switch";

    enum Stage {
        /** The Service selects the version under trial. */
        SWITCHED,
        /** It is promoted; the old version's pods are kept. */
        KEEPING,
        /** The old version's pods are about to be scaled to 0. */
        ENDING,
        /** They were scaled to 0. */
        PROMOTED,
        /** The Service selects the old version again. */
        BACK
    }

    /** What this rollout wrote; null when it wrote nothing. */
    static SwitchRecord of(KubeObject service, String rollout) {
        SwitchRecord record = service.annotation(ANNOTATION, SwitchRecord.class);
        return record != null && rollout.equals(record.rollout) ? record : null;
    }

    SwitchRecord at(Stage next, long now) {
        return new SwitchRecord(rollout, version, from, images, to, next, now, replicas);
    }

    SwitchRecord scaledFrom(int before, long now) {
        return new SwitchRecord(rollout, version, from, images, to, Stage.ENDING, now, before);
    }
}

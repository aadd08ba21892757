package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.Map;

/**
 * What a promotion did to the stable Deployment, kept in an annotation there. It is written in the same update as the
 * images, so that whoever finds it after a crash knows how far things went, and how to take them back.
 *
 * @param from the images before, by container
 * @param trafficBackAt when the traffic was seen to be back at the stable version, milliseconds since the epoch; or 0
 */
public record PromotionRecord(
        String rollout,
        String version,
        Map<String, String> from,
        Map<String, String> to,
        long trafficBackAt,
        boolean undone) {

    public static final String ANNOTATION = "canary-release.jenkins.io/promotion";

    public PromotionRecord {
        from = Map.copyOf(from);
        to = Map.copyOf(to);
    }

    static PromotionRecord begun(String rollout, String version, Map<String, String> from, Map<String, String> to) {
        return new PromotionRecord(rollout, version, from, to, 0, false);
    }

    /** What this rollout wrote; null when it wrote nothing, or what is there cannot be read. */
    public static PromotionRecord of(KubeObject deployment, String rollout) {
        PromotionRecord record = deployment.annotation(ANNOTATION, PromotionRecord.class);
        return record != null && rollout.equals(record.rollout) ? record : null;
    }

    PromotionRecord asUndone() {
        return new PromotionRecord(rollout, version, from, to, trafficBackAt, true);
    }

    PromotionRecord withTrafficBackAt(long millis) {
        return new PromotionRecord(rollout, version, from, to, millis, undone);
    }
}

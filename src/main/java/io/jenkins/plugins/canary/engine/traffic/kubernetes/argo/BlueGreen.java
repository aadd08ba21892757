package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ControllerSetting;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.time.Duration;
import java.util.List;

/**
 * The blueGreen strategy of a Rollout: the new version's pods run beside the old one's, then the selector of the active
 * Service moves to them.
 *
 * @param previewService selects the new version before users do; "" for none
 * @param keeps how long the old version's pods stay after the switch
 */
record BlueGreen(ObjectRef rollout, boolean promotesByItself, String previewService, Duration keeps) {

    /** Of Argo's API, when nothing is said. */
    private static final int SCALE_DOWN_SECONDS = 30;

    /** Null when the Rollout has another strategy. */
    static BlueGreen of(ObjectRef rollout, JsonNode spec) {
        JsonNode blueGreen = spec.path("strategy").path("blueGreen");
        return blueGreen.isObject()
                ? new BlueGreen(
                        rollout,
                        blueGreen.path("autoPromotionEnabled").asBoolean(true),
                        blueGreen.path("previewService").asText(""),
                        Duration.ofSeconds(
                                blueGreen.path("scaleDownDelaySeconds").asInt(SCALE_DOWN_SECONDS)))
                : null;
    }

    /** Why this weight cannot be set; null when it can. */
    String refusal(Weight weight) {
        return weight.isZero() || weight.equals(Weight.FULL)
                ? null
                : rollout
                        + " has the strategy blueGreen: its activeService selects one version, so the canary gets 0% or"
                        + " 100% of the requests, not " + weight
                        + "; write one phase of weight 100, or give the Rollout the strategy canary";
    }

    /** The rollout decides about the switch, and nobody else. */
    void requireWaiting() throws RouterException {
        if (promotesByItself) {
            ControllerSetting setting = promotion();
            throw RouterException.permanent(
                    rollout + " " + setting.what() + ": " + setting.why() + "; fix it with: " + setting.remedy());
        }
    }

    /**
     * What the preflight says of it.
     *
     * @param hold how long the plan judges the version after the switch
     */
    List<ControllerSetting> settings(Duration hold) {
        return promotesByItself ? List.of(promotion(), keeping(hold)) : List.of(keeping(hold));
    }

    private ControllerSetting promotion() {
        return new ControllerSetting(
                rollout,
                true,
                "does not have autoPromotionEnabled: false",
                "Argo's controller switches users to the new version by itself as soon as its pods are ready",
                patch("\"autoPromotionEnabled\":false"));
    }

    private ControllerSetting keeping(Duration hold) {
        String what =
                "keeps the old version's pods for " + Units.print(keeps) + " after the switch (scaleDownDelaySeconds)";
        return keeps.compareTo(hold) < 0
                ? new ControllerSetting(
                        rollout,
                        false,
                        what + ", and the phases judge the new one for " + Units.print(hold),
                        "a later rollback starts the old version's pods first, and users wait for them",
                        patch("\"scaleDownDelaySeconds\":" + hold.toSeconds()))
                : new ControllerSetting(rollout, false, what, "a rollback within that time switches back at once", "");
    }

    private String patch(String field) {
        return "kubectl -n " + rollout.namespace() + " patch " + rollout.kind().resource() + " " + rollout.name()
                + " --type=merge -p '{\"spec\":{\"strategy\":{\"blueGreen\":{" + field + "}}}}'";
    }
}

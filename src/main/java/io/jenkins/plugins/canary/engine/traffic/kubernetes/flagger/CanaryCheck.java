package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.List;

/** Whether a Canary is set up so that a rollout can lead it, told before the start. */
record CanaryCheck(KubeObject canary, List<Weight> weights, String token) {

    void require() throws RouterException {
        JsonNode spec = canary.spec();
        if (!spec.path("targetRef").path("kind").asText().equals("Deployment")) {
            throw refused("has a target other than a Deployment");
        }
        if (spec.path("suspend").asBoolean()) {
            throw new RouterException(
                    canary.ref() + " is suspended: Flagger does nothing with it, not even roll it back;"
                            + " set spec.suspend to false");
        }
        if (spec.path("skipAnalysis").asBoolean()) {
            throw refused("has skipAnalysis: Flagger makes every new version the stable one at once");
        }
        JsonNode analysis = spec.path("analysis");
        FlaggerSteps steps = FlaggerSteps.of(analysis);
        if (!steps.progressive() || analysis.path("iterations").asInt() > 0) {
            throw refused(
                    "moves everything at once (iterations); write stepWeights: [5, 10, 25, 50, 100] into its analysis");
        }
        for (Weight weight : weights) {
            if (FlaggerMoves.refusal(steps, weight) != null) {
                throw RouterException.permanent(FlaggerMoves.refusal(steps, weight));
            }
        }
        for (FlaggerGate.Hook hook : FlaggerGate.Hook.values()) {
            requireHook(analysis, hook.type());
        }
    }

    private void requireHook(JsonNode analysis, String type) throws RouterException {
        for (JsonNode hook : analysis.path("webhooks")) {
            if (!hook.path("type").asText().equals(type)
                    || !hook.path("url").asText().endsWith("/" + type)) {
                continue;
            }
            if (!hook.path("metadata").path("token").asText().equals(token)) {
                throw refused("sends another token with its webhook "
                        + hook.path("name").asText() + " than the plan's webhook.token");
            }
            return;
        }
        throw refused("does not ask before it goes on; add to its analysis.webhooks: { name: canary-release-" + type
                + ", type: " + type + ", url: \"http://THIS_HOST:PORT/flagger/" + type
                + "\", timeout: 5s, metadata: { token: ... } }");
    }

    private RouterException refused(String why) {
        return RouterException.permanent(canary.ref() + " " + why);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.ClusterContext.PodOwner;
import java.util.Optional;

/**
 * The pods that the canary, and a baseline beside it, still lack for the largest weight; at least one.
 *
 * @param pod the spec of each
 * @param baseline whether some of them are a baseline's
 */
record LackingPods(ObjectRef canary, JsonNode pod, int pods, boolean baseline) {

    /** Empty when there are enough, or what each of them is like is not known. */
    static Optional<LackingPods> of(ClusterContext context) throws RouterException {
        Optional<PodOwner> stable = context.stable();
        Optional<PodOwner> canary = context.canary();
        if (stable.isEmpty() || context.objects().canary() == null) {
            return Optional.empty();
        }
        int made = context.settings()
                .madePods(stable.get().replicas(), context.schedule().largest());
        if (canary.isEmpty() && made == 0) {
            return Optional.empty();
        }
        int wanted = made > 0 ? made : Math.max(canary.get().replicas(), CapacityChecks.needed(context, stable.get()));
        int has = canary.map(c -> c.object().status().path("replicas").asInt()).orElse(0);
        JsonNode pod = canary.orElse(stable.get()).pod();
        return wanted > has
                ? Optional.of(new LackingPods(
                        context.objects().canary(),
                        pod,
                        wanted - has,
                        context.settings().comparesWithBaseline()))
                : Optional.empty();
    }

    /** {@code 3 more pods of Deployment shop/api-canary}. */
    String text() {
        return Units.count(pods, "more pod") + " of " + canary + (baseline ? " and its baseline" : "");
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import org.junit.jupiter.api.Test;

abstract class DeploymentContract extends KubernetesRouterContract {

    private static final int TOTAL = 20;

    @Override
    protected RouterDriver driver() {
        return new DeploymentDriver();
    }

    @Override
    protected String ownSettings() {
        return "replicas: " + TOTAL;
    }

    @Override
    protected String manifests() {
        return KubeWorld.version("api", "api:1", TOTAL) + "---\n"
                + KubeWorld.version("api-canary", "api:2", 0)
                        // Services of one version have nothing to find while it has no pods, and nobody asks them.
                        .replaceAll("(?s)---.*", "");
    }

    @Override
    protected void setWeightByHand(KubeWorld in, Weight weight) throws Exception {
        int canary = weight.tenths() * TOTAL / 1000;
        in.edit(Kind.DEPLOYMENT, "api-canary", tree -> tree.withObject("/spec").put("replicas", canary));
        in.edit(Kind.DEPLOYMENT, "api", tree -> tree.withObject("/spec").put("replicas", TOTAL - canary));
    }

    /** Here a canary without pods is where every rollout begins; they come with the shift. */
    @Override
    protected void assertNothingSentTo(TrafficRouter router) throws Exception {
        router.shift(Weight.ofPercent(10));
        assertEquals(
                2,
                world().get(Kind.DEPLOYMENT, "api-canary")
                        .spec()
                        .path("replicas")
                        .asInt());
        assertEquals(
                TOTAL,
                world().get(Kind.DEPLOYMENT, "api").spec().path("replicas").asInt(),
                "no stable pod goes before the canary's are ready");
    }

    @Override
    protected boolean shareCanarysPods(KubeWorld in) {
        return false;
    }

    @Override
    protected boolean shareStablesPods(KubeWorld in) {
        return false;
    }

    @Test
    void aShareThatPodsCannotMakeIsRefused() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(7)));
            assertTrue(refused.permanent());
            assertEquals(
                    "with 20 pods a canary gets 5% or 10% of the requests, not 7%; write one of these, or raise"
                            + " replicas",
                    refused.getMessage());
        }
    }

    @Override
    protected boolean sets(int tenths) {
        return tenths * TOTAL % 1000 == 0;
    }

    /** A Service that selects the pods of both versions sends nothing to pods that are not there. */
    @Override
    protected void assertDown(Observation seen) {
        assertEquals(Weight.ZERO, seen.weight());
    }
}

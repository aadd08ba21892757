package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import org.junit.jupiter.api.Test;

class ArgoBlueGreenOnMockTest extends ArgoBlueGreenContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        FakeArgo.reconcile(world());
    }

    @Test
    void aPreviewWithoutReadyPodsIsNotSwitchedTo() throws Exception {
        try (TrafficRouter router = again(settings())) {
            underWay(router);
            String hash = rollout(world()).status().path("currentPodHash").asText();
            world().delete(Kind.POD, "api-" + hash);
            RouterException waits = assertThrows(RouterException.class, () -> router.shift(Weight.FULL));
            assertFalse(waits.permanent());
            assertTrue(waits.getMessage().startsWith("the switch waits for the preview: 0 of"), waits.getMessage());
            assertEquals(Weight.ZERO, router.observe().weight());
            letTheWorldMoveOn();
            assertEquals(Weight.FULL, shifted(router, Weight.FULL).weight());
        }
    }

    /** Argo judges a version after the switch by an analysis of its own, and it is not stable until then. */
    @Test
    void aVersionThatArgoStillJudgesIsTakenBackByAnAbort() throws Exception {
        String old = rollout(world()).status().path("stableRS").asText();
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.FULL);
            editStatus(
                    world(),
                    status -> status.put("stableRS", old)
                            .put("phase", "Progressing")
                            .put("message", "waiting for analysis to complete"));
            assertEquals(Weight.FULL, router.observe().weight());
            assertTrue(router.observe().settled(), router.observe().detail());
            router.promote("v2");
            assertFalse(router.observe().promoted());
            router.rollBack();
            assertTrue(rollout(world()).status().path("abort").asBoolean());
            rolledBack(router);
            assertEquals("api:v1", stableImage(world()));
        }
    }
}

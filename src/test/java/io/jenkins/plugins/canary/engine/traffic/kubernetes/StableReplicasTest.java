package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code dynamicStableScale} does when things do not go their way; how it goes otherwise is in the drivers' contract. */
class StableReplicasTest {

    private final AtomicLong now = new AtomicLong(1_000_000);
    private MockWorld world;

    @BeforeEach
    void begin() throws Exception {
        world = MockWorld.behindTraefik(10);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private SettingsText settings(String canary) throws Exception {
        return SettingsText.read(
                new TraefikDriver(),
                "{ traefikService: weighted, canary: { " + canary + " }, cluster: { kubeconfig: '" + world.kubeconfig()
                        + "' } }");
    }

    private TrafficRouter open(String rollout) throws Exception {
        RouterContext any = RouterContract.CONTEXT;
        return settings("create: true, dynamicStableScale: true")
                .settings()
                .open(RouterContext.of(
                        rollout, any.target(), "v2", "a test", any.secrets(), () -> Instant.ofEpochMilli(now.get())));
    }

    private void shift(TrafficRouter router, int percent) throws Exception {
        Weight weight = Weight.ofPercent(percent);
        for (int i = 0; i < 9; i++) {
            router.shift(weight);
            world.moveOn();
        }
        assertEquals(weight, router.observe().weight());
        assertTrue(router.observe().settled(), router.observe().detail());
    }

    private KubeObject stable() throws Exception {
        return world.get(Kind.DEPLOYMENT, "api");
    }

    private int replicas() throws Exception {
        return Workload.of(stable()).replicas();
    }

    private void scaleByHand(int replicas) throws Exception {
        world.edit(Kind.DEPLOYMENT, "api", tree -> tree.withObject("/spec").put("replicas", replicas));
        world.moveOn();
    }

    @Test
    void itIsForACanaryThatTheRolloutMakes() throws Exception {
        assertTrue(
                settings("dynamicStableScale: true")
                        .problems()
                        .toString()
                        .contains("dynamicStableScale is for a canary that the rollout makes"),
                settings("dynamicStableScale: true").problems().toString());
    }

    @Test
    void theNumberOfBeforeIsWrittenDownInTheSameWrite() throws Exception {
        try (TrafficRouter router = open("r1")) {
            shift(router, 30);
        }
        assertEquals(7, replicas());
        assertEquals(
                new StableReplicas.Scaled("r1", 10, 7, Weight.ofPercent(30)),
                stable().annotation(StableReplicas.ANNOTATION, StableReplicas.Scaled.class));
        assertEquals(
                1,
                world.asked().stream()
                        .filter(asked -> asked.startsWith("PUT") && asked.contains("/deployments/api?"))
                        .count(),
                world.asked().toString());
    }

    @Test
    void anAutoscalerIsRefusedBeforeAnythingIsMade() throws Exception {
        for (String name : List.of("other", "api")) {
            world.admin().create(world.ref(Kind.AUTOSCALER, name), (ObjectNode) Cluster.JSON.readTree(
                    "{\"spec\": {\"scaleTargetRef\": {\"kind\": \"Deployment\", \"name\": \"" + name + "\"}}}"));
        }
        try (TrafficRouter router = open("r1")) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(30)));
            assertTrue(refused.permanent());
            assertTrue(
                    refused.getMessage().contains("HorizontalPodAutoscaler shop/api scales Deployment shop/api"),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("kubectl -n shop delete hpa api"), refused.getMessage());
            assertTrue(
                    world.admin().find(world.ref(Kind.DEPLOYMENT, "api-canary")).isEmpty());
            world.delete(Kind.AUTOSCALER, "api");
            shift(router, 30);
            assertEquals(7, replicas());
        }
    }

    @Test
    void aNumberThatSomebodyElseSetStays() throws Exception {
        try (TrafficRouter router = open("r1")) {
            shift(router, 30);
            scaleByHand(8);
            shift(router, 60);
            assertEquals(8, replicas());
            assertTrue(
                    router.observe().warnings().toString().contains("has 8 replicas, which somebody else has set"),
                    router.observe().warnings().toString());
            assertEquals(
                    6, Workload.of(world.get(Kind.DEPLOYMENT, "api-canary")).replicas(), "of the ten of before");
            shift(router, 10);
            assertEquals(8, replicas());
            router.rollBack();
            assertTrue(router.observe().isClear(), "nothing to wait for");
            now.addAndGet(15_000);
            router.rollBack();
            assertTrue(router.observe().settled());
        }
        assertEquals(8, replicas());
        assertNull(stable().annotation(StableReplicas.ANNOTATION));
    }

    @Test
    void aRollBackWaitsForStablesPodsAMinuteAtMost() throws Exception {
        try (TrafficRouter router = open("r1")) {
            shift(router, 90);
            assertEquals(1, replicas());
            router.rollBack();
            world.pods("api", 10, 10, 4);
            now.addAndGet(59_999);
            router.rollBack();
            Observation waits = router.observe();
            assertEquals(Weight.ofPercent(90), waits.weight());
            assertFalse(waits.settled());
            assertEquals("the canary is rolled back; 4 of 10 pods of the stable version ready", waits.detail());
            now.addAndGet(1);
            router.rollBack();
            Observation back = router.observe();
            assertTrue(back.isClear());
            assertTrue(back.detail().endsWith("4 of 10 pods of the stable version ready"), back.detail());
        }
    }

    @Test
    void aRollBackFromACanaryWithoutReadyPodsDoesNotWait() throws Exception {
        try (TrafficRouter router = open("r1")) {
            shift(router, 90);
            world.pods("api-canary", 9, 9, 0);
            router.rollBack();
            Observation back = router.observe();
            assertTrue(back.isClear());
            assertTrue(back.settled());
            assertEquals("1 of 10 pods of the stable version ready", back.detail());
        }
        assertEquals(10, replicas());
        assertNull(stable().annotation(StableReplicas.ANNOTATION));
    }

    @Test
    void aRollBackThatCannotScaleStableWaitsNoLongerThanThat() throws Exception {
        try (TrafficRouter router = open("r1")) {
            shift(router, 90);
            world.plant(request ->
                    request.getMethod().equals("PUT") && request.getPath().contains("/deployments/api?")
                            ? MockWorld.status(403, "Forbidden", "a quota is in the way", "api")
                            : null);
            assertThrows(RouterException.class, router::rollBack);
            assertEquals(Weight.ofPercent(90), router.observe().weight());
            now.addAndGet(60_000);
            assertThrows(RouterException.class, router::rollBack);
            assertTrue(router.observe().isClear());
        }
    }

    /** Weight 0 that is asked for as any other weight waits as any other does. */
    @Test
    void weightZeroWaitsForAllPods() throws Exception {
        try (TrafficRouter router = open("r1")) {
            shift(router, 50);
            router.shift(Weight.ZERO);
            assertEquals(10, replicas());
            assertEquals(Weight.ofPercent(50), router.observe().weight());
            assertFalse(router.observe().settled());
            world.moveOn();
            router.shift(Weight.ZERO);
            assertTrue(router.observe().isClear());
            assertTrue(router.observe().settled());
        }
    }

    @Test
    void aRollBackDuringAPromotionTakesTheImagesBackBeforeItWaits() throws Exception {
        try (TrafficRouter router = open("r1")) {
            shift(router, 100);
            router.promote("v2");
            assertEquals("api:v2", Workload.of(stable()).images().get("api"));
            assertEquals(10, replicas());
            world.pods("api", 10, 3, 3);
            router.rollBack();
            assertEquals("api:1", Workload.of(stable()).images().get("api"));
            assertEquals(Weight.FULL, router.observe().weight());
            world.moveOn();
            router.rollBack();
            assertTrue(router.observe().isClear());
        }
    }

    @Test
    void aRolloutThatEndsOnHoldGivesThePodsBack() throws Exception {
        try (TrafficRouter router = open("r1")) {
            router.claim();
            shift(router, 50);
            router.release(Release.LEFT_BEHIND);
        }
        assertEquals(10, replicas());
        assertNull(stable().annotation(StableReplicas.ANNOTATION));
    }

    @Test
    void anotherRolloutTouchesNothingUntilItShiftsAndThenKnowsTheNumberOfBefore() throws Exception {
        try (TrafficRouter first = open("r1")) {
            shift(first, 80);
        }
        world.delete(Kind.DEPLOYMENT, "api-canary");
        try (TrafficRouter second = open("r2")) {
            second.claim();
            second.release(Release.ENDED);
            assertEquals(2, replicas());
        }
        try (TrafficRouter third = open("r3")) {
            third.claim();
            shift(third, 50);
            assertEquals(5, replicas());
            assertEquals(
                    5, Workload.of(world.get(Kind.DEPLOYMENT, "api-canary")).replicas());
            third.release(Release.LEFT_BEHIND);
        }
        assertEquals(10, replicas());
    }
}

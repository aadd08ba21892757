package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Service api moves from the Deployment api-blue, which users have, to api-green. */
abstract class ServiceContract {

    private static final int MOST_STEPS = 150;

    private KubeWorld world;

    protected abstract KubeWorld newWorld() throws Exception;

    protected final KubeWorld world() {
        return world;
    }

    private static String colour(String colour, String image, int replicas) {
        return KubeWorld.version("api-" + colour, image, replicas)
                .replaceAll("(?s)---.*", "")
                .replace("service: all", "service: all, color: " + colour);
    }

    private static String service(String name, String colour) {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: NAME}
                spec: {selector: {service: all, color: COLOUR}, ports: [{port: 80, targetPort: 8080}]}
                """.replace("NAME", name).replace("COLOUR", colour);
    }

    @BeforeEach
    void begin() throws Exception {
        world = newWorld();
        world.create(colour("blue", "api:1", 2) + "---\n" + colour("green", "api:2", 2) + service("api", "blue")
                + service("api-preview", "green"));
        for (int i = 0; i < MOST_STEPS && !rolledOut("api-green"); i++) {
            world.moveOn();
        }
    }

    @AfterEach
    void end() {
        if (world != null) { // null where the test was skipped
            world.close();
        }
    }

    private boolean rolledOut(String deployment) throws Exception {
        return Workload.of(world.get(Kind.DEPLOYMENT, deployment)).rolledOut();
    }

    protected final RouterSettings settings(String keep) {
        SettingsText read = SettingsText.read(
                new ServiceDriver(),
                "{ service: api, blue: api-blue, green: api-green, preview: api-preview, keep: " + keep
                        + ", namespace: " + world.namespace() + ", cluster: { kubeconfig: '" + world.kubeconfig()
                        + "' } }");
        assertEquals(List.of(), read.problems());
        return read.settings();
    }

    protected final TrafficRouter open(String keep) throws Exception {
        return settings(keep).open(RouterContract.CONTEXT);
    }

    interface Ask {
        void of(TrafficRouter router) throws RouterException;
    }

    private void until(TrafficRouter router, Ask ask, Predicate<Observation> seen) throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            if (seen.test(router.observe())) {
                return;
            }
            try {
                ask.of(router);
            } catch (RouterException later) {
                assertFalse(later.permanent(), later.getMessage());
            }
            world.moveOn();
        }
        throw new AssertionError("not there: " + router.observe());
    }

    protected final void promote(TrafficRouter router) throws Exception {
        until(router, r -> r.shift(Weight.FULL), s -> s.weight().equals(Weight.FULL));
        until(router, r -> r.promote("v2"), Observation::promoted);
    }

    protected final void rollBack(TrafficRouter router) throws Exception {
        until(router, TrafficRouter::rollBack, s -> s.settled() && s.weight().isZero());
    }

    protected final String selected(String service) throws Exception {
        return world.get(Kind.SERVICE, service).spec().at("/selector/color").asText();
    }

    protected final int replicas(String deployment) throws Exception {
        return Workload.of(world.get(Kind.DEPLOYMENT, deployment)).replicas();
    }

    @Test
    void anythingButAllOrNothingIsRefused() throws Exception {
        RouterSettings settings = settings("0s");
        assertNull(settings.refusal(Weight.ZERO));
        assertNull(settings.refusal(Weight.FULL));
        assertTrue(settings.refusal(Weight.ofPercent(50)).contains("write one phase of weight 100"));
        try (TrafficRouter router = open("0s")) {
            assertTrue(assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(50)))
                    .permanent());
            assertEquals(Weight.ZERO, router.observe().weight());
        }
    }

    @Test
    void theSwitchIsOneStepBothWays() throws Exception {
        try (TrafficRouter router = open("1h")) {
            router.shift(Weight.FULL);
            assertEquals(Weight.FULL, router.observe().weight());
            assertEquals(CanaryHealth.READY, router.observe().health());
            assertEquals("green", selected("api"));
            router.promote("v2");
            Observation kept = router.observe();
            assertFalse(kept.settled());
            assertFalse(kept.promoted());
            assertTrue(kept.detail().startsWith("keeps the pods of Deployment"), kept.detail());
            router.promote("v2");
            assertEquals(2, replicas("api-blue"));
            router.rollBack();
            assertEquals(Weight.ZERO, router.observe().weight());
            assertTrue(router.observe().settled());
            assertEquals("blue", selected("api"));
        }
    }

    @Test
    void aPromotionScalesTheOldVersionDownAndCanBeTakenBack() throws Exception {
        try (TrafficRouter router = open("0s")) {
            promote(router);
            assertEquals(0, replicas("api-blue"));
            assertEquals("blue", selected("api-preview"), "the next version comes there");
            assertTrue(router.observe().promoted());
            rollBack(router);
            assertEquals(2, replicas("api-blue"));
            assertEquals("blue", selected("api"));
            assertFalse(router.observe().promoted());
        }
    }

    /** The next version is deployed while the last one is watched. */
    @Test
    void whatIsNoLongerThereIsNotSwitchedBackTo() throws Exception {
        try (TrafficRouter router = open("0s")) {
            promote(router);
            world.edit(Kind.DEPLOYMENT, "api-blue", tree -> {
                Workload.setImages(tree, java.util.Map.of("api", "api:3"));
                tree.withObject("/spec").put("replicas", 2);
            });
            assertTrue(router.observe().promoted());
            RouterException refused = assertThrows(RouterException.class, router::rollBack);
            assertTrue(refused.getMessage().contains("no longer runs the old version"), refused.getMessage());
            assertEquals("green", selected("api"));
        }
    }

    @Test
    void theNextRolloutGoesTheOtherWay() throws Exception {
        try (TrafficRouter router = open("0s")) {
            promote(router);
        }
        world.edit(Kind.DEPLOYMENT, "api-blue", tree -> tree.withObject("/spec").put("replicas", 2));
        RouterContext c = RouterContract.CONTEXT;
        RouterContext next = RouterContext.of("contract-2", c.target(), "v3", "a test", c.secrets(), c.clock());
        try (TrafficRouter router = settings("0s").open(next)) {
            assertEquals(Weight.ZERO, router.observe().weight());
            promote(router);
            assertEquals("blue", selected("api"));
            assertEquals(0, replicas("api-green"));
        }
    }

    @Test
    void aVersionWithoutPodsGetsNothing() throws Exception {
        world.edit(
                Kind.DEPLOYMENT, "api-green", tree -> tree.withObject("/spec").put("replicas", 0));
        try (TrafficRouter router = open("0s")) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.FULL));
            assertTrue(refused.getMessage().contains("scale it up before the rollout"), refused.getMessage());
            assertEquals("blue", selected("api"));
        }
    }

    @Test
    void aServiceThatSelectsBothIsRefusedBeforeTheStart() throws Exception {
        world.edit(Kind.SERVICE, "api", tree -> {
            tree.withObject("/spec/selector").removeAll();
            tree.withObject("/spec/selector").put("service", "all");
        });
        RouterException refused = assertThrows(RouterException.class, () -> open("0s"));
        assertTrue(refused.getMessage().contains("selects the pods of both api-blue and api-green"));
    }
}

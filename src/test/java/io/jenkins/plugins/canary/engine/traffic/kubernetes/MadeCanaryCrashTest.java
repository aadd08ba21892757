package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The canary that a rollout makes, and a process that dies at every one of its writes. */
class MadeCanaryCrashTest {

    private static final int MOST_STEPS = 40;

    private MockWorld world;

    @BeforeEach
    void begin() throws Exception {
        world = MockWorld.behindTraefik(5);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private TrafficRouter open(String canary) throws Exception {
        SettingsText read = SettingsText.read(
                new TraefikDriver(),
                "{ traefikService: weighted, drain: 0s, canary: { create: true" + canary
                        + " }, cluster: { kubeconfig: '" + world.kubeconfig() + "' } }");
        return read.settings().open(RouterContract.CONTEXT);
    }

    /** One step of a rollout's life; the engine repeats it until it is seen. */
    private interface Ask {
        void of(TrafficRouter router) throws RouterException;
    }

    private void until(TrafficRouter router, Ask ask, java.util.function.Predicate<Observation> seen) throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            assertStableCanServe(router.observe().weight());
            if (seen.test(router.observe())) {
                return;
            }
            ask.of(router);
            assertStableCanServe(router.observe().weight());
            world.moveOn();
        }
        throw new AssertionError("not there: " + router.observe());
    }

    /** Never below the share of its five pods that its requests are. */
    private void assertStableCanServe(Weight canary) throws Exception {
        int pods = Workload.of(world.get(Kind.DEPLOYMENT, "api")).replicas();
        assertTrue(pods * 1000 >= 5 * (1000 - canary.tenths()), pods + " stable pods at " + canary);
        assertTrue(pods >= 1, "no stable pod");
    }

    private void shift(TrafficRouter router, int percent) throws Exception {
        Weight weight = Weight.ofPercent(percent);
        until(router, r -> r.shift(weight), s -> s.settled() && s.weight().equals(weight));
    }

    private void rollBack(TrafficRouter router) throws Exception {
        until(router, TrafficRouter::rollBack, s -> s.settled() && s.weight().isZero());
    }

    private void promote(TrafficRouter router) throws Exception {
        until(router, r -> r.promote("v2"), s -> s.settled() && s.promoted());
    }

    private void phases(TrafficRouter router) throws Exception {
        shift(router, 20);
        shift(router, 60);
        shift(router, 40);
        shift(router, 100);
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, ''",
        "false, true, ''",
        "true, false, ''",
        "true, true, ''",
        "false, false, ', dynamicStableScale: true'",
        "false, true, ', dynamicStableScale: true'",
        "true, false, ', dynamicStableScale: true'",
        "true, true, ', dynamicStableScale: true'"
    })
    void whoeverComesNextGoesOnOrCleansUp(boolean done, boolean promotes, String canary) throws Exception {
        for (long write = 0; ; write++) {
            world.dieAt(write, done);
            boolean alive = true;
            try (TrafficRouter first = open(canary)) {
                phases(first);
                if (promotes) {
                    promote(first);
                } else {
                    rollBack(first);
                }
            } catch (RouterException died) {
                alive = false;
            }
            world.heal();
            try (TrafficRouter second = open(canary)) {
                if (promotes) {
                    Observation seen = second.observe();
                    if (!seen.promoted() && image("api").equals("api:1")) {
                        phases(second);
                    }
                    promote(second);
                } else {
                    rollBack(second);
                }
            }
            String at = "after dying at write " + write;
            assertTrue(canary() == null, at);
            assertEquals(promotes ? "api:v2" : "api:1", image("api"), at);
            KubeObject stable = world.get(Kind.DEPLOYMENT, "api");
            assertEquals(5, Workload.of(stable).replicas(), at);
            assertNull(stable.annotation(StableReplicas.ANNOTATION), at);
            if (alive) {
                assertTrue(write > 10, "only " + write + " writes");
                return;
            }
            end();
            begin();
        }
    }

    private KubeObject canary() throws Exception {
        return world.admin().find(world.ref(Kind.DEPLOYMENT, "api-canary")).orElse(null);
    }

    private String image(String deployment) throws Exception {
        return Workload.of(world.get(Kind.DEPLOYMENT, deployment)).images().get("api");
    }

    private int replicas() throws Exception {
        return Workload.of(canary()).replicas();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                    | 1 | 3 | 5",
                "', replicas: match'   | 5 | 5 | 5",
                "', replicas: 2'       | 2 | 2 | 2",
                "', replicas: 50%'     | 3 | 3 | 3"
            })
    void itsPodsFollowThePlan(String replicas, int at10, int at60, int at100) throws Exception {
        try (TrafficRouter router = open(replicas)) {
            shift(router, 10);
            assertEquals(at10, replicas());
            shift(router, 60);
            assertEquals(at60, replicas());
            shift(router, 100);
            assertEquals(at100, replicas());
        }
    }

    @Test
    void theWeightWaitsForThePodsAndSaysSo() throws Exception {
        try (TrafficRouter router = open("")) {
            shift(router, 20);
            router.shift(Weight.ofPercent(80));
            world.pods("api-canary", 4, 4, 2);
            router.shift(Weight.ofPercent(80));
            Observation seen = router.observe();
            assertEquals(Weight.ofPercent(20), seen.weight());
            assertFalse(seen.settled());
            assertTrue(seen.detail().contains("2 of 4 pods ready"), seen.detail());
            ObjectNode stuck = (ObjectNode) canary().tree();
            world.putStatus(
                    new KubeObject(canary().ref(), stuck),
                    status -> status.putArray("conditions")
                            .addObject()
                            .put("type", "Progressing")
                            .put("status", "False")
                            .put("reason", "ProgressDeadlineExceeded")
                            .put("message", "ReplicaSet \"api-canary-1\" has timed out progressing."));
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(80)));
            assertTrue(refused.permanent(), "so the rollout rolls back, with the reason");
            assertTrue(refused.getMessage().contains("has timed out progressing"), refused.getMessage());
        }
    }

    @Test
    void whatTheRolloutHasNotMadeIsNeitherTakenNorDeleted() throws Exception {
        world.create(KubeWorld.version("api-canary", "api:7", 1));
        world.moveOn();
        try (TrafficRouter router = open("")) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(20)));
            assertTrue(refused.permanent());
            assertTrue(refused.getMessage().contains("no rollout has made it"), refused.getMessage());
            rollBack(router);
        }
        assertEquals("api:7", image("api-canary"));
    }

    @Test
    void itIsMadeFromTheStableVersionAndNothingThatSelectsThatSelectsIt() throws Exception {
        world.edit(Kind.DEPLOYMENT, "api", tree -> {
            tree.withObject("/metadata/labels").put("argocd.argoproj.io/instance", "shop");
            tree.withObject("/spec/template/metadata/labels").put("version", "v1");
        });
        world.moveOn();
        try (TrafficRouter router = open("")) {
            shift(router, 20);
        }
        KubeObject made = canary();
        JsonNode labels = made.tree().at("/spec/template/metadata/labels");
        assertEquals(
                "{\"app\":\"api-canary\",\"service\":\"all\",\"track\":\"canary\",\"version\":\"v2\"}",
                labels.toString());
        assertEquals(
                "{\"app\":\"api-canary\",\"track\":\"canary\"}",
                made.spec().at("/selector/matchLabels").toString());
        assertEquals(
                "{\"team\":\"shop\",\"app.kubernetes.io/managed-by\":\"canary-release\",\"track\":\"canary\"}",
                made.metadata().path("labels").toString());
        assertEquals("api:v2", image("api-canary"));
        assertEquals("proxy:1", Workload.of(made).images().get("sidecar"), "only the version's container changes");
        KubeObject service = world.get(Kind.SERVICE, "api-canary");
        assertEquals("{\"app\":\"api-canary\"}", service.spec().path("selector").toString());
        assertEquals(
                made.metadata().path("uid"), service.tree().at("/metadata/ownerReferences/0/uid"), "it goes with it");
    }
}

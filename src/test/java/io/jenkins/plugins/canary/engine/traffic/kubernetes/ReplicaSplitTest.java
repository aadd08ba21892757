package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which pods come and go, and in which order. */
class ReplicaSplitTest {

    private MockWorld world;
    private TrafficRouter router;

    @BeforeEach
    void begin() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 10) + "---\n" + KubeWorld.version("api-canary", "api:2", 0));
        world.moveOn();
        router = open("r1");
    }

    private TrafficRouter open(String rollout) throws Exception {
        return SettingsText.read(new DeploymentDriver(), "{ cluster: { kubeconfig: '" + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContext.of(
                        rollout, new Target("shop", "api"), "v2", "a test", null, InstantSource.system()));
    }

    @AfterEach
    void end() {
        router.close();
        world.close();
    }

    private void replicas(int canary, int stable) throws Exception {
        assertEquals(
                canary + " canary, " + stable + " stable",
                world.get(Kind.DEPLOYMENT, "api-canary").spec().path("replicas").asInt() + " canary, "
                        + world.get(Kind.DEPLOYMENT, "api")
                                .spec()
                                .path("replicas")
                                .asInt() + " stable");
    }

    @Test
    void podsAreAddedBeforeOthersGo() throws Exception {
        router.shift(Weight.ofPercent(30));
        replicas(3, 10);
        router.shift(Weight.ofPercent(30));
        replicas(3, 10);
        world.moveOn();
        Observation halfway = router.observe();
        assertFalse(halfway.settled(), "13 pods are on the way, and no foreign edit");
        router.shift(Weight.ofPercent(30));
        replicas(3, 7);
        world.moveOn();
        assertEquals(Weight.ofPercent(30), router.observe().weight());
        assertTrue(router.observe().settled());
        router.shift(Weight.ofPercent(10));
        replicas(3, 9);
        world.moveOn();
        router.shift(Weight.ofPercent(10));
        replicas(1, 9);
    }

    @Test
    void aRollBackDoesNotWaitForTheStableVersionsFullStrength() throws Exception {
        router.shift(Weight.ofPercent(50));
        world.moveOn();
        router.shift(Weight.ofPercent(50));
        world.moveOn();
        router.rollBack();
        replicas(0, 10);
    }

    @Test
    void aRollBackLeavesTheCanaryUntilTheStableVersionHasAPod() throws Exception {
        router.shift(Weight.FULL);
        world.moveOn();
        router.shift(Weight.FULL);
        world.moveOn();
        replicas(10, 0);
        router.rollBack();
        replicas(10, 10);
        world.pods("api", 10, 10, 1);
        router.rollBack();
        replicas(0, 10);
    }

    @Test
    void anotherProcessKeepsTheTotalThatTheRolloutBeganWith() throws Exception {
        router.shift(Weight.ofPercent(30));
        world.moveOn();
        try (TrafficRouter second = open("r1")) {
            second.shift(Weight.ofPercent(30));
            replicas(3, 7);
        }
    }

    @Test
    void aForeignEditIsAtRestAndSoIsSeenForWhatItIs() throws Exception {
        router.shift(Weight.ofPercent(10));
        world.moveOn();
        router.shift(Weight.ofPercent(10));
        world.edit(
                Kind.DEPLOYMENT, "api-canary", tree -> tree.withObject("/spec").put("replicas", 6));
        world.moveOn();
        Observation seen = router.observe();
        assertEquals(Weight.ofPercent(40), seen.weight());
        assertTrue(seen.settled());
        assertEquals("canary 6 of 6 pods ready, stable 9 of 9 pods ready", seen.detail());
    }
}

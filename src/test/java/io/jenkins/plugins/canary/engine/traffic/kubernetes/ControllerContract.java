package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract for drivers that leave the traffic to a controller of the cluster; version v2 is under trial. */
public abstract class ControllerContract extends RouterContract {

    private static final int MOST_STEPS = 60;

    private KubeWorld world;

    protected abstract KubeWorld newWorld() throws Exception;

    protected abstract RouterDriver driver();

    /** The driver's own settings, as in a plan, without the outer braces. */
    protected abstract String ownSettings();

    /** Puts everything there that there is before a rollout, and waits until it is at rest. */
    protected abstract void furnish(KubeWorld in) throws Exception;

    /** Somebody else ends the trial by the controller's own means. */
    protected abstract void abortByHand(KubeWorld in) throws Exception;

    /** Scales the version under trial to nothing, past the driver. */
    protected abstract void takeTheCanarysPodsAway(KubeWorld in) throws Exception;

    /** The image that users get once nothing is under trial. */
    protected abstract String stableImage(KubeWorld in) throws Exception;

    /** The weights that a release goes through, one after the other. */
    protected List<Weight> phases() {
        return List.of(Weight.ofPercent(10), Weight.ofPercent(50), Weight.FULL);
    }

    /** Begins a trial and takes it to where somebody else can still end it. */
    protected void underWay(TrafficRouter router) throws Exception {
        shifted(router, share(10));
    }

    protected final KubeWorld world() {
        return world;
    }

    @Override
    protected final RouterSettings settings() throws Exception {
        if (world == null) {
            world = newWorld();
            furnish(world);
        }
        SettingsText read = SettingsText.read(
                driver(),
                "{ " + ownSettings() + ", namespace: " + world.namespace() + ", cluster: { kubeconfig: '"
                        + world.kubeconfig() + "' } }");
        assertEquals(List.of(), read.problems());
        return read.settings();
    }

    @AfterEach
    void end() throws Exception {
        if (world != null) {
            world.close();
        }
    }

    @Test
    void aRolloutIsTakenBackAtEveryPhase() throws Exception {
        try (TrafficRouter router = again(settings())) {
            for (int last = 0; last < phases().size(); last++) {
                for (Weight up : phases().subList(0, last + 1)) {
                    assertEquals(up, shifted(router, up).weight());
                }
                rolledBack(router);
                assertEquals("api:v1", stableImage(world));
                assertEquals(List.of(), router.observe().warnings());
            }
        }
    }

    @Test
    void aCanaryWhosePodsGoAwayIsSeenToBeDown() throws Exception {
        try (TrafficRouter router = again(settings())) {
            assertEquals(CanaryHealth.READY, shifted(router, share(10)).health());
            takeTheCanarysPodsAway(world);
            Observation seen = router.observe();
            for (int i = 0; i < MOST_STEPS && !seen.health().is(CanaryHealth.State.DOWN); i++) {
                letTheWorldMoveOn();
                seen = router.observe();
            }
            assertEquals(share(10), seen.weight());
            assertEquals(CanaryHealth.State.DOWN, seen.health().state());
            assertTrue(seen.health().detail().startsWith("0 of "), seen.health().detail());
        }
    }

    /** Every write is followed by a crash: whoever comes next must find out from the cluster alone. */
    @Test
    void eachStepMayBeTakenByAnotherProcess() throws Exception {
        for (Weight weight : phases()) {
            boolean there = false;
            for (int i = 0; i < MOST_STEPS && !there; i++) {
                try (TrafficRouter one = again(settings())) {
                    one.shift(weight);
                }
                letTheWorldMoveOn();
                try (TrafficRouter next = again(settings())) {
                    Observation seen = next.observe();
                    there = seen.weight().equals(weight) && seen.settled();
                }
            }
            assertTrue(there, weight.toString());
        }
        boolean promoted = false;
        for (int i = 0; i < MOST_STEPS && !promoted; i++) {
            try (TrafficRouter one = again(settings())) {
                one.promote("v2");
                letTheWorldMoveOn();
                promoted = one.observe().promoted();
            }
        }
        assertTrue(promoted);
        assertEquals("api:v2", stableImage(world));
    }

    @Test
    void anAbortOfSomebodyElseIsSeenAndNotFought() throws Exception {
        try (TrafficRouter router = again(settings())) {
            underWay(router);
            abortByHand(world);
            Observation seen = router.observe();
            for (int i = 0; i < MOST_STEPS && !(seen.weight().isZero() && seen.settled()); i++) {
                letTheWorldMoveOn();
                seen = router.observe();
            }
            assertEquals(Weight.ZERO, seen.weight());
            assertTrue(seen.settled(), seen.detail());
            assertFalse(seen.promoted());
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(share(50)));
            assertTrue(refused.permanent(), refused.getMessage());
            assertEquals(Weight.ZERO, router.observe().weight());
        }
    }

    @Test
    void aVersionThatIsStableAlreadyIsNotReleasedAgain() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.FULL);
            for (int i = 0; i < MOST_STEPS && !router.observe().promoted(); i++) {
                router.promote("v2");
                letTheWorldMoveOn();
            }
            assertTrue(router.observe().promoted(), router.observe().detail());
        }
        RouterContext next = RouterContext.of(
                "contract-2", CONTEXT.target(), "v2", "another test", CONTEXT.secrets(), InstantSource.system());
        try (TrafficRouter router = settings().open(next)) {
            assertFalse(router.observe().promoted());
            assertEquals(Weight.ZERO, router.observe().weight());
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(share(10)));
            assertTrue(refused.permanent() && refused.getMessage().contains("already"), refused.getMessage());
        }
    }

    protected final void rolledBack(TrafficRouter router) throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            Observation seen = router.observe();
            if (seen.weight().isZero() && seen.settled()) {
                return;
            }
            router.rollBack();
            letTheWorldMoveOn();
        }
        throw new AssertionError("not rolled back: " + router.observe());
    }
}

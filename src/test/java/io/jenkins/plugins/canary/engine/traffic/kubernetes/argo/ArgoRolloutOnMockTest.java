package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoRolloutRouter.ControllerRefresh;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgoRolloutOnMockTest extends ArgoRolloutContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        FakeArgo.reconcile(world());
    }

    private MockWorld mock() {
        return (MockWorld) world();
    }

    @Test
    void nothingIsDoneBeforeTheControllerHasSeenTheLastChange() throws Exception {
        try (TrafficRouter router = again(settings())) {
            router.shift(Weight.ofPercent(5));
            assertFalse(router.observe().settled());
            assertTrue(
                    router.observe().detail().contains("not seen"),
                    router.observe().detail());
            mock().asked().clear();
            router.shift(Weight.ofPercent(5));
            router.promote("v2");
            assertTrue(
                    mock().asked().stream().allMatch(a -> a.startsWith("GET ")),
                    mock().asked().toString());
        }
    }

    @Test
    void anAbortDoesNotWaitForTheController() throws Exception {
        try (TrafficRouter router = again(settings())) {
            router.shift(Weight.ofPercent(5));
            router.rollBack();
            assertTrue(rollout(world()).status().path("abort").asBoolean());
            rolledBack(router);
            assertEquals("api:v1", stableImage(world()));
        }
    }

    @Test
    void aConflictIsTriedAgainOnWhatIsThereNow() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            mock().next("PUT", "rollouts", MockWorld.status(409, "Conflict", "the object has been modified", "api"));
            assertEquals(
                    Weight.ofPercent(10), shifted(router, Weight.ofPercent(10)).weight());
        }
    }

    @Test
    void somebodyWhoPromotedMeanwhileIsNotPromotedPast() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(1));
            int seen = rollout(world()).status().path("currentStepIndex").asInt();
            editStatus(world(), status -> status.remove("pauseConditions"));
            letTheWorldMoveOn();
            new RolloutCommands(world().admin(), world().ref(KubeWorld.ROLLOUT, "api")).promote(seen);
            letTheWorldMoveOn();
            assertEquals(Weight.ofPercent(2), router.observe().weight());
        }
    }

    @Test
    void aMissingRightIsNamedWithItsSubresource() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            mock().plant(r -> r.getMethod().equals("PUT") && r.getPath().contains("/status?")
                    ? MockWorld.status(403, "Forbidden", "User \"ci\" cannot update resource", "api")
                    : null);
            RouterException refused = assertThrows(RouterException.class, router::rollBack);
            assertTrue(refused.permanent());
            assertTrue(
                    refused.getMessage().contains("resources: [rollouts/status], verbs: [update]"),
                    refused.getMessage());
        }
    }

    @Test
    void withoutAStatusSubresourceTheObjectItselfIsWritten() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            mock().plant(r -> r.getMethod().equals("PUT") && r.getPath().contains("/status?")
                    ? MockWorld.status(404, "NotFound", "the server could not find the requested resource", "")
                    : null);
            assertEquals(
                    Weight.ofPercent(10), shifted(router, Weight.ofPercent(10)).weight());
            rolledBack(router);
        }
    }

    @Test
    void aRolloutThatIsGoneIsSaid() throws Exception {
        try (TrafficRouter router = again(settings())) {
            world().delete(KubeWorld.ROLLOUT, "api");
            RouterException gone = assertThrows(RouterException.class, router::observe);
            assertTrue(gone.permanent() && gone.getMessage().contains("no Rollout shop/api"), gone.getMessage());
        }
    }

    @Test
    void phasesAtWhichTheRolloutDoesNotStandStillAreRefusedAtTheStart() throws Exception {
        List<Weight> phases = List.of(Weight.ofPercent(5), Weight.ofPercent(60));
        RouterException refused =
                assertThrows(RouterException.class, () -> settings().open(asking(CONTEXT, phases)));
        assertTrue(refused.permanent());
        assertTrue(
                refused.getMessage().contains("60%") && refused.getMessage().contains("setWeight: 60"),
                refused.getMessage());
    }

    @Test
    void aRolloutWithoutAStrategyIsRefused() throws Exception {
        world().edit(KubeWorld.ROLLOUT, "api", tree -> tree.withObject("/spec").putObject("strategy"));
        RouterException refused =
                assertThrows(RouterException.class, () -> settings().open(CONTEXT));
        assertTrue(refused.permanent());
        assertEquals(
                "Rollout shop/api has neither the strategy canary nor blueGreen, so it has no weight to move; give it one of"
                        + " them",
                refused.getMessage());
    }

    @Test
    void whatWasThereBeforeTheRolloutIsNotUndoneByGuessing() throws Exception {
        putsIn("api:v2");
        abortByHand(world());
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.FULL);
            promoted(router);
            RouterException refused = assertThrows(RouterException.class, router::rollBack);
            assertTrue(refused.getMessage().contains("kubectl argo rollouts undo api"), refused.getMessage());
            assertEquals(Weight.FULL, router.observe().weight());
        }
    }

    @Test
    void aManualPauseIsAPersonsDecision() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            world().edit(
                            KubeWorld.ROLLOUT,
                            "api",
                            tree -> tree.withObject("/spec").put("paused", true));
            letTheWorldMoveOn();
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)));
            assertFalse(refused.permanent());
            assertTrue(refused.getMessage().contains("paused"), refused.getMessage());
            rolledBack(router);
        }
    }

    @Test
    void aControllerThatOverlooksAnAbortIsMadeToLookAgain() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            router.rollBack();
            long[] now = {0};
            ControllerRefresh nudge =
                    new ControllerRefresh(world().admin(), rollout(world()).ref(), () -> Instant.ofEpochMilli(now[0]));
            String version = rollout(world()).resourceVersion();
            nudge.waiting(version);
            now[0] += ControllerRefresh.PATIENCE.toMillis() - 1;
            nudge.waiting(version);
            assertEquals(version, rollout(world()).resourceVersion());
            now[0]++;
            nudge.waiting(version);
            assertNotEquals(version, rollout(world()).resourceVersion());
            nudge.waiting(rollout(world()).resourceVersion());
            assertEquals("1", rollout(world()).annotation(ControllerRefresh.ANNOTATION));
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A Rollout with the strategy blueGreen: all or nothing, and a preview before it. */
abstract class ArgoBlueGreenContract extends ArgoRolloutContract {

    @Override
    String manifests() {
        return ArgoObjects.blueGreen("autoPromotionEnabled: false");
    }

    @Override
    protected Weight share(int percent) {
        return Weight.FULL;
    }

    @Override
    protected boolean weightsCanFall() {
        return false;
    }

    @Override
    protected int[] weights() {
        return new int[] {0, 1000};
    }

    @Override
    protected List<Weight> phases() {
        return List.of(Weight.FULL);
    }

    /** The preview is there, and users do not get it. */
    @Override
    protected void underWay(TrafficRouter router) throws Exception {
        router.shift(Weight.FULL);
        for (int i = 0; i < 60 && !phase().equals("Paused"); i++) {
            letTheWorldMoveOn();
        }
        assertEquals("Paused", phase());
        assertEquals(Weight.ZERO, router.observe().weight());
    }

    private String phase() throws Exception {
        return rollout(world()).status().path("phase").asText();
    }

    /** As somebody does who promotes the preview. */
    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        editStatus(world(), status -> status.remove("pauseConditions"));
    }

    @Test
    void aPromotionBySomebodyElseIsSeen() throws Exception {
        try (TrafficRouter router = again(settings())) {
            underWay(router);
            editBehindItsBack(Weight.FULL);
            Observation seen = router.observe();
            for (int i = 0; i < 60 && !seen.settled(); i++) {
                letTheWorldMoveOn();
                seen = router.observe();
            }
            assertEquals(Weight.FULL, seen.weight());
            assertFalse(seen.promoted(), "nobody has promoted this rollout");
        }
    }

    @Test
    void aWeightInBetweenIsRefusedWithTheReason() throws Exception {
        try (TrafficRouter router = again(settings())) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(50)));
            assertTrue(refused.permanent());
            assertTrue(refused.getMessage().contains("write one phase of weight 100"), refused.getMessage());
        }
        RouterContext asking = asking(CONTEXT, List.of(Weight.ofPercent(50), Weight.FULL));
        assertTrue(assertThrows(RouterException.class, () -> settings().open(asking))
                .getMessage()
                .contains("0% or 100% of the requests, not 50%"));
    }

    @Test
    void aRolloutThatPromotesItselfIsRefusedWithThePatch() throws Exception {
        world().edit(
                        KubeWorld.ROLLOUT,
                        "api",
                        tree -> ((ObjectNode) tree.at("/spec/strategy/blueGreen")).remove("autoPromotionEnabled"));
        RouterException refused =
                assertThrows(RouterException.class, () -> settings().open(CONTEXT));
        assertTrue(refused.permanent());
        assertTrue(
                refused.getMessage()
                        .endsWith("fix it with: kubectl -n " + world().namespace()
                                + " patch rollouts.argoproj.io api --type=merge -p"
                                + " '{\"spec\":{\"strategy\":{\"blueGreen\":{\"autoPromotionEnabled\":false}}}}'"),
                refused.getMessage());
    }

    /** The pipeline has tested the preview before the rollout begins. */
    @Test
    void aPreviewThatIsThereAlreadyIsSwitchedToAndBackFrom() throws Exception {
        putsIn("api:v2");
        try (TrafficRouter router = again(settings())) {
            assertEquals(Weight.ZERO, router.observe().weight());
            assertEquals(Weight.FULL, shifted(router, Weight.FULL).weight());
            promoted(router);
            rolledBack(router);
            assertEquals("api:v1", stableImage(world()));
        }
    }

    @Test
    void aTemplateThatSomebodyChangedAfterTheSwitchKeepsNoUserOnTheVersion() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.FULL);
            world().edit(
                            KubeWorld.ROLLOUT,
                            "api",
                            tree -> ((ObjectNode) tree.at("/spec/template/spec/containers/0")).put("image", "proxy:2"));
            letTheWorldMoveOn();
            assertEquals(Weight.FULL, router.observe().weight());
            rolledBack(router);
            assertEquals("api:v1", stableImage(world()));
        }
    }

    @Test
    void anotherImageAfterTheSwitchIsNotCalledRolledBack() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.FULL);
            putsIn("api:v3");
            Observation seen = router.observe();
            assertEquals(Weight.FULL, seen.weight());
            assertTrue(
                    seen.warnings().get(0).contains("api:v3"), seen.warnings().toString());
            assertTrue(assertThrows(RouterException.class, router::rollBack)
                    .getMessage()
                    .contains("kubectl argo rollouts undo api"));
        }
    }

    /** The status speaks of the version of before until the controller has seen the new one. */
    @Test
    void whatIsInForceIsReadFromThePodsAndNotFromAnOldStatus() throws Exception {
        try (TrafficRouter router = again(settings())) {
            router.shift(Weight.FULL);
            assertEquals(Weight.ZERO, router.observe().weight());
            shifted(router, Weight.FULL);
            router.rollBack();
            Observation seen = router.observe();
            assertTrue(!seen.settled() || seen.weight().isZero(), seen.toString());
            rolledBack(router);
        }
    }

    @Test
    void theNextReleaseBeginsAtNothing() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.FULL);
            promoted(router);
        }
        RouterContext next = RouterContext.of(
                "contract-2", CONTEXT.target(), "v3", "another test", CONTEXT.secrets(), InstantSource.system());
        try (TrafficRouter router = settings().open(next)) {
            assertEquals(Weight.ZERO, router.observe().weight());
            assertEquals(Weight.FULL, shifted(router, Weight.FULL).weight());
            rolledBack(router);
            assertEquals("api:v2", stableImage(world()));
        }
    }
}

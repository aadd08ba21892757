package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ControllerContract;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FlaggerOnMockTest extends ControllerContract {

    private static final int[] WEIGHTS = {1, 2, 5, 10, 12, 20, 25, 30, 33, 40, 50, 66, 75, 90, 99, 100};

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }

    @Override
    protected RouterDriver driver() {
        return new FlaggerDriver(Optional.empty());
    }

    @Override
    protected String ownSettings() {
        return "canary: api, webhook: { token: env:CONTRACT_TOKEN }";
    }

    private FakeFlagger flagger() {
        return new FakeFlagger(world(), TOKEN);
    }

    @Override
    protected void furnish(KubeWorld in) throws Exception {
        in.create(FlaggerObjects.manifests("http://127.0.0.1:1/flagger", TOKEN, WEIGHTS));
        letTheWorldMoveOn();
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        for (int i = 0; i < 3; i++) {
            world().moveOn();
            flagger().pass();
        }
        world().moveOn();
    }

    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        flagger().route(weight.tenths() / 10);
    }

    @Override
    protected boolean weightsCanFall() {
        return false;
    }

    @Override
    protected void abortByHand(KubeWorld in) throws Exception {
        flagger().fail();
    }

    @Override
    protected void takeTheCanarysPodsAway(KubeWorld in) throws Exception {
        in.edit(Kind.DEPLOYMENT, "api", tree -> tree.withObject("/spec").put("replicas", 0));
    }

    @Override
    protected String stableImage(KubeWorld in) throws Exception {
        String primary =
                Workload.of(in.get(Kind.DEPLOYMENT, "api-primary")).images().get("api");
        assertEquals(
                primary, Workload.of(in.get(Kind.DEPLOYMENT, "api")).images().get("api"));
        return primary;
    }

    @Test
    void flaggerGetsNoFurtherThanThePhase() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            for (int i = 0; i < 5; i++) {
                letTheWorldMoveOn();
            }
            assertEquals(Weight.ofPercent(5), router.observe().weight());
            assertTrue(router.observe().settled());
        }
    }

    @Test
    void whileItWaitsForThePromotionTheRouteIsBelieved() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.FULL);
            for (int i = 0; i < 5; i++) {
                letTheWorldMoveOn();
            }
            assertEquals("WaitingPromotion", phase());
            assertEquals(
                    0,
                    world().get(KubeWorld.CANARY, "api")
                            .status()
                            .path("canaryWeight")
                            .asInt());
            assertEquals(Weight.FULL, router.observe().weight());
            assertTrue(router.observe().settled());
            rolledBack(router);
            assertEquals("Failed", phase());
        }
    }

    private String phase() throws Exception {
        return world().get(KubeWorld.CANARY, "api").status().path("phase").asText();
    }

    @Test
    void withoutTheGateFlaggerStaysWhereItIs() throws Exception {
        close();
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
        }
        for (int i = 0; i < 5; i++) {
            letTheWorldMoveOn();
        }
        try (TrafficRouter router = again(settings())) {
            assertEquals(Weight.ofPercent(5), router.observe().weight());
            assertEquals(
                    Weight.ofPercent(10), shifted(router, Weight.ofPercent(10)).weight());
        }
    }

    @Test
    void aCanaryThatWaitedForItsGateIsTakenBackTheLongWay() throws Exception {
        close();
        try (TrafficRouter router = again(settings())) {
            router.shift(Weight.ofPercent(5));
        }
        letTheWorldMoveOn();
        assertEquals("Waiting", phase());
        try (TrafficRouter router = again(settings())) {
            rolledBack(router);
            assertEquals("api:v1", stableImage(world()));
        }
    }

    @Test
    void podsThatNeverGetReadyDoNotKeepTheTraffic() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(50));
            ((MockWorld) world()).pods("api", 1, 1, 0);
            flagger().pass();
            router.rollBack();
            router.rollBack();
            assertEquals(
                    "api:v1",
                    Workload.of(world().get(Kind.DEPLOYMENT, "api")).images().get("api"));
            rolledBack(router);
            assertEquals("Failed", phase());
        }
    }

    @Test
    void anotherImageIsNoRolloutOfOurs() throws Exception {
        try (TrafficRouter router = again(settings())) {
            world().edit(
                            Kind.DEPLOYMENT,
                            "api",
                            tree -> ((ObjectNode) tree.at("/spec/template/spec/containers/0")).put("image", "api:v3"));
            letTheWorldMoveOn();
            assertEquals("Waiting", phase());
            assertEquals(Weight.ZERO, router.observe().weight());
            assertFalse(router.observe().settled());
        }
    }

    @Test
    void strangersGetNoAnswer() throws Exception {
        close();
        try (TrafficRouter router = again(settings())) {
            router.shift(Weight.ofPercent(5));
            assertEquals(200, ask("confirm-rollout", TOKEN));
            assertEquals(401, ask("confirm-rollout", "another"));
            assertEquals(401, ask("confirm-rollout", ""));
            assertEquals(404, ask("confirm-anything", TOKEN));
            assertEquals(403, ask("confirm-promotion", TOKEN));
            assertEquals(
                    400,
                    FlaggerGates.answer("rollback", "{".getBytes(StandardCharsets.UTF_8))
                            .status());
            assertEquals(
                    413,
                    FlaggerGates.answer("rollback", new byte[FlaggerGates.LONGEST_BODY + 1])
                            .status());
        }
        assertEquals(401, ask("confirm-rollout", TOKEN));
    }

    private static int ask(String type, String token) {
        return FlaggerGates.answer(
                        type,
                        ("{\"name\":\"api\",\"namespace\":\"shop\",\"metadata\":{\"token\":\"" + token + "\"}}")
                                .getBytes(StandardCharsets.UTF_8))
                .status();
    }

    @Test
    void aClusterOutOfReachIsANo() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            router.rollBack();
            ((MockWorld) world()).plant(r -> MockWorld.status(403, "Forbidden", "User \"ci\" cannot get", "api"));
            assertEquals(403, ask("rollback", TOKEN));
            assertTrue(assertThrows(RouterException.class, router::observe)
                    .getMessage()
                    .contains("canaries"));
        }
    }

    @Test
    void aConflictOverTheDeploymentIsTriedAgain() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
            ((MockWorld) world())
                    .next(
                            "PUT",
                            "deployments",
                            MockWorld.status(409, "Conflict", "the object has been modified", "api"));
            assertEquals(
                    Weight.ofPercent(10), shifted(router, Weight.ofPercent(10)).weight());
        }
    }

    @Test
    void aCanaryThatDoesNotAskIsRefusedWithWhatIsMissing() throws Exception {
        refused(
                "confirm-promotion",
                spec -> spec.withArray("/analysis/webhooks").remove(2));
    }

    @Test
    void aCanaryWithAnotherTokenIsRefusedWithoutTellingIt() throws Exception {
        String told = refused(
                "another token",
                spec -> ((ObjectNode) spec.at("/analysis/webhooks/3/metadata")).put("token", "x-another"));
        assertFalse(told.contains(TOKEN), told);
        assertFalse(told.contains("x-another"), told);
    }

    @Test
    void aCanaryThatSkipsItsAnalysisIsRefused() throws Exception {
        refused("skipAnalysis", spec -> spec.put("skipAnalysis", true));
    }

    @Test
    void aSuspendedCanaryIsRefused() throws Exception {
        refused("suspended", spec -> spec.put("suspend", true));
    }

    @Test
    void phasesAtWhichFlaggerDoesNotStopAreRefusedAtTheStart() throws Exception {
        RouterException told = assertThrows(
                RouterException.class,
                () -> settings().open(asking(CONTEXT, List.of(Weight.ofPercent(5), Weight.ofPercent(60)))));
        assertTrue(told.permanent() && told.getMessage().contains("60%"), told.getMessage());
    }

    private String refused(String why, Consumer<ObjectNode> change) throws Exception {
        RouterSettings settings = settings();
        world().edit(KubeWorld.CANARY, "api", tree -> change.accept(tree.withObject("/spec")));
        RouterException told = assertThrows(RouterException.class, () -> settings.open(CONTEXT));
        assertTrue(told.getMessage().contains(why), told.getMessage());
        return told.getMessage();
    }

    /** In whole percents; what its steps do not have is refused when it is opened. */
    @Override
    protected int[] weights() {
        return new int[] {0, 10, 50, 120, 250, 330, 500, 660, 750, 900, 990, 1000};
    }
}

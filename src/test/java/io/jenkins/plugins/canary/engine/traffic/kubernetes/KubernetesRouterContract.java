package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract for drivers of a cluster: the Deployment api is stable, api-canary is the version under trial. */
public abstract class KubernetesRouterContract extends RouterContract {

    private static final int MOST_STEPS = 50;

    private KubeWorld world;
    private boolean dynamicStableScale;

    protected abstract KubeWorld newWorld() throws Exception;

    protected abstract RouterDriver driver();

    /** The driver's own settings, as in a plan, without the outer braces. */
    protected abstract String ownSettings();

    /** Everything that there is before a rollout. */
    protected abstract String manifests();

    /** What the controllers of the driver's own objects do. */
    protected void reconcile(KubeWorld in) throws Exception {}

    protected abstract void setWeightByHand(KubeWorld in, Weight weight) throws Exception;

    /** Whether the rollout makes the canary from the stable version, rather than finding it. */
    protected boolean createsCanary() {
        return false;
    }

    protected final boolean makesBaseline() {
        return ownSettings().contains("baseline: true");
    }

    private String newImage() {
        return createsCanary() ? "api:v2" : "api:2";
    }

    protected final KubeWorld world() {
        return world;
    }

    @Override
    protected final RouterSettings settings() throws Exception {
        if (world == null) {
            world = newWorld();
            world.create(manifests());
            if (createsCanary()) {
                world.delete(Kind.DEPLOYMENT, "api-canary");
                world.delete(Kind.SERVICE, "api-canary");
            }
            untilReady();
            letTheWorldMoveOn();
        }
        SettingsText read = SettingsText.read(
                driver(),
                "{ " + ownSettings()
                        + (createsCanary()
                                ? ", canary: { create: true, dynamicStableScale: " + dynamicStableScale + " }"
                                : "")
                        + ", namespace: "
                        + world.namespace() + ", drain: 0s, cluster: { kubeconfig: '" + world.kubeconfig() + "' } }");
        assertEquals(List.of(), read.problems());
        return read.settings();
    }

    /** At a weight above 0, where the health of the canary is looked at too. */
    @Test
    void aLookAsksForEachObjectOnce() throws Exception {
        assumeFalse(createsCanary(), "whoever made the canary looks at it as well");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            assumeTrue(world instanceof MockWorld, "only the mock counts questions");
            shifted(router, Weight.ofPercent(50));
            List<String> asked = ((MockWorld) world).asked();
            asked.clear();
            assertEquals(Weight.ofPercent(50), router.observe().weight());
            assertTrue(asked.size() > 1, asked.toString());
            assertEquals(asked.stream().distinct().toList(), List.copyOf(asked));
        }
    }

    private boolean allReady() throws Exception {
        for (KubeObject deployment : world.admin().list(Kind.DEPLOYMENT, world.namespace(), "")) {
            Workload workload = Workload.of(deployment);
            // A Deployment counts as rolled out also while it has pods too many.
            if (!workload.rolledOut() || workload.pods() != workload.replicas()) {
                return false;
            }
        }
        try {
            for (KubeObject service : world.admin().list(Kind.SERVICE, world.namespace(), "")) {
                RouterException without = new Workloads(world.admin(), world.namespace(), "", "")
                        .withoutEndpoint(Track.STABLE, service.ref().name(), Set.of());
                if (without != null) {
                    return false;
                }
            }
            return true;
        } catch (RouterException notYet) {
            return false;
        }
    }

    @AfterEach
    void end() {
        if (world != null) {
            world.close();
        }
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        world.moveOn();
        reconcile(world);
    }

    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        setWeightByHand(world, weight);
        untilReady();
    }

    private void untilReady() throws Exception {
        for (int i = 0; i < MOST_STEPS * 2 && !allReady(); i++) {
            letTheWorldMoveOn();
        }
    }

    @Test
    void aPromotionMakesTheCanarysImageTheStableOneAndEndsTheCanary() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.FULL);
            promoted(router);
            assertEquals(newImage(), image("api"));
            Optional<KubeObject> canary = world.admin().find(world.ref(Kind.DEPLOYMENT, "api-canary"));
            assertEquals(createsCanary(), canary.isEmpty());
            canary.ifPresent(d -> assertEquals(0, d.spec().path("replicas").asInt()));
        }
    }

    @Test
    void afterARollBackNothingOfTheRolloutIsLeftInTheRoutes() throws Exception {
        assumeTrue(!routes().isEmpty(), "this driver has no routes");
        assertRollBackLeavesNothingOf(Weight.ofPercent(10), ExtraTraffic.NONE);
    }

    @Test
    void afterCopiesNothingOfTheRolloutIsLeftInTheRoutes() throws Exception {
        assumeTrue(!copies().isNone(), "this driver copies no requests");
        assertRollBackLeavesNothingOf(Weight.ZERO, copies());
    }

    /** By another process, as after a crash. */
    private void assertRollBackLeavesNothingOf(Weight weight, ExtraTraffic extra) throws Exception {
        Map<String, JsonNode> before = routes();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            router.claim();
            shifted(router, weight, extra);
            assertNotEquals(before, routes());
        }
        try (TrafficRouter another = settings().open(CONTEXT)) {
            another.claim();
            rolledBack(another);
            another.release(Release.ENDED);
            assertEquals(before, routes());
        }
    }

    @Test
    void afterAPromotionNothingOfTheRolloutIsLeftInTheRoutes() throws Exception {
        Map<String, JsonNode> before = routes();
        assumeTrue(!before.isEmpty(), "this driver has no routes");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.FULL);
            promoted(router);
            assertEquals(before, routes());
        }
    }

    /** What a repository could say of the objects that carry weights: labels, annotations and spec. */
    private Map<String, JsonNode> routes() throws Exception {
        Map<String, JsonNode> found = new TreeMap<>();
        for (Kind kind : KubeWorld.ROUTES) {
            for (KubeObject one : world.admin().listKnown(kind, world.namespace())) {
                ObjectNode said = Cluster.JSON.createObjectNode();
                said.set("spec", one.spec());
                said.set("labels", one.metadata().path("labels"));
                JsonNode annotations = one.metadata().path("annotations");
                said.set("annotations", annotations.isEmpty() ? NullNode.getInstance() : annotations);
                found.put(one.ref().toString(), said);
            }
        }
        return found;
    }

    @Test
    void takingAPromotionBackRestoresTheImages() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.FULL);
            router.promote("v2");
            assertEquals(newImage(), image("api"));
            assertFalse(router.observe().settled());
            rolledBack(router);
            assertEquals("api:1", image("api"));
        }
    }

    @Test
    void aPromotionGoesOnWithAnotherProcess() throws Exception {
        try (TrafficRouter first = settings().open(CONTEXT)) {
            shifted(first, Weight.FULL);
            first.promote("v2");
        }
        try (TrafficRouter second = settings().open(CONTEXT)) {
            promoted(second);
            assertEquals(newImage(), image("api"));
        }
    }

    @Test
    void aCanaryWithoutReadyPodsGetsNothing() throws Exception {
        assumeFalse(createsCanary(), "its pods come with the shift");
        replicas("api-canary", 0);
        moveOnForAWhile();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            assertNothingSentTo(router);
        }
    }

    @Test
    void aCanaryWhosePodsGoAwayIsSeenToBeDown() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(10));
            assertEquals(CanaryHealth.READY, router.observe().health());
            replicas("api-canary", 0);
            moveOnForAWhile();
            assertDown(router.observe());
        }
    }

    /** Makes the stable version's requests reach the canary's pods too; false where one Service has both on purpose. */
    protected boolean shareCanarysPods(KubeWorld in) throws Exception {
        in.edit(Kind.SERVICE, "api", tree -> tree.withObject("/spec").set("selector", serviceAll()));
        return true;
    }

    /** Makes the canary's requests reach the stable version's pods too. */
    protected boolean shareStablesPods(KubeWorld in) throws Exception {
        in.edit(Kind.SERVICE, "api-canary", tree -> tree.withObject("/spec").set("selector", serviceAll()));
        return true;
    }

    /** A label of both versions' pods. */
    protected static ObjectNode serviceAll() {
        return Cluster.JSON.createObjectNode().put("service", "all");
    }

    @Test
    void noWeightIsSetWhereTheStableVersionsRequestsReachTheCanary() throws Exception {
        assumeFalse(createsCanary(), "its pods get labels that nothing else selects");
        assumeTrue(shareCanarysPods(world), "this driver moves pods, not requests");
        moveOnForAWhile();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)));
            assertTrue(refused.permanent());
            says(refused.getMessage(), "(stable) also selects the pods of Deployment", "service=all", "kubectl -n ");
        }
    }

    @Test
    void noWeightIsSetWhereTheCanarysRequestsReachTheStableVersion() throws Exception {
        assumeFalse(createsCanary(), "its pods get labels that nothing else selects");
        assumeTrue(shareStablesPods(world), "this driver moves pods, not requests");
        moveOnForAWhile();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)));
            assertTrue(refused.permanent());
            says(refused.getMessage(), "(canary) also selects the pods of Deployment", "service=all", "kubectl -n ");
        }
    }

    /** Weight 0 is not nothing while the stable version's requests go to the canary's pods. */
    @Test
    void aCanaryThatStablesRequestsReachIsNotRolledBack() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(10));
            assumeTrue(shareCanarysPods(world), "this driver moves pods, not requests");
            moveOnForAWhile();
            says(router.observe().warnings().toString(), "also selects the pods of Deployment");
            if (createsCanary()) {
                rolledBack(router);
                assertTrue(world.admin()
                        .find(world.ref(Kind.DEPLOYMENT, "api-canary"))
                        .isEmpty());
                return;
            }
            router.rollBack();
            letTheWorldMoveOn();
            Observation seen = router.observe();
            assertEquals(Weight.ZERO, seen.weight());
            assertFalse(seen.settled());
            says(seen.detail(), "(stable) also selects the pods of Deployment");
            replicas("api-canary", 0);
            moveOnForAWhile();
            rolledBack(router);
        }
    }

    private void replicas(String deployment, int count) throws Exception {
        world.edit(Kind.DEPLOYMENT, deployment, tree -> tree.withObject("/spec").put("replicas", count));
    }

    private void moveOnForAWhile() throws Exception {
        for (int i = 0; i < 3; i++) {
            letTheWorldMoveOn();
        }
    }

    private static void says(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    /** What a driver says while requests are sent to nobody. */
    protected void assertDown(Observation seen) {
        assertEquals(Weight.ofPercent(10), seen.weight());
        assertEquals(CanaryHealth.State.DOWN, seen.health().state());
        assertTrue(
                seen.health().detail().contains("0 of 0 pods of Deployment"),
                seen.health().detail());
    }

    /** What a driver does instead of sending requests to nobody. */
    protected void assertNothingSentTo(TrafficRouter router) throws Exception {
        RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)));
        assertTrue(refused.getMessage().contains("no ready"), refused.getMessage());
        assertFalse(refused.permanent(), "its pods may yet get ready");
        assertEquals(Weight.ZERO, router.observe().weight());
    }

    protected final String image(String deployment) throws Exception {
        return Workload.of(world.get(Kind.DEPLOYMENT, deployment)).images().get("api");
    }

    protected final void promoted(TrafficRouter router) throws Exception {
        for (int i = 0; i < MOST_STEPS && !router.observe().promoted(); i++) {
            router.promote("v2");
            letTheWorldMoveOn();
        }
        assertTrue(router.observe().promoted(), router.observe().detail());
    }

    protected final void rolledBack(TrafficRouter router) throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            Observation seen = router.observe();
            if (seen.isClear() && seen.settled()) {
                return;
            }
            router.rollBack();
            letTheWorldMoveOn();
        }
        throw new AssertionError("not rolled back: " + router.observe());
    }

    @Test
    void aMadeCanaryIsThereAheadOfTheWeightAndGoneAtTheEnd() throws Exception {
        assumeTrue(createsCanary(), "the pipeline deploys it");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            router.shift(Weight.ofPercent(10));
            assertEquals(Weight.ZERO, router.observe().weight(), "not before its pods are ready");
            assertFalse(router.observe().settled());
            shifted(router, Weight.ofPercent(60));
            assertEquals(
                    2,
                    world.get(Kind.DEPLOYMENT, "api-canary")
                            .spec()
                            .path("replicas")
                            .asInt());
            assertEquals(
                    "canary",
                    world.get(Kind.DEPLOYMENT, "api-canary")
                            .tree()
                            .at("/spec/template/metadata/labels/track")
                            .asText());
            shifted(router, Weight.ofPercent(50));
            assertEquals(
                    1,
                    world.get(Kind.DEPLOYMENT, "api-canary")
                            .spec()
                            .path("replicas")
                            .asInt());
            rolledBack(router);
        }
        assertTrue(world.admin().find(world.ref(Kind.DEPLOYMENT, "api-canary")).isEmpty());
        assertEquals("api:1", image("api"));
    }

    @Test
    void aMadeCanaryIsRemovedByWhoeverTakesItBack() throws Exception {
        assumeTrue(createsCanary(), "the pipeline deploys it");
        try (TrafficRouter first = settings().open(CONTEXT)) {
            first.shift(Weight.ofPercent(10));
        }
        try (TrafficRouter second = settings().open(CONTEXT)) {
            rolledBack(second);
        }
        assertTrue(world.admin().find(world.ref(Kind.DEPLOYMENT, "api-canary")).isEmpty());
    }

    @Test
    void stableHasFewerPodsWhileTheCanaryServesAndAllOfThemAfterAPromotion() throws Exception {
        try (TrafficRouter router = withFiveStablePods()) {
            shifted(router, Weight.ofPercent(20));
            assertEquals("4 and 1", pods());
            shifted(router, Weight.ofPercent(60));
            assertEquals("2 and 3", pods());
            router.shift(Weight.ofPercent(40));
            assertEquals("3 and 3", pods(), "stable's pods first");
            assertEquals(Weight.ofPercent(60), router.observe().weight());
            assertFalse(router.observe().settled());
            shifted(router, Weight.ofPercent(40));
            assertEquals("3 and 2", pods());
            shifted(router, Weight.FULL);
            assertEquals("1 and 5", pods());
            promoted(router);
        }
        assertStableIsAsBefore(newImage());
    }

    @Test
    void stableHasAllOfItsPodsAfterARollBack() throws Exception {
        try (TrafficRouter router = withFiveStablePods()) {
            shifted(router, Weight.ofPercent(90));
            assertEquals("1 and 5", pods());
            router.rollBack();
            assertEquals("5 and 5", pods(), "stable's pods first");
            assertEquals(Weight.ofPercent(90), router.observe().weight());
            says(router.observe().detail(), "the canary is rolled back"); // a real cluster may have them ready by now
            rolledBack(router);
        }
        assertStableIsAsBefore("api:1");
    }

    private TrafficRouter withFiveStablePods() throws Exception {
        assumeTrue(createsCanary() && !makesBaseline(), "the pipeline deploys it");
        dynamicStableScale = true;
        RouterSettings settings = settings();
        replicas("api", 5);
        untilReady();
        return settings.open(CONTEXT);
    }

    private String pods() throws Exception {
        return Workload.of(world.get(Kind.DEPLOYMENT, "api")).replicas() + " and "
                + Workload.of(world.get(Kind.DEPLOYMENT, "api-canary")).replicas();
    }

    private void assertStableIsAsBefore(String image) throws Exception {
        assertEquals(image, image("api"));
        assertEquals(5, Workload.of(world.get(Kind.DEPLOYMENT, "api")).replicas());
        assertNull(world.get(Kind.DEPLOYMENT, "api").annotation(StableReplicas.ANNOTATION));
        assertTrue(world.admin().find(world.ref(Kind.DEPLOYMENT, "api-canary")).isEmpty());
    }
}

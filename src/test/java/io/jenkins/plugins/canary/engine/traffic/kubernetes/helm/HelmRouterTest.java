package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmDriver.HelmSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmDriver.ValueKeys;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract and the faults, on a Helm in memory; {@link HelmOnClusterTest} has the real one. */
class HelmRouterTest extends RouterContract {

    private final FakeHelm helm = new FakeHelm();

    @Override
    protected RouterSettings settings() {
        HelmSettings read = (HelmSettings) SettingsText.read(new HelmDriver(), "{ release: api, chart: shop/api }")
                .settings();
        return new RouterSettings() {
            @Override
            public String driver() {
                return read.driver();
            }

            @Override
            public String refusal(Weight weight) {
                return read.refusal(weight);
            }

            @Override
            public TrafficRouter open(RouterContext context) throws RouterException {
                return new HelmRouter(helm, read, context, HelmRouterTest::health, () -> {});
            }
        };
    }

    /** In memory there are no pods but those that the Deployment counts. */
    private static CanaryHealth health(KubeObject canary) {
        return canary.status().path("availableReplicas").asInt() > 0
                ? CanaryHealth.READY
                : new CanaryHealth(CanaryHealth.State.DOWN, "no pod of " + canary.ref());
    }

    @Test
    void aCanaryWhosePodsGoAwayIsSeenToBeDown() throws Exception {
        TrafficRouter router = router();
        assertEquals(CanaryHealth.READY, shifted(router, Weight.ofPercent(10)).health());
        helm.podsReady = false;
        Observation seen = router.observe();
        assertEquals(Weight.ofPercent(10), seen.weight());
        assertEquals("no pod of Deployment shop/api-canary", seen.health().detail());
    }

    private TrafficRouter router() throws Exception {
        return settings().open(CONTEXT);
    }

    @Override
    protected void editBehindItsBack(Weight weight) {
        helm.foreign("{\"canary\":{\"weight\":" + weight.tenths() / 10 + "}}");
    }

    private String value(String pointer) {
        return helm.latest().values().at(pointer).asText();
    }

    private void rolledBack(TrafficRouter router) throws Exception {
        for (int i = 0;
                i < 5
                        && !(router.observe().weight().isZero()
                                && router.observe().settled());
                i++) {
            router.rollBack();
        }
        assertEquals(Weight.ZERO, router.observe().weight());
        assertTrue(router.observe().settled());
    }

    @Test
    void theCanaryIsUpBeforeItGetsRequests() throws Exception {
        TrafficRouter router = router();
        helm.podsReady = false;
        router.shift(Weight.ofPercent(5));
        router.shift(Weight.ofPercent(5));
        assertEquals("true", value("/canary/enabled"));
        assertEquals("v2", value("/canary/tag"));
        assertEquals("0", value("/canary/weight"));
        assertFalse(router.observe().settled());
        helm.podsReady = true;
        assertEquals(Weight.ofPercent(5), shifted(router, Weight.ofPercent(5)).weight());
        assertEquals("v1", value("/image/tag"));
        assertEquals("3", value("/replicas"));
    }

    @Test
    void aRollBackGoesToTheRevisionBefore() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.ofPercent(50));
        rolledBack(router);
        assertEquals("Rollback to 1", helm.latest().description());
        assertEquals(
                "0",
                helm.revisions
                        .get(helm.revisions.size() - 2)
                        .values()
                        .at("/canary/weight")
                        .asText(),
                "the requests first");
        assertEquals(helm.revisions.get(0).values(), helm.latest().values());
    }

    @Test
    void aRollBackKeepsWhatSomebodyElseUpgradedMeanwhile() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.ofPercent(50));
        helm.foreign("{\"replicas\":7}");
        rolledBack(router);
        assertEquals("7", value("/replicas"));
        assertEquals("false", value("/canary/enabled"));
        assertEquals("", value("/canary/tag"));
        assertEquals(Weight.ofPercent(5), shifted(router, Weight.ofPercent(5)).weight());
    }

    @Test
    void aRollBackNeedsNoChart() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.ofPercent(50));
        helm.chartIsGone = true;
        rolledBack(router);
        assertEquals("Rollback to 1", helm.latest().description());
    }

    @Test
    void aPromotionMakesTheVersionTheStableOneBeforeTheCanaryGoes() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.FULL);
        helm.podsReady = false;
        router.promote("v2");
        router.promote("v2");
        assertEquals("v2", value("/image/tag"));
        assertEquals("100", value("/canary/weight"), "never requests to a stable version that is not ready");
        helm.podsReady = true;
        router.promote("v2");
        assertEquals("0", value("/canary/weight"));
        assertEquals("true", value("/canary/enabled"));
        router.promote("v2");
        assertEquals("false", value("/canary/enabled"));
        assertTrue(router.observe().promoted());
        rolledBack(router);
        assertEquals("v1", value("/image/tag"));
    }

    @Test
    void whileAnotherHelmIsAtWorkNothingIsDone() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.ofPercent(5));
        helm.add(helm.latest().values(), "pending-upgrade", "Preparing upgrade");
        helm.writes.clear();
        for (RouterException refused : List.of(
                assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10))),
                assertThrows(RouterException.class, () -> router.promote("v2")),
                assertThrows(RouterException.class, router::rollBack))) {
            assertFalse(refused.permanent());
            assertTrue(refused.getMessage().contains("pending-upgrade since"), refused.getMessage());
        }
        assertFalse(router.observe().settled());
        assertEquals(List.of(), helm.writes);
    }

    @Test
    void anUpgradeThatWasDoneAlthoughItSaidNoIsNotRepeated() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.ofPercent(5));
        helm.nextError = "helm upgrade: connection reset by peer";
        helm.nextErrorComesAfterwards = true;
        assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)));
        assertEquals(Weight.ofPercent(10), router.observe().weight());
        int revisions = helm.revisions.size();
        router.shift(Weight.ofPercent(10));
        assertEquals(revisions, helm.revisions.size());
    }

    @Test
    void aFailedUpgradeIsTriedAgain() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.ofPercent(5));
        FakeHelm.Revision failed = helm.latest();
        helm.add(failed.values(), "failed", failed.description());
        assertFalse(router.observe().settled());
        assertEquals(Weight.ofPercent(10), shifted(router, Weight.ofPercent(10)).weight());
    }

    @Test
    void aChartThatGivesTheVersionToEverybodyIsStopped() throws Exception {
        TrafficRouter router = router();
        router.shift(Weight.ofPercent(5));
        helm.foreign("{\"image\":{\"tag\":\"v2\"}}");
        RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
        assertTrue(refused.permanent(), refused.getMessage());
    }

    @Test
    void aChartThatDoesNotReadTheTagIsStopped() throws Exception {
        HelmSettings other = (HelmSettings) SettingsText.read(
                        new HelmDriver(), "{ release: api, chart: shop/api, values: { canaryTag: canary.version } }")
                .settings();
        TrafficRouter router = new HelmRouter(helm, other, CONTEXT, HelmRouterTest::health, () -> {});
        router.shift(Weight.ofPercent(5));
        RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
        assertTrue(refused.permanent() && refused.getMessage().contains("canary.version"), refused.getMessage());
        assertEquals(Weight.ZERO, router.observe().weight());
    }

    @Test
    void aCanaryThatSomebodyDisabledIsNotEnabledAgain() throws Exception {
        TrafficRouter router = router();
        shifted(router, Weight.ofPercent(5));
        helm.foreign("{\"canary\":{\"enabled\":false}}");
        assertEquals(Weight.ZERO, router.observe().weight());
        assertTrue(router.observe().settled());
        assertTrue(assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)))
                .permanent());
    }

    @Test
    void anotherRolloutsCanaryIsNotTouched() throws Exception {
        helm.foreign("{\"canary\":{\"enabled\":true,\"weight\":20,\"tag\":\"v9\"}}");
        assertEquals(Weight.ofPercent(20), router().observe().weight());
        assertTrue(assertThrows(RouterException.class, () -> router().shift(Weight.ofPercent(30)))
                .permanent());
    }

    /** Weight as an annotation of the chart's Ingress, and as an entry of a list: the others stay. */
    @Test
    void pathsLeadThroughListsAndKeysWithDots() throws Exception {
        JsonNode now = Cluster.JSON.readTree(
                "{\"traffic\": [{\"name\": \"stable\", \"percent\": 100}, {\"name\": \"canary\", \"percent\": 0}], \"a\": {\"b\": 1}}");
        ObjectNode changes = Cluster.JSON.createObjectNode();
        ValueKeys.with(changes, now, "traffic[1].percent", 10);
        ValueKeys.with(changes, now, "traffic.0.percent", 90);
        ValueKeys.with(changes, now, "annotations.nginx\\.ingress\\.kubernetes\\.io/canary-weight", 10);
        assertEquals(
                Cluster.JSON.readTree(
                        "{\"traffic\": [{\"name\": \"stable\", \"percent\": 90}, {\"name\": \"canary\", \"percent\": 10}],"
                                + " \"annotations\": {\"nginx.ingress.kubernetes.io/canary-weight\": 10}}"),
                changes);
        assertEquals(10, ValueKeys.get(changes, "traffic.1.percent").asInt());
        assertTrue(assertThrows(RouterException.class, () -> ValueKeys.with(changes, now, "traffic[2].percent", 1))
                .permanent());
    }

    @Test
    void valuesGoInAsJsonAndNeverAsArguments() throws Exception {
        RouterContext odd = RouterContext.of(
                "r", CONTEXT.target(), "v2,image.tag=v3 --force", "x", CONTEXT.secrets(), InstantSource.system());
        settings().open(odd).shift(Weight.ofPercent(5));
        assertEquals("v2,image.tag=v3 --force", value("/canary/tag"));
        assertEquals("v1", value("/image/tag"));
    }

    @Override
    protected boolean sets(int tenths) {
        return tenths % 10 == 0;
    }
}

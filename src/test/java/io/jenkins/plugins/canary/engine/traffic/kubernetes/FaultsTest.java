package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.mockwebserver.http.MockResponse;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an API server and other people can do to a driver between two of its calls. */
@Timeout(60)
class FaultsTest {

    private static final Weight TEN = Weight.ofPercent(10);
    private static final Weight FIFTY = Weight.ofPercent(50);
    private MockWorld world;
    private TrafficRouter router;

    @BeforeEach
    void begin() throws Exception {
        world = new MockWorld();
        world.create(
                KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - name: main
                    backendRefs: [{name: api, port: 80}]
                """);
        world.moveOn();
        router = open();
    }

    private TrafficRouter open() throws Exception {
        return SettingsText.read(
                        new GatewayApiDriver(),
                        "{ httpRoute: api, drain: 0s, cluster: { kubeconfig: '" + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContract.CONTEXT);
    }

    @AfterEach
    void end() {
        if (router != null) {
            router.close();
        }
        world.close();
    }

    private RouterException shiftRefused() {
        return assertThrows(RouterException.class, () -> router.shift(TEN));
    }

    private static void says(String part, RouterException e) {
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), "one line for people");
        assertFalse(e.getMessage().contains("first"), "no token");
    }

    /** The weight that was read counts, also when nobody tells of the pods. */
    @Test
    void anApiServerThatDoesNotTellOfEndpointsFailsNoLook() throws Exception {
        router.shift(TEN);
        world.plant(r -> r.getPath().contains("/endpointslices")
                ? MockWorld.status(500, "InternalError", "etcd is away", "")
                : null);
        assertEquals(TEN, router.observe().weight());
        assertEquals(null, router.observe().health());
    }

    @Test
    void aConflictIsRetriedAgainstWhatTheOtherWrote() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        world.admin().edit(world.ref(KubeWorld.HTTP_ROUTE, "api"), ours -> {
            if (tries.incrementAndGet() == 1) {
                world.admin().edit(world.ref(KubeWorld.HTTP_ROUTE, "api"), theirs -> {
                    theirs.tree().withObject("/metadata/labels").put("theirs", "yes");
                    return true;
                });
            }
            ours.tree().withObject("/metadata/labels").put("ours", "yes");
            return true;
        });
        assertEquals(
                "{\"theirs\":\"yes\",\"ours\":\"yes\"}",
                world.get(KubeWorld.HTTP_ROUTE, "api").metadata().path("labels").toString());
        assertEquals(2, tries.get(), "the first write was refused");
    }

    @Test
    void aSingleConflictIsNobodysConcern() throws Exception {
        world.next("PUT", "httproutes", MockWorld.status(409, "Conflict", "the object has been modified", "api"));
        router.shift(TEN);
        assertEquals(TEN, router.observe().weight());
    }

    @Test
    void aFightOverTheRouteEndsWithAWordAboutIt() throws Exception {
        world.plant(r -> r.getMethod().equals("PUT")
                ? MockWorld.status(409, "Conflict", "the object has been modified", "api")
                : null);
        RouterException e = shiftRefused();
        says("HTTPRoute shop/api was changed by somebody else each of the 6 times", e);
        assertFalse(e.permanent());
    }

    @Test
    void aMissingRightIsNamedWithTheRuleThatGrantsIt() {
        world.next(
                "PUT",
                "httproutes",
                MockWorld.status(
                        403,
                        "Forbidden",
                        "httproutes.gateway.networking.k8s.io \"api\""
                                + " is forbidden: User \"system:serviceaccount:ci:jenkins\" cannot update resource \"httproutes\" in API"
                                + " group \"gateway.networking.k8s.io\" in the namespace \"shop\"",
                        "api"));
        RouterException e = shiftRefused();
        assertTrue(e.permanent());
        assertEquals(
                "system:serviceaccount:ci:jenkins may not update httproutes.gateway.networking.k8s.io in namespace"
                        + " shop (HTTPRoute shop/api); add to its Role: {apiGroups: [\"gateway.networking.k8s.io\"], resources:"
                        + " [httproutes], verbs: [update]}",
                e.getMessage());
    }

    @Test
    void aTokenThatIsRenewedOnDiskIsTakenUp() throws Exception {
        world.plant(r -> "Bearer first".equals(r.getHeader("Authorization"))
                ? MockWorld.status(401, "Unauthorized", "Unauthorized", "")
                : null);
        RouterException e = shiftRefused();
        says("(401)", e);
        assertFalse(e.permanent());
        world.token("second");
        router.shift(TEN);
        assertEquals(TEN, router.observe().weight());
    }

    @Test
    void aRouteThatSomebodyDeletedIsMissedByName() throws Exception {
        router.shift(TEN);
        world.delete(KubeWorld.HTTP_ROUTE, "api");
        RouterException e = assertThrows(RouterException.class, router::observe);
        assertTrue(e.permanent());
        assertEquals("there is no HTTPRoute shop/api in the cluster", e.getMessage());
        assertTrue(
                assertThrows(RouterException.class, () -> router.shift(FIFTY)).permanent());
    }

    @Test
    void aClusterWithoutTheKindSaysSo() {
        world.plant(r -> r.getPath().contains("/httproutes/")
                ? new MockResponse().setResponseCode(404).setBody("404 page not found\n")
                : null);
        RouterException e = assertThrows(RouterException.class, router::observe);
        assertTrue(e.permanent());
        says("does not know httproutes.gateway.networking.k8s.io in version v1", e);
    }

    @Test
    void aBusyServersWishToBeAskedLaterIsGranted() throws Exception {
        world.next(
                "PUT",
                "httproutes",
                MockWorld.status(429, "TooManyRequests", "too many requests", "api")
                        .setHeader("Retry-After", "1"));
        long before = System.nanoTime();
        router.shift(TEN);
        assertTrue(System.nanoTime() - before >= TimeUnit.SECONDS.toNanos(1), "it asked for a second");
        assertEquals(TEN, router.observe().weight());
    }

    @Test
    void aServerThatStaysBusyOrBrokenIsAskedAgainLater() throws Exception {
        world.plant(r -> r.getMethod().equals("PUT")
                ? MockWorld.status(429, "TooManyRequests", "too many requests", "api")
                : null);
        RouterException busy = shiftRefused();
        says("busy", busy);
        assertFalse(busy.permanent());
        world.heal();
        world.plant(r -> MockWorld.status(503, "ServiceUnavailable", "etcd has no leader", "api"));
        RouterException broken = shiftRefused();
        says("(503): etcd has no leader", broken);
        assertFalse(broken.permanent());
        world.heal();
        router.shift(TEN);
        assertEquals(TEN, router.observe().weight());
    }

    @Test
    void aServerThatDoesNotAnswerHoldsNobodyForLong() {
        world.plant(r -> new MockResponse().setResponseCode(200).setBody("{}").setBodyDelay(Duration.ofSeconds(40)));
        long before = System.nanoTime();
        RouterException e = assertThrows(RouterException.class, router::observe);
        assertTrue(
                System.nanoTime() - before < TimeUnit.SECONDS.toNanos(20),
                "ten seconds at most, on a machine with time");
        says("no answer in time", e);
        assertFalse(e.permanent());
    }

    @Test
    void aWriteWhoseAnswerWasLostIsFoundAndNotRepeated() throws Exception {
        long before = world.get(KubeWorld.HTTP_ROUTE, "api").generation();
        try (CuttingProxy proxy = new CuttingProxy(world.port(), "PUT", 1)) {
            world.kubeconfig(proxy.url(), "second");
            try (TrafficRouter through = open()) {
                try {
                    through.shift(TEN);
                } catch (RouterException unheard) {
                    assertFalse(unheard.permanent());
                }
                assertEquals(0, proxy.left(), "an answer was lost");
                assertEquals(TEN, through.observe().weight());
                through.shift(TEN);
            }
        }
        assertEquals(before + 1, world.get(KubeWorld.HTTP_ROUTE, "api").generation());
    }

    @Test
    void anAddressWhereNobodyListensIsNamed() throws Exception {
        int free;
        try (java.net.ServerSocket socket =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        world.kubeconfig("http://127.0.0.1:" + free + "/", "second");
        RouterException e = assertThrows(RouterException.class, this::open);
        says("nothing answers at that address", e);
        says("127.0.0.1:" + free, e);
    }

    @Test
    void whatAnAdmissionRuleSaysIsPassedOn() {
        world.next(
                "PUT",
                "httproutes",
                MockWorld.status(
                        403,
                        "Forbidden",
                        "admission webhook \"freeze.example.test\" denied the request: no changes on Fridays",
                        "api"));
        RouterException e = shiftRefused();
        assertTrue(e.permanent());
        says("no changes on Fridays", e);
        assertFalse(e.getMessage().contains("Role"), "it is no matter of rights");
    }

    @Test
    void whatTheServerFindsInvalidIsForGood() {
        world.next("PUT", "httproutes", MockWorld.status(422, "Invalid", "spec.rules[0]: Too many", "api"));
        RouterException e = shiftRefused();
        assertTrue(e.permanent());
        says("spec.rules[0]: Too many", e);
    }

    @Test
    void everyWriteNamesTheProductAsItsFieldManager() throws Exception {
        router.claim();
        router.shift(TEN);
        router.promote("v2");
        router.rollBack();
        List<String> writes = world.asked().stream()
                .filter(asked -> asked.startsWith("PUT") || asked.startsWith("POST"))
                .toList();
        assertTrue(writes.size() > 3, writes.toString());
        assertEquals(
                List.of(),
                writes.stream()
                        .filter(asked -> !asked.endsWith("?fieldManager=canary-release"))
                        .toList());
    }

    @Test
    void aWeightSetByHandIsReportedAndNotFought() throws Exception {
        router.shift(TEN);
        world.edit(
                KubeWorld.HTTP_ROUTE,
                "api",
                tree -> ((com.fasterxml.jackson.databind.node.ObjectNode) tree.at("/spec/rules/0/backendRefs/1"))
                        .put("weight", 90));
        Observation seen = router.observe();
        assertEquals(FIFTY, seen.weight());
        assertTrue(seen.settled());
        assertTrue(world.asked().stream().filter(a -> a.startsWith("PUT")).count() == 1, "looking changes nothing");
    }

    @Test
    void trafficNeverGoesToAStableVersionThatIsNotReady() throws Exception {
        router.shift(Weight.FULL);
        router.promote("v2");
        world.pods("api", 3, 1, 0);
        for (int i = 0; i < 3; i++) {
            router.promote("v2");
        }
        assertEquals(Weight.FULL, router.observe().weight());
        assertFalse(router.observe().promoted());
        world.edit(Kind.ENDPOINT_SLICE, "api-slice", tree -> tree.putArray("endpoints"));
        RouterException e = assertThrows(RouterException.class, router::rollBack);
        says("no ready endpoint", e);
        assertEquals(Weight.FULL, router.observe().weight());
        assertEquals(
                "api:1",
                Workload.of(world.get(Kind.DEPLOYMENT, "api")).images().get("api"),
                "its images are back already");
        world.moveOn();
        router.rollBack();
        assertEquals(Weight.ZERO, router.observe().weight());
        assertTrue(router.observe().settled());
    }

    @Test
    void aRollBackMovesTheTrafficEvenWhenTheImagesCannotBePutBack() throws Exception {
        router.shift(FIFTY);
        router.promote("v2");
        world.moveOn();
        world.plant(r -> r.getMethod().equals("PUT") && r.getPath().contains("/deployments/")
                ? MockWorld.status(500, "InternalError", "boom", "api")
                : null);
        assertThrows(RouterException.class, router::rollBack);
        assertEquals(Weight.ZERO, router.observe().weight());
        assertFalse(router.observe().settled(), "the new version still runs as the stable one");
    }

    @Test
    void aMissingNamespaceIsSaidToBeMissing() {
        world.client().raw("/api/v1/namespaces/shop", "DELETE", "{}");
        world.delete(Kind.HTTP_ROUTE, "api");
        says(
                "the namespace shop does not exist in the cluster at http://127.0.0.1",
                assertThrows(RouterException.class, this::open));
    }

    /** Two versions side by side do not work with it. */
    private void insteadOf(String deployment, String kind, String plural) throws Exception {
        world.delete(Kind.DEPLOYMENT, deployment);
        ObjectNode other = Cluster.JSON.createObjectNode();
        other.putObject("spec");
        world.admin().create(world.ref(new Kind("apps", "v1", kind, plural), deployment), other);
    }

    @Test
    void aStatefulSetInPlaceOfTheDeploymentIsToldWithWhatToDo() throws Exception {
        insteadOf("api", "StatefulSet", "statefulsets");
        RouterException e = assertThrows(RouterException.class, this::open);
        assertTrue(e.permanent());
        assertEquals(
                "there is no Deployment shop/api in the cluster; api is a StatefulSet: each of its pods has a name and volumes"
                        + " of its own, so a second version beside it would have other data, and no weight would be true;"
                        + " update it with its own updateStrategy.rollingUpdate.partition, or run the part that answers"
                        + " requests as a Deployment",
                e.getMessage());
    }

    @Test
    void aDaemonSetInPlaceOfTheCanaryGetsNoRequests() throws Exception {
        insteadOf("api-canary", "DaemonSet", "daemonsets");
        RouterException e = shiftRefused();
        assertTrue(e.permanent());
        says("there is no Deployment shop/api-canary in the cluster; api-canary is a DaemonSet: it runs one pod", e);
        assertEquals(Weight.ZERO, router.observe().weight());
        router.rollBack();
    }

    @Test
    void whoMayNotLookForOtherKindsIsToldThatOnlyDeploymentsCount() throws Exception {
        insteadOf("api", "StatefulSet", "statefulsets");
        world.plant(r -> r.getPath().contains("/statefulsets/")
                ? MockWorld.status(403, "Forbidden", "User \"ci\" cannot get resource", "api")
                : null);
        RouterException e = assertThrows(RouterException.class, this::open);
        assertEquals(
                "there is no Deployment shop/api in the cluster; only Deployments can be released, no StatefulSet and no"
                        + " DaemonSet",
                e.getMessage());
    }

    @Test
    void everyMissingThingIsToldBeforeTheStart() throws Exception {
        world.delete(Kind.DEPLOYMENT, "api");
        RouterException e = assertThrows(RouterException.class, this::open);
        assertEquals("there is no Deployment shop/api in the cluster", e.getMessage());
        assertEquals(
                List.of(),
                world.asked().stream().filter(a -> !a.startsWith("GET")).toList());
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Baseline;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The baseline beside a canary, behind every router that can split requests three ways. */
class BaselineTest {

    private static final int MOST_STEPS = 60;

    /** A router with its route to the Service api, or to the subset stable of the host api. */
    enum Router {
        GATEWAY(
                new GatewayApiDriver(),
                "httpRoute: api",
                KubeWorld.HTTP_ROUTE,
                "/spec/rules/0/backendRefs",
                "/name",
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec:
                  parentRefs: [{name: edge}]
                  rules: [{backendRefs: [{name: api, port: 80}]}]
                """),
        ISTIO(
                new IstioDriver(),
                "virtualService: api, routes: [main], destinationRule: { name: api, canaryLabels: { track: canary },"
                        + " stableLabels: { app: api } }",
                KubeWorld.VIRTUAL_SERVICE,
                "/spec/http/0/route",
                "/destination/subset",
                """
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: api}
                spec: {hosts: [api], http: [{name: main, route: [{destination: {host: api, subset: stable}}]}]}
                ---
                apiVersion: networking.istio.io/v1beta1
                kind: DestinationRule
                metadata: {name: api}
                spec: {host: api, subsets: [{name: stable, labels: {track: stable}}]}
                """),
        TRAEFIK(
                new TraefikDriver(),
                "traefikService: api",
                KubeWorld.TRAEFIK_SERVICE,
                "/spec/weighted/services",
                "/name",
                """
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: api}
                spec: {weighted: {services: [{name: api, port: http}]}}
                """);

        private final RouterDriver driver;
        private final String settings;
        private final Kind kind;
        private final String entries;
        private final String name;
        private final String manifest;

        Router(RouterDriver driver, String settings, Kind kind, String entries, String name, String manifest) {
            this.driver = driver;
            this.settings = settings;
            this.kind = kind;
            this.entries = entries;
            this.name = name;
            this.manifest = manifest;
        }
    }

    private MockWorld world;
    private Router behind;

    private void begin(Router router) throws Exception {
        behind = router;
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 10) + "---\n" + router.manifest);
        world.edit(
                Kind.DEPLOYMENT,
                "api",
                tree -> tree.withObject("/spec/template/metadata/labels").put("track", "stable"));
        world.moveOn();
    }

    @AfterEach
    void end() {
        if (world != null) {
            world.close();
        }
    }

    private TrafficRouter open() throws Exception {
        SettingsText read = SettingsText.read(
                behind.driver,
                "{ " + behind.settings
                        + ", drain: 0s, canary: { create: true }, baseline: true, cluster: { kubeconfig: '"
                        + world.kubeconfig() + "' } }");
        assertEquals("[]", read.problems().toString());
        return read.settings().open(RouterContract.CONTEXT);
    }

    private interface Ask {
        void of(TrafficRouter router) throws RouterException;
    }

    /** As the engine does: looks, asks, and looks again, until it is seen. */
    private Observation until(TrafficRouter router, Ask ask, Predicate<Observation> seen) throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            if (seen.test(router.observe())) {
                return router.observe();
            }
            ask.of(router);
            world.moveOn();
        }
        throw new AssertionError("not there: " + router.observe());
    }

    private Observation shift(TrafficRouter router, double percent) throws Exception {
        Weight weight = Weight.ofPercent(percent);
        return until(
                router, r -> r.shift(weight), s -> s.settled() && s.weight().equals(weight));
    }

    private void rollBack(TrafficRouter router) throws Exception {
        until(router, TrafficRouter::rollBack, s -> s.settled() && s.isClear());
    }

    private void promote(TrafficRouter router) throws Exception {
        until(router, r -> r.promote("v2"), s -> s.settled() && s.promoted());
    }

    private void phases(TrafficRouter router) throws Exception {
        shift(router, 10);
        shift(router, 50);
        shift(router, 25);
        shift(router, 75);
    }

    /** What the route sends where: {@code {api=80, api-canary=10, api-baseline=10}}, or by subset. */
    private String weights() throws Exception {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (JsonNode entry : world.get(behind.kind, "api").tree().at(behind.entries)) {
            String name = entry.at(behind.name).asText().replace("api-", "");
            weights.put(
                    name.equals("api") ? "stable" : name, entry.path("weight").asInt());
        }
        return weights.toString();
    }

    private KubeObject find(String deployment) throws Exception {
        return world.admin().find(world.ref(Kind.DEPLOYMENT, deployment)).orElse(null);
    }

    private int replicas(String deployment) throws Exception {
        return Workload.of(find(deployment)).replicas();
    }

    @ParameterizedTest
    @EnumSource
    void canaryAndBaselineGetTheSameUpToHalfAndThenTheBaselineGetsTheRest(Router router) throws Exception {
        begin(router);
        JsonNode before = world.get(router.kind, "api").spec().deepCopy();
        try (TrafficRouter open = open()) {
            Observation seen = shift(open, 10);
            assertEquals("{stable=80, canary=10, baseline=10}", weights());
            assertEquals(
                    new Baseline(Weight.ofPercent(10), Weight.ofPercent(10), seen.health()),
                    seen.baseline(),
                    "as healthy as the canary");
            assertEquals(1, replicas("api-canary"));
            assertEquals(1, replicas("api-baseline"));
            shift(open, 12.5);
            assertEquals("{stable=750, canary=125, baseline=125}", weights());
            shift(open, 50);
            assertEquals("{stable=0, canary=50, baseline=50}", weights());
            assertEquals(5, replicas("api-canary"));
            assertEquals(5, replicas("api-baseline"));
            shift(open, 75);
            assertEquals("{stable=0, canary=75, baseline=25}", weights());
            assertEquals(8, replicas("api-canary"));
            assertEquals(3, replicas("api-baseline"));
            assertEquals(10, replicas("api"), "a roll back finds every pod of the stable version");
            rollBack(open);
            open.release(Release.ENDED);
        }
        assertEquals(before, world.get(router.kind, "api").spec(), "as it was");
        assertNull(find("api-baseline"));
        assertNull(find("api-canary"));
    }

    @ParameterizedTest
    @EnumSource
    void itRunsWhatTheStableVersionRanWhenTheRolloutBegan(Router router) throws Exception {
        begin(router);
        try (TrafficRouter open = open()) {
            shift(open, 10);
        }
        KubeObject made = find("api-baseline");
        assertEquals("api:1", Workload.of(made).images().get("api"));
        assertEquals(
                "baseline",
                made.tree().at("/spec/template/metadata/labels/track").asText());
        assertEquals(
                find("api-canary").metadata().path("uid"),
                made.tree().at("/metadata/ownerReferences/0/uid"),
                "it goes with the canary");
        assertEquals(
                find("api-canary").spec().at("/template/spec/containers/0/resources"),
                made.spec().at("/template/spec/containers/0/resources"));
        if (router != Router.ISTIO) {
            KubeObject service = world.get(Kind.SERVICE, "api-baseline");
            assertEquals("api-baseline", service.spec().at("/selector/app").asText());
            assertEquals(made.metadata().path("uid"), service.tree().at("/metadata/ownerReferences/0/uid"));
        }
    }

    /** Its requests go to the stable version meanwhile, and the canary keeps its own. */
    @ParameterizedTest
    @EnumSource
    void aBaselineThatCannotServeGetsNothingUntilItCan(Router router) throws Exception {
        begin(router);
        try (TrafficRouter open = open()) {
            shift(open, 20);
            world.pods("api-baseline", 2, 2, 0);
            noEndpoint("api-baseline");
            Observation down = open.observe();
            assertTrue(down.baseline().isDown(), down.toString());
            assertFalse(down.settled(), "the weight is to be set again");
            assertEquals(Weight.ofPercent(20), down.weight());
            open.shift(Weight.ofPercent(20));
            assertTrue(open.observe().settled(), open.observe().toString());
            assertEquals(Weight.ZERO, open.observe().baseline().share());
            String without = weights();
            assertTrue(without.startsWith("{stable=80, canary=20"), without);
            world.moveOn();
            assertFalse(open.observe().settled(), "it can serve again");
            shift(open, 20);
            assertEquals("{stable=60, canary=20, baseline=20}", weights());
        }
    }

    private void noEndpoint(String service) throws Exception {
        String slice = service + "-slice";
        if (world.admin().find(world.ref(Kind.ENDPOINT_SLICE, slice)).isPresent()) {
            world.edit(Kind.ENDPOINT_SLICE, slice, tree -> tree.putArray("endpoints"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstWeightWaitsForItsPods(Router router) throws Exception {
        begin(router);
        try (TrafficRouter open = open()) {
            open.shift(Weight.ofPercent(20));
            world.moveOn();
            world.pods("api-baseline", 2, 2, 1);
            open.shift(Weight.ofPercent(20));
            Observation seen = open.observe();
            assertEquals(Weight.ZERO, seen.weight());
            assertTrue(seen.detail().contains("the baseline's pods start: 1 of 2"), seen.detail());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheRolloutHasNotMadeIsNeitherTakenNorDeleted(Router router) throws Exception {
        begin(router);
        world.create(KubeWorld.version("api-baseline", "api:7", 1));
        world.moveOn();
        try (TrafficRouter open = open()) {
            RouterException refused = assertThrows(RouterException.class, () -> open.shift(Weight.ofPercent(20)));
            assertTrue(refused.permanent());
            assertTrue(refused.getMessage().contains("api-baseline is there already"), refused.getMessage());
            assertTrue(refused.getMessage().contains("leave out baseline: true"), refused.getMessage());
            rollBack(open);
            open.release(Release.ENDED);
        }
        assertEquals("api:7", Workload.of(find("api-baseline")).images().get("api"));
        assertNull(find("api-canary"));
    }

    @ParameterizedTest
    @EnumSource
    void aRollBackAfterACrashAtAnyLineLeavesNothing(Router router) throws Exception {
        crashes(router, false, false);
        crashes(router, true, false);
    }

    @ParameterizedTest
    @EnumSource
    void aPromotionAfterACrashAtAnyLineLeavesNothing(Router router) throws Exception {
        crashes(router, false, true);
        crashes(router, true, true);
    }

    /** @param done whether the write at which the process dies is done all the same */
    private void crashes(Router router, boolean done, boolean promotes) throws Exception {
        for (long write = 0; ; write++) {
            begin(router);
            ObjectNode before = world.get(router.kind, "api").tree().deepCopy();
            world.dieAt(write, done);
            boolean alive = true;
            try (TrafficRouter first = open()) {
                phases(first);
                ended(first, promotes);
            } catch (RouterException died) {
                alive = false;
            }
            world.heal();
            try (TrafficRouter second = open()) {
                if (promotes && !second.observe().promoted() && image().equals("api:1")) {
                    phases(second);
                }
                ended(second, promotes);
            }
            String at = "after dying at write " + write;
            assertNull(find("api-baseline"), at);
            assertNull(find("api-canary"), at);
            assertEquals(promotes ? "api:v2" : "api:1", image(), at);
            assertEquals(10, replicas("api"), at);
            assertEquals(before.get("spec"), world.get(router.kind, "api").spec(), at);
            world.close();
            if (alive) {
                assertTrue(write > 15, "only " + write + " writes");
                world = null;
                return;
            }
        }
    }

    private void ended(TrafficRouter router, boolean promotes) throws Exception {
        if (promotes) {
            promote(router);
        } else {
            rollBack(router);
        }
        router.release(Release.ENDED);
    }

    private String image() throws Exception {
        return Workload.of(world.get(Kind.DEPLOYMENT, "api")).images().get("api");
    }
}

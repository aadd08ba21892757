package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One canary behind several routes: two HTTPRoutes and a GRPCRoute. */
class SeveralRoutesTest {

    private static final Weight TEN = Weight.ofPercent(10);

    private MockWorld world;
    private TrafficRouter router;

    @BeforeEach
    void begin() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1)
                + route("v1", "HTTPRoute", "public")
                + route("v1", "HTTPRoute", "partners")
                + route("v1", "GRPCRoute", "public"));
        world.moveOn();
        router = SettingsText.read(
                        new GatewayApiDriver(),
                        "{ httpRoute: [public, partners], grpcRoute: public, cluster: { kubeconfig: '"
                                + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContract.CONTEXT);
    }

    private static String route(String version, String kind, String name) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/VERSION
                kind: KIND
                metadata: {name: NAME}
                spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                """.replace("VERSION", version).replace("KIND", kind).replace("NAME", name);
    }

    @AfterEach
    void end() {
        router.close();
        world.close();
    }

    private int weight(String route) throws Exception {
        return world.get(KubeWorld.HTTP_ROUTE, route)
                .tree()
                .at("/spec/rules/0/backendRefs/1/weight")
                .asInt();
    }

    @Test
    void allGetTheWeight() throws Exception {
        router.shift(TEN);
        assertEquals(10, weight("public"));
        assertEquals(10, weight("partners"));
        assertEquals(
                10,
                world.get(RouteName.GRPC_ROUTE, "public")
                        .tree()
                        .at("/spec/rules/0/backendRefs/1/weight")
                        .asInt());
        assertEquals(TEN, router.observe().weight());
        assertEquals(List.of(), router.observe().warnings());
    }

    @Test
    void rulesThatKeepUsersOrSendThemElsewhereAreToldSinceTheirShareIsNotTheWeight() throws Exception {
        world.edit(
                KubeWorld.HTTP_ROUTE,
                "public",
                tree -> ((ObjectNode) tree.at("/spec/rules/0"))
                        .putObject("sessionPersistence")
                        .put("sessionName", "s"));
        world.edit(
                KubeWorld.HTTP_ROUTE,
                "partners",
                tree -> ((ObjectNode) tree.at("/spec/rules/0/backendRefs/0"))
                        .putArray("filters")
                        .addObject()
                        .put("type", "RequestRedirect")
                        .putObject("requestRedirect")
                        .put("hostname", "new.example.test"));
        router.shift(TEN);
        assertEquals(TEN, router.observe().weight());
        assertEquals(
                List.of(
                        "rule 0 of HTTPRoute shop/public has sessionPersistence: users stay with the version that they met"
                                + " first, so the share of the requests follows the weight late",
                        "rule 0 of HTTPRoute shop/partners redirects requests (RequestRedirect) before a version answers"
                                + " them, so the share that each version sees is not the weight"),
                router.observe().warnings());
    }

    @Test
    void theLargestWeightCountsAndTheNextShiftRepairsIt() throws Exception {
        router.shift(TEN);
        world.edit(
                KubeWorld.HTTP_ROUTE,
                "partners",
                tree -> ((ObjectNode) tree.at("/spec/rules/0/backendRefs/1")).put("weight", 90));
        Observation seen = router.observe();
        assertEquals(Weight.ofPercent(50), seen.weight());
        assertEquals(
                List.of("the routes do not agree on the canary's weight: {HTTPRoute shop/public=10%, HTTPRoute"
                        + " shop/partners=50%, GRPCRoute shop/public=10%}"),
                seen.warnings());
        router.shift(TEN);
        assertEquals(10, weight("partners"));
    }

    @Test
    void oneThatIsNotInForceIsEnoughNotToBeSettled() throws Exception {
        router.shift(TEN);
        world.putStatus(world.get(KubeWorld.HTTP_ROUTE, "partners"), status -> status.putArray("parents"));
        Observation seen = router.observe();
        assertEquals(false, seen.settled());
        assertTrue(seen.detail().contains("HTTPRoute shop/partners"), seen.detail());
        world.putStatus(world.get(KubeWorld.HTTP_ROUTE, "partners"), status -> {
            ObjectNode parent = status.putArray("parents").addObject();
            parent.putObject("parentRef").put("name", "edge");
            parent.putArray("conditions").addObject().put("type", "Accepted").put("status", "True");
            parent.withArray("conditions")
                    .addObject()
                    .put("type", "ResolvedRefs")
                    .put("status", "False");
        });
        assertEquals(CanaryHealth.State.REFUSED, router.observe().health().state());
    }

    @Test
    void aRollBackTriesEachWhateverBecomesOfTheOthers() throws Exception {
        router.shift(TEN);
        for (String route : List.of("public", "partners")) {
            world.plant(r -> r.getMethod().equals("PUT") && r.getPath().contains("/httproutes/" + route + "?")
                    ? MockWorld.status(500, "InternalError", route + " is broken", route)
                    : null);
        }
        RouterException failed = assertThrows(RouterException.class, router::rollBack);
        assertTrue(failed.getMessage().contains("public is broken"), failed.getMessage());
        assertTrue(failed.getMessage().contains("partners is broken"), failed.getMessage());
        assertEquals(
                1,
                world.get(RouteName.GRPC_ROUTE, "public")
                        .tree()
                        .at("/spec/rules/0/backendRefs")
                        .size());
        assertEquals(TEN, router.observe().weight(), "it is still in force somewhere");
        world.heal();
        router.rollBack();
        assertEquals(Weight.ZERO, router.observe().weight());
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Gateway's team keeps its routes in the namespace infra; Deployments and Services are in shop. */
class RouteInAnotherNamespaceTest {

    private static final ObjectRef ROUTE = new ObjectRef(Kind.HTTP_ROUTE, "infra", "api");

    private MockWorld world;
    private TrafficRouter router;

    @BeforeEach
    void begin() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1));
        ObjectNode tree =
                (ObjectNode) Cluster.JSON.readTree("{\"metadata\":{},\"spec\":{\"parentRefs\":[{\"name\":\"edge\"}],"
                        + "\"rules\":[{\"backendRefs\":[{\"name\":\"api\",\"namespace\":\"shop\",\"port\":80},"
                        + "{\"name\":\"api-canary\",\"port\":80,\"weight\":0}]}]}}");
        world.admin().create(ROUTE, tree);
        world.accept(world.admin().get(ROUTE), 0);
        world.moveOn();
        router = SettingsText.read(
                        new GatewayApiDriver(),
                        "{ httpRoute: infra/api, cluster: { kubeconfig: '" + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContract.CONTEXT);
    }

    @AfterEach
    void end() {
        router.close();
        world.close();
    }

    private void grant(String service) throws Exception {
        ObjectRef grant = new ObjectRef(MissingGrant.REFERENCE_GRANT, "shop", "for-" + service);
        world.admin().create(grant, (ObjectNode) Cluster.JSON.readTree("{\"metadata\":{},\"spec\":{\"from\":"
                + "[{\"group\":\"gateway.networking.k8s.io\",\"kind\":\"HTTPRoute\",\"namespace\":\"infra\"}],\"to\":"
                + "[{\"group\":\"\",\"kind\":\"Service\",\"name\":\"" + service + "\"}]}}"));
    }

    @Test
    void theServicesAreThoseOfThePlansNamespace() throws Exception {
        grant("api");
        grant("api-canary");
        JsonNode before = world.admin().get(ROUTE).spec();
        router.shift(Weight.ofPercent(10));
        JsonNode refs = world.admin().get(ROUTE).tree().at("/spec/rules/0/backendRefs");
        assertEquals(3, refs.size(), "infra/api-canary is another Service");
        assertEquals("shop", refs.path(2).path("namespace").asText());
        assertEquals("api-canary", refs.path(2).path("name").asText());
        assertEquals(10, refs.path(2).path("weight").asInt());
        assertEquals(Weight.ofPercent(10), router.observe().weight());
        router.rollBack();
        assertEquals(before, world.admin().get(ROUTE).spec());
    }

    @Test
    void withoutAGrantNothingIsShiftedAndTheObjectIsInTheMessage() throws Exception {
        grant("api");
        RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)));
        assertTrue(refused.permanent());
        assertTrue(
                refused.getMessage().contains("HTTPRoute infra/api may not send to Service shop/api-canary"),
                refused.getMessage());
        String command = refused.getMessage().replaceAll(".*fix it with: echo '(.*)' [|] kubectl apply -f -", "$1");
        ObjectNode grant = (ObjectNode) Cluster.JSON.readTree(command);
        ObjectRef ref = new ObjectRef(
                MissingGrant.REFERENCE_GRANT, "shop", grant.at("/metadata/name").asText());
        assertTrue(world.admin().create(ref, grant));
        router.shift(Weight.ofPercent(10));
        assertEquals(Weight.ofPercent(10), router.observe().weight());
        KubeObject seen = world.admin().get(ref);
        assertEquals("shop", seen.metadata().path("namespace").asText());
    }

    @Test
    void whoMayNotListGrantsIsNotKeptFromShifting() throws Exception {
        world.plant(r -> r.getPath().contains("/referencegrants")
                ? MockWorld.status(403, "Forbidden", "may not list referencegrants", "")
                : null);
        router.shift(Weight.ofPercent(10));
        assertEquals(Weight.ofPercent(10), router.observe().weight());
    }
}

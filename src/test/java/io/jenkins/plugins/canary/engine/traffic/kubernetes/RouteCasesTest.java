package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes as people reported them, with everything in them that a rollout has to leave alone. */
class RouteCasesTest {

    private MockWorld world;

    @BeforeEach
    void begin() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1));
    }

    @AfterEach
    void end() {
        world.close();
    }

    private TrafficRouter open(RouterDriver driver, String settings) throws Exception {
        world.moveOn();
        return SettingsText.read(driver, "{ " + settings + ", cluster: { kubeconfig: '" + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContract.CONTEXT);
    }

    /** Case 10: redirects, rewrites, mirrors, filters of an extension, time-outs and retries stay as they are. */
    @Test
    void everythingElseInAnHttpRouteIsKept() throws Exception {
        world.create("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec:
                  parentRefs: [{name: edge, namespace: infra, sectionName: http}, {name: edge, namespace: infra, sectionName: https}]
                  hostnames: [shop.example.org, api.example.org]
                  rules:
                  - name: to-https
                    matches: [{headers: [{name: x-forwarded-proto, value: http}]}]
                    filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]
                  - name: v1
                    matches: [{path: {type: PathPrefix, value: /v1}}, {path: {type: Exact, value: /health}, method: GET}]
                    filters:
                    - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}
                    - {type: RequestMirror, requestMirror: {backendRef: {name: audit, port: 80}}}
                    - {type: ExtensionRef, extensionRef: {group: gateway.example, kind: SnippetsFilter, name: auth}}
                    timeouts: {request: 10s}
                    retry: {codes: [503], attempts: 2}
                    backendRefs:
                    - name: api
                      port: 80
                      filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-track, value: stable}]}}]
                  - matches: [{path: {type: PathPrefix, value: /other}}]
                    backendRefs: [{name: other, port: 80}]
                """);
        JsonNode before = world.get(KubeWorld.HTTP_ROUTE, "api").spec().deepCopy();
        try (TrafficRouter router = open(new GatewayApiDriver(), "httpRoute: api")) {
            router.shift(Weight.ofPercent(10));
            ObjectNode expected = before.deepCopy();
            ArrayNode refs = (ArrayNode) expected.at("/rules/1/backendRefs");
            refs.add(refs.get(0).deepCopy());
            ((ObjectNode) refs.get(0)).put("weight", 90);
            ((ObjectNode) refs.get(1)).put("name", "api-canary").put("weight", 10);
            assertEquals(expected, world.get(KubeWorld.HTTP_ROUTE, "api").spec());
            router.rollBack();
            JsonNode after = world.get(KubeWorld.HTTP_ROUTE, "api").spec();
            assertEquals(before.at("/rules/1/filters"), after.at("/rules/1/filters"));
            assertEquals(before.at("/rules/0"), after.at("/rules/0"));
            assertEquals(before.at("/rules/2"), after.at("/rules/2"));
        }
    }

    private void virtualService(String name, String destinations) throws Exception {
        world.create("""
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: api}
                spec:
                  hosts: ['*']
                  http: [{NAME route: [DESTINATIONS], mirror: {host: audit}}]
                """.replace("NAME", name).replace("DESTINATIONS", destinations));
    }

    private static final String FQDN = "{destination: {host: api.shop.svc.cluster.local, subset: stable}, weight: 100},"
            + " {destination: {host: api.shop.svc.cluster.local, subset: canary}, weight: 0}";
    private static final String SETTINGS = "virtualService: api, routes: [primary], host: api.shop.svc.cluster.local";

    /** Case 12: a full host name is the host's name, and the mirror of the route stays. */
    @Test
    void aFullHostNameIsFound() throws Exception {
        virtualService("name: primary,", FQDN);
        try (TrafficRouter router = open(new IstioDriver(), SETTINGS)) {
            router.shift(Weight.ofPercent(10));
            JsonNode route = world.get(KubeWorld.VIRTUAL_SERVICE, "api").spec().at("/http/0");
            assertEquals(90, route.at("/route/0/weight").intValue());
            assertEquals(10, route.at("/route/1/weight").intValue());
            assertEquals("audit", route.at("/mirror/host").textValue());
        }
    }

    /** Case 12: a route without a name cannot be named in a plan, and the refusal says so. */
    @Test
    void anUnnamedRouteIsRefusedWithWhatThereIs() throws Exception {
        virtualService("", FQDN);
        refused(SETTINGS, "has the http routes [(unnamed)], and the plan names [primary]");
    }

    /** Case 13: a third destination would make every share untrue. */
    @Test
    void aThirdDestinationIsRefusedAndNothingIsWritten() throws Exception {
        virtualService(
                "name: primary,",
                "{destination: {host: api, subset: stable}, weight: 80}, {destination: {host: legacy}, weight: 20}");
        refused("virtualService: api, routes: [primary]", "also sends to legacy");
    }

    private void refused(String settings, String why) throws Exception {
        JsonNode before = world.get(KubeWorld.VIRTUAL_SERVICE, "api").spec().deepCopy();
        RouterException refused = assertThrows(RouterException.class, () -> {
            try (TrafficRouter router = open(new IstioDriver(), settings)) {
                router.shift(Weight.ofPercent(10));
            }
        });
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertEquals(before, world.get(KubeWorld.VIRTUAL_SERVICE, "api").spec());
    }
}

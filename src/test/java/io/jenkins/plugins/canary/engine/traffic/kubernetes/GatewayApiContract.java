package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.List;
import org.junit.jupiter.api.Test;

abstract class GatewayApiContract extends KubernetesRouterContract {

    /** Whether no Gateway's controller is there. */
    private boolean nobody;

    @Override
    protected RouterDriver driver() {
        return new GatewayApiDriver();
    }

    /** Of the route. */
    protected Kind kind() {
        return KubeWorld.HTTP_ROUTE;
    }

    @Override
    protected String ownSettings() {
        return "httpRoute: api";
    }

    /** What a route has beside its parents, whose first rule sends to the Service api. */
    protected String rules() {
        return """
                  hostnames: [api.example.test]
                  rules:
                  - matches: [{path: {type: PathPrefix, value: /}}]
                    filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-a, value: b}]}}]
                    timeouts: {request: 10s}
                    backendRefs: [{name: api, port: 80, filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {remove: [x-b]}}]}]
                  - matches: [{path: {type: PathPrefix, value: /other}}]
                    backendRefs: [{name: other, port: 80, weight: 7}]
                """;
    }

    @Override
    protected String manifests() {
        return KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1)
                + """
                ---
                apiVersion: VERSION
                kind: KIND
                metadata: {name: api, labels: {team: shop}}
                spec:
                  parentRefs: [{name: edge}]
                """.replace("VERSION", kind().apiVersion()).replace("KIND", kind().name()) + rules();
    }

    /** A Gateway's controller speaks of the generation that it has taken up. */
    @Override
    protected void reconcile(KubeWorld in) throws Exception {
        KubeObject route = in.get(kind(), "api");
        if (!nobody) {
            in.accept(route, route.generation());
        }
    }

    @Override
    protected void setWeightByHand(KubeWorld in, Weight weight) throws Exception {
        in.edit(kind(), "api", tree -> {
            ArrayNode refs = (ArrayNode) tree.at("/spec/rules/0/backendRefs");
            ((ObjectNode) refs.get(0)).put("weight", 1000 - weight.tenths());
            ((ObjectNode) refs.get(1)).put("weight", weight.tenths());
            if (makesBaseline()) {
                ((ObjectNode) refs.get(2)).put("weight", 0);
            }
        });
    }

    /** Only HTTPRoutes can. */
    @Override
    protected ExtraTraffic extra() {
        return !kind().equals(KubeWorld.HTTP_ROUTE)
                ? ExtraTraffic.NONE
                : new ExtraTraffic(
                        List.of(
                                new RequestMatch(RequestMatch.Kind.HEADER, "X-Canary", "always"),
                                new RequestMatch(RequestMatch.Kind.COOKIE, "canary", "always")),
                        Weight.ofPercent(10));
    }

    /** Whoever owns the rule finds it as it was. */
    @Test
    void cohortAndMirrorComeAsRulesOfTheirOwnAndGoWithoutATrace() throws Exception {
        assumeTrue(!extra().isNone(), "only HTTPRoutes have them");
        ObjectNode before = world().get(KubeWorld.HTTP_ROUTE, "api").tree().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, extra());
            ObjectNode during = world().get(KubeWorld.HTTP_ROUTE, "api").tree();
            assertEquals(3, during.at("/spec/rules").size());
            assertEquals(before.at("/spec/rules/0/backendRefs"), during.at("/spec/rules/0/backendRefs"));
            assertEquals(before.at("/spec/rules/1"), during.at("/spec/rules/1"), "a rule of others");
            assertEquals(
                    10,
                    during.at("/spec/rules/0/filters/1/requestMirror/percent").asInt());
            assertEquals(
                    "api-canary",
                    during.at("/spec/rules/0/filters/1/requestMirror/backendRef/name")
                            .asText());
            assertEquals(
                    "api-canary", during.at("/spec/rules/2/backendRefs/0/name").asText());
            assertEquals(before.at("/spec/rules/0/filters"), during.at("/spec/rules/2/filters"));
            assertEquals(2, during.at("/spec/rules/2/matches").size());
            assertEquals(
                    "always",
                    during.at("/spec/rules/2/matches/0/headers/0/value").asText());
            assertEquals(
                    "^(.*;\\s*)?canary=always(;.*)?$",
                    during.at("/spec/rules/2/matches/1/headers/0/value").asText());
            rolledBack(router);
        }
        ObjectNode after = world().get(KubeWorld.HTTP_ROUTE, "api").tree();
        assertEquals(before.get("spec"), after.get("spec"));
        assertFalse(after.at("/metadata/annotations").has("canary-release.jenkins.io/cohort"));
    }

    @Test
    void aRuleOfTheCohortThatSomebodyTookAwayIsSeen() throws Exception {
        assumeTrue(!extra().isNone(), "only HTTPRoutes have them");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, extra());
            world().edit(KubeWorld.HTTP_ROUTE, "api", tree -> ((ArrayNode) tree.at("/spec/rules")).remove(2));
            assertEquals(List.of(), router.observe().extra().match());
            assertEquals(extra(), shifted(router, Weight.ZERO, extra()).extra());
        }
    }

    @Test
    void nothingButTheWeightsChanges() throws Exception {
        assumeFalse(makesBaseline(), "that has an entry too");
        ObjectNode before = world().get(kind(), "api").tree().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(5));
        }
        ObjectNode after = world().get(kind(), "api").tree();
        ArrayNode refs = (ArrayNode) before.at("/spec/rules/0/backendRefs");
        ObjectNode canary = refs.get(0).deepCopy();
        ((ObjectNode) refs.get(0)).put("weight", 95);
        refs.add(canary.put("name", "api-canary").put("weight", 5));
        assertEquals(before.get("spec"), after.get("spec"));
        assertEquals(before.at("/metadata/labels"), after.at("/metadata/labels"));
    }

    /** A list of rules is atomic: who changes one weight owns them all, and nothing else of the route. */
    @Test
    void theRulesAndOurAnnotationAreOwnedUnderTheProductsName() throws Exception {
        assumeTrue(world().get(kind(), "api").metadata().has("managedFields"), "this server names no owners");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(5));
        }
        JsonNode owned = MissingNode.getInstance();
        for (JsonNode one : world().get(kind(), "api").metadata().path("managedFields")) {
            owned = one.path("manager").asText().equals(Cluster.FIELD_MANAGER) ? one.path("fieldsV1") : owned;
        }
        ObjectNode ours = Cluster.JSON.createObjectNode();
        ObjectNode annotations = ours.withObject("/f:metadata/f:annotations");
        annotations.putObject("f:" + WeightsBefore.ANNOTATION);
        ours.putObject("f:spec").putObject("f:rules");
        annotations.putObject(".");
        assertEquals(ours, owned);
    }

    @Test
    void aCanaryServiceWithoutTheRoutesPortIsRefusedBeforeTheShift() throws Exception {
        assumeFalse(createsCanary(), "its Service comes with the shift");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            world().edit(Kind.SERVICE, "api-canary", tree -> ((ObjectNode) tree.at("/spec/ports/0")).put("port", 8081));
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
            assertTrue(refused.permanent());
            assertTrue(refused.getMessage().contains("has no port 80"), refused.getMessage());
            assertEquals(Weight.ZERO, router.observe().weight());
        }
    }

    @Test
    void whereNoControllerTakesTheRouteAWeightIsNeverInForceAndCanBeTakenBack() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            nobody = true;
            world().putStatus(world().get(kind(), "api"), status -> status.putArray("parents"));
            Observation before = router.observe();
            assertTrue(before.settled());
            assertEquals(1, before.warnings().size(), "it is told before the first shift");
            Observation seen = shifted(router, Weight.ofPercent(10));
            assertEquals(Weight.ofPercent(10), seen.weight());
            assertFalse(seen.settled());
            assertTrue(seen.detail().contains("a weight set there moves nothing"), seen.detail());
            rolledBack(router);
        }
    }
}

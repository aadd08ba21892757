package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.List;
import org.junit.jupiter.api.Test;

abstract class IstioContract extends KubernetesRouterContract {

    @Override
    protected RouterDriver driver() {
        return new IstioDriver();
    }

    @Override
    protected String ownSettings() {
        return "virtualService: api, routes: [primary], destinationRule: { name: api,"
                + " canaryLabels: { app: api-canary }, stableLabels: { app: api } }";
    }

    @Override
    protected String manifests() {
        return KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                ---
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: api}
                spec:
                  hosts: [api.example.test]
                  gateways: [edge]
                  http:
                  - name: admin
                    match: [{uri: {prefix: /admin}}]
                    route: [{destination: {host: admin}}]
                  - name: primary
                    timeout: 3s
                    retries: {attempts: 2, perTryTimeout: 1s}
                    route: [{destination: {host: api, subset: stable, port: {number: 80}}}]
                ---
                apiVersion: networking.istio.io/v1beta1
                kind: DestinationRule
                metadata: {name: api}
                spec:
                  host: api
                  subsets: [{name: stable, labels: {app: api}}]
                """;
    }

    @Override
    protected boolean shareCanarysPods(KubeWorld in) throws Exception {
        in.edit(
                KubeWorld.DESTINATION_RULE,
                "api",
                tree -> ((ObjectNode) tree.at("/spec/subsets/0")).set("labels", serviceAll()));
        return true;
    }

    @Override
    protected boolean shareStablesPods(KubeWorld in) throws Exception {
        in.edit(
                KubeWorld.DESTINATION_RULE,
                "api",
                tree -> ((ArrayNode) tree.at("/spec/subsets"))
                        .addObject()
                        .put("name", "canary")
                        .set("labels", serviceAll()));
        return true;
    }

    @Override
    protected void setWeightByHand(KubeWorld in, Weight weight) throws Exception {
        in.edit(KubeWorld.VIRTUAL_SERVICE, "api", tree -> {
            ArrayNode route = (ArrayNode) tree.at("/spec/http/1/route");
            ((ObjectNode) route.get(0)).put("weight", 1000 - weight.tenths());
            ((ObjectNode) route.get(1)).put("weight", weight.tenths());
        });
    }

    @Override
    protected ExtraTraffic extra() {
        return new ExtraTraffic(
                List.of(
                        new RequestMatch(RequestMatch.Kind.HEADER, "X-Canary", "always"),
                        new RequestMatch(RequestMatch.Kind.COOKIE, "canary", "always")),
                Weight.ofPercent(12.5));
    }

    @Test
    void cohortAndMirrorComeBeforeTheRouteAndGoWithoutATrace() throws Exception {
        ObjectNode before = world().get(KubeWorld.VIRTUAL_SERVICE, "api").tree().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, extra());
            ObjectNode during = world().get(KubeWorld.VIRTUAL_SERVICE, "api").tree();
            assertEquals(
                    "canary-release-cohort-primary",
                    during.at("/spec/http/1/name").asText());
            assertEquals(
                    "always",
                    during.at("/spec/http/1/match/0/headers/x-canary/exact").asText());
            assertEquals(
                    "^(.*;\\s*)?canary=always(;.*)?$",
                    during.at("/spec/http/1/match/1/headers/cookie/regex").asText());
            assertEquals(
                    "canary",
                    during.at("/spec/http/1/route/0/destination/subset").asText());
            assertEquals("3s", during.at("/spec/http/1/timeout").asText());
            assertEquals("canary", during.at("/spec/http/2/mirror/subset").asText());
            assertEquals(12.5, during.at("/spec/http/2/mirrorPercentage/value").asDouble());
            rolledBack(router);
        }
        assertEquals(
                before.get("spec"),
                world().get(KubeWorld.VIRTUAL_SERVICE, "api").tree().get("spec"));
    }

    @Test
    void nothingButTheNamedRoutesDestinationsChanges() throws Exception {
        ObjectNode before = world().get(KubeWorld.VIRTUAL_SERVICE, "api").tree().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(5));
        }
        ArrayNode route = (ArrayNode) before.at("/spec/http/1/route");
        ObjectNode canary = route.get(0).deepCopy();
        ((ObjectNode) route.get(0)).put("weight", 95);
        canary.withObject("/destination").put("subset", "canary");
        route.add(canary.put("weight", 5));
        assertEquals(
                before.get("spec"),
                world().get(KubeWorld.VIRTUAL_SERVICE, "api").tree().get("spec"));
    }

    @Test
    void theCanarysSubsetComesWithTheFirstShiftAndGoesAfterThePromotion() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.FULL);
            assertEquals(
                    "api-canary",
                    world().get(KubeWorld.DESTINATION_RULE, "api")
                            .tree()
                            .at("/spec/subsets/1/labels/app")
                            .asText());
            promoted(router);
        }
        assertEquals(
                1,
                world().get(KubeWorld.DESTINATION_RULE, "api")
                        .spec()
                        .path("subsets")
                        .size());
        assertEquals(
                1,
                world().get(KubeWorld.VIRTUAL_SERVICE, "api")
                        .tree()
                        .at("/spec/http/1/route")
                        .size());
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerState.RouteWeight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The canary's share in the routes that Flagger makes, as its route objects look with and without session affinity. */
class RouteWeightTest {

    private MockWorld world;

    @BeforeEach
    void start() throws Exception {
        world = new MockWorld();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Integer percent(String provider, String analysis) throws Exception {
        world.create("""
                apiVersion: flagger.app/v1beta1
                kind: Canary
                metadata: { name: api }
                spec:
                  provider: PROVIDER
                  targetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
                  service: { port: 80 }
                  analysis: { ANALYSIS }
                """.replace("PROVIDER", provider).replace("ANALYSIS", analysis));
        return new RouteWeight(world.admin(), world.get(KubeWorld.CANARY, "api")).percent();
    }

    private void httpRoute() throws Exception {
        world.create("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: api }
                spec:
                  rules:
                  - matches: [ { headers: [ { type: RegularExpression, name: Cookie, value: ".*fc.*abc.*" } ] } ]
                    backendRefs: [ { name: api-primary, weight: 0 }, { name: api-canary, weight: 100 } ]
                  - matches: [ { path: { type: PathPrefix, value: / } } ]
                    backendRefs: [ { name: api-primary, weight: 90 }, { name: api-canary, weight: 10 } ]
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"sessionAffinity: { cookieName: fc } | 10", "interval: 30s | 100"})
    void theRuleOfTheUsersWhoMetTheCanaryIsNotTheWeight(String analysis, int percent) throws Exception {
        httpRoute();
        assertEquals(percent, percent("gatewayapi:v1", analysis));
    }

    @Test
    void norIsItInAVirtualService() throws Exception {
        world.create("""
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: { name: api }
                spec:
                  http:
                  - match: [ { headers: { Cookie: { regex: ".*fc.*abc.*" } } } ]
                    route: [ { destination: { host: api-primary }, weight: 0 }, { destination: { host: api-canary }, weight: 100 } ]
                  - route: [ { destination: { host: api-primary }, weight: 80 }, { destination: { host: api-canary }, weight: 20 } ]
                """);
        assertEquals(20, percent("istio", "sessionAffinity: { cookieName: fc }"));
    }
}

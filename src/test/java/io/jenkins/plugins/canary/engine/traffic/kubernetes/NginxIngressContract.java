package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.List;
import org.junit.jupiter.api.Test;

abstract class NginxIngressContract extends KubernetesRouterContract {

    private static final String PREFIX = "nginx.ingress.kubernetes.io/";

    private String own = "ingress: api";

    @Override
    protected RouterDriver driver() {
        return new NginxIngressDriver();
    }

    @Override
    protected String ownSettings() {
        return own;
    }

    @Override
    protected String manifests() {
        return KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: api, annotations: {nginx.ingress.kubernetes.io/proxy-body-size: 8m}}
                spec:
                  ingressClassName: nginx
                  tls: [{hosts: [api.example.test], secretName: api-tls}]
                  rules:
                  - host: api.example.test
                    http:
                      paths:
                      - {path: /v1, pathType: Prefix, backend: {service: {name: api, port: {name: http}}}}
                      - {path: /other, pathType: Exact, backend: {service: {name: other, port: {number: 80}}}}
                  - host: www.example.test
                    http:
                      paths:
                      - {path: /, pathType: ImplementationSpecific, backend: {service: {name: api, port: {number: 80}}}}
                  - host: other.example.test
                    http:
                      paths:
                      - {path: /, pathType: Prefix, backend: {service: {name: other, port: {number: 80}}}}
                """;
    }

    @Override
    protected void setWeightByHand(KubeWorld in, Weight weight) throws Exception {
        in.annotate(KubeWorld.INGRESS, "api-canary", PREFIX + "canary-weight", String.valueOf(weight.tenths()));
        in.annotate(KubeWorld.INGRESS, "api-canary", PREFIX + "canary-weight-total", "1000");
    }

    @Override
    protected ExtraTraffic extra() {
        return new ExtraTraffic(
                List.of(
                        new RequestMatch(RequestMatch.Kind.HEADER, "X-Canary", "always"),
                        new RequestMatch(RequestMatch.Kind.COOKIE, "canary", "always")),
                Weight.ZERO);
    }

    @Test
    void aCohortIsHeaderAndCookieOfACanaryAtWeightZero() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, extra());
            KubeObject during = world().get(KubeWorld.INGRESS, "api-canary");
            assertEquals("0", during.annotation(PREFIX + "canary-weight"));
            assertEquals("X-Canary", during.annotation(PREFIX + "canary-by-header"));
            assertEquals("always", during.annotation(PREFIX + "canary-by-header-value"));
            assertEquals("canary", during.annotation(PREFIX + "canary-by-cookie"));
            rolledBack(router);
        }
        assertTrue(world().admin()
                .find(world().ref(KubeWorld.INGRESS, "api-canary"))
                .isEmpty());
    }

    @Test
    void whatAnnotationsCannotSayIsRefused() throws Exception {
        RequestMatch cookie = new RequestMatch(RequestMatch.Kind.COOKIE, "canary", "beta");
        assertEquals(
                "an nginx canary's cookie has the value always, not beta; write value: always",
                settings().refusal(new ExtraTraffic(List.of(cookie), Weight.ZERO)));
        RequestMatch one = new RequestMatch(RequestMatch.Kind.HEADER, "X-A", "1");
        RequestMatch two = new RequestMatch(RequestMatch.Kind.HEADER, "X-B", "1");
        assertEquals(
                "an nginx canary is selected by one header, not by [header X-A=1, header X-B=1]; keep one of them",
                settings().refusal(new ExtraTraffic(List.of(one, two), Weight.ZERO)));
        own = "ingress: api, header: x-canary";
        assertEquals(
                "an nginx canary is selected by one header, and traffic.nginxIngress names one already; keep one of them",
                settings().refusal(new ExtraTraffic(List.of(one), Weight.ZERO)));
    }

    @Test
    void theCanaryIngressIsMadeFromTheStableOne() throws Exception {
        ObjectNode before = world().get(KubeWorld.INGRESS, "api").tree().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(5));
        }
        KubeObject made = world().get(KubeWorld.INGRESS, "api-canary");
        assertEquals("nginx", made.spec().path("ingressClassName").asText());
        assertEquals(before.at("/spec/tls"), made.tree().at("/spec/tls"));
        assertEquals(2, made.spec().path("rules").size());
        assertEquals(1, made.tree().at("/spec/rules/0/http/paths").size());
        ObjectNode path = before.at("/spec/rules/0/http/paths/0").deepCopy();
        path.withObject("/backend/service").put("name", "api-canary");
        assertEquals(path, made.tree().at("/spec/rules/0/http/paths/0"));
        assertEquals(before.at("/metadata/uid"), made.tree().at("/metadata/ownerReferences/0/uid"));
        assertNull(made.annotation(PREFIX + "proxy-body-size"), "nginx takes it from the stable Ingress");
        assertEquals(before, world().get(KubeWorld.INGRESS, "api").tree());
    }

    @Test
    void headerAndCookieComeWithTheWeight() throws Exception {
        own = "ingress: api, header: x-canary, cookie: canary";
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(10));
            KubeObject during = world().get(KubeWorld.INGRESS, "api-canary");
            assertEquals("x-canary", during.annotation(PREFIX + "canary-by-header"));
            assertEquals("canary", during.annotation(PREFIX + "canary-by-cookie"));
        }
    }

    @Test
    void aMadeIngressFollowsTheHostsAndPathsOfTheStableOne() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(10));
            world().edit(KubeWorld.INGRESS, "api", tree -> {
                ((ArrayNode) tree.at("/spec/rules"))
                        .insert(0, tree.at("/spec/rules/1").deepCopy());
                ((ObjectNode) tree.at("/spec/rules/0")).put("host", "*.example.net");
            });
            assertTrue(router.observe().warnings().get(0).contains("does not cover [*.example.net/"));
            shifted(router, Weight.ofPercent(10));
            assertEquals(List.of(), router.observe().warnings());
            assertEquals(
                    3,
                    world().get(KubeWorld.INGRESS, "api-canary")
                            .spec()
                            .path("rules")
                            .size());
        }
    }

    /** Nginx sends such requests to the default backend, and splits by host and path only. */
    @Test
    void aHostWithoutPathsIsRefusedByName() throws Exception {
        assumeFalse(createsCanary(), "its pods come before the router is asked");
        world().edit(KubeWorld.INGRESS, "api", tree -> {
            ((ArrayNode) tree.at("/spec/rules")).addObject().put("host", "bare.example.test");
            tree.withObject("/spec/defaultBackend/service")
                    .put("name", "api")
                    .putObject("port")
                    .put("number", 80);
        });
        try (TrafficRouter router = settings().open(CONTEXT)) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
            assertTrue(refused.permanent());
            assertTrue(
                    refused.getMessage().contains("[bare.example.test without paths, by the default backend]"),
                    refused.getMessage());
        }
    }

    @Test
    void aCanaryServiceWithoutAPortOfThePathsIsRefused() throws Exception {
        assumeFalse(createsCanary(), "its Service comes with the shift");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            world().edit(Kind.SERVICE, "api-canary", tree -> ((ObjectNode) tree.at("/spec/ports/0"))
                    .put("name", "web"));
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
            assertTrue(refused.getMessage().contains("has no port http"), refused.getMessage());
        }
    }

    @Test
    void cookieAffinityIsWarnedOf() throws Exception {
        world().annotate(KubeWorld.INGRESS, "api", PREFIX + "affinity", "cookie");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            assertTrue(router.observe().warnings().get(0).contains("cookie affinity"));
        }
    }

    @Override
    protected boolean sets(int tenths) {
        return tenths % 10 == 0;
    }
}

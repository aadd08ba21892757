package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                  - host: www.example.test
                    http:
                      paths:
                      - {path: /, pathType: ImplementationSpecific, backend: {service: {name: api, port: {number: 80}}}}
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

    @Override
    protected ExtraTraffic copies() {
        return ExtraTraffic.NONE.mirroring(Weight.FULL);
    }

    /** A path and a host of another Service. */
    private void addOtherServices() throws Exception {
        world().edit(KubeWorld.INGRESS, "api", tree -> {
            ArrayNode rules = (ArrayNode) tree.at("/spec/rules");
            ObjectNode other = (ObjectNode) rules.get(1).deepCopy();
            other.put("host", "other.example.test");
            ((ObjectNode) other.at("/http/paths/0/backend/service")).put("name", "other");
            rules.add(other);
            ((ArrayNode) rules.at("/0/http/paths"))
                    .add(((ObjectNode) other.at("/http/paths/0").deepCopy()).put("path", "/other"));
        });
    }

    private String address() throws Exception {
        return world().get(Kind.SERVICE, "api-canary").spec().path("clusterIP").asText();
    }

    @Test
    void copiesAreAnAnnotationOfTheStableIngress() throws Exception {
        KubeObject before = world().get(KubeWorld.INGRESS, "api");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, copies());
            KubeObject during = world().get(KubeWorld.INGRESS, "api");
            assertEquals("http://" + address() + ":80$request_uri", during.annotation(PREFIX + "mirror-target"));
            assertEquals("$host", during.annotation(PREFIX + "mirror-host"));
            assertEquals(before.spec(), during.spec());
            assertTrue(world().admin()
                    .find(world().ref(KubeWorld.INGRESS, "api-canary"))
                    .isEmpty());
            world().annotate(KubeWorld.INGRESS, "api", IngressMirror.OURS, null);
            assertEquals(copies(), router.observe().extra(), "told by its address");
            rolledBack(router);
        }
        assertEquals(
                before.metadata().path("annotations"),
                world().get(KubeWorld.INGRESS, "api").metadata().path("annotations"));
    }

    @Test
    void copiesThatSomebodyEndedAreSeenAndLeaveNothing() throws Exception {
        KubeObject before = world().get(KubeWorld.INGRESS, "api");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            router.claim();
            shifted(router, Weight.ZERO, copies());
            world().annotate(KubeWorld.INGRESS, "api", PREFIX + "mirror-target", null);
            assertEquals(ExtraTraffic.NONE, router.observe().extra());
            rolledBack(router);
            router.release(Release.ENDED);
        }
        assertEquals(
                before.metadata().path("annotations"),
                world().get(KubeWorld.INGRESS, "api").metadata().path("annotations"));
    }

    @Test
    void copiesFollowTheAddressOfTheService() throws Exception {
        assumeFalse(createsCanary(), "its Service comes with the shift");
        assumeTrue(world() instanceof MockWorld, "a Service keeps its address");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, copies());
            world().edit(
                            Kind.SERVICE,
                            "api-canary",
                            tree -> tree.withObject("/spec").put("clusterIP", "fd00::7"));
            assertFalse(router.observe().settled());
            assertTrue(shifted(router, Weight.ZERO, copies()).settled());
            assertEquals(
                    "http://[fd00::7]:80$request_uri",
                    world().get(KubeWorld.INGRESS, "api").annotation(PREFIX + "mirror-target"));
            world().edit(
                            Kind.SERVICE,
                            "api-canary",
                            tree -> tree.withObject("/spec").put("clusterIP", "None"));
            rolledBack(router);
            assertCopiesRefused(router, "give it a clusterIP");
        }
    }

    @Test
    void copiesOfOthersRequestsAreRefused() throws Exception {
        assumeFalse(createsCanary(), "its Service comes with the shift");
        addOtherServices();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            assertCopiesRefused(router, "also sends to [other]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mirror-target, https://audit.example.test$request_uri, which the plan did not set",
        "mirror-host, audit.example.test, which the plan did not set",
        "backend-protocol, GRPC, speaks GRPC to its pods",
        "rewrite-target, /$1, would not get what the stable version gets"
    })
    void whatWouldNotBeACopyIsRefusedAndLeftAsItIs(String annotation, String value, String why) throws Exception {
        assumeFalse(createsCanary(), "its Service comes with the shift");
        world().annotate(KubeWorld.INGRESS, "api", PREFIX + annotation, value);
        try (TrafficRouter router = settings().open(CONTEXT)) {
            assertCopiesRefused(router, why);
            rolledBack(router);
        }
        assertEquals(value, world().get(KubeWorld.INGRESS, "api").annotation(PREFIX + annotation));
    }

    private void assertCopiesRefused(TrafficRouter router, String why) throws Exception {
        RouterException refused = assertThrows(RouterException.class, () -> shifted(router, Weight.ZERO, copies()));
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertTrue(router.observe().isClear());
    }

    @Test
    void copiesAreOfEveryRequestAndComeBeforeTheCohort() throws Exception {
        assertNull(settings().refusal(copies()));
        assertEquals(
                "ingress-nginx copies every request or none, not 10%; write mirror: 100%",
                settings().refusal(ExtraTraffic.NONE.mirroring(Weight.ofPercent(10))));
        assertEquals(
                "ingress-nginx would copy the cohort's requests too, which the canary answers already; move the phase"
                        + " with mirror before the one with match",
                settings().refusal(extra().mirroring(Weight.FULL)));
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
        addOtherServices();
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
            world().edit(
                            Kind.SERVICE,
                            "api-canary",
                            tree -> ((ObjectNode) tree.at("/spec/ports/0")).put("name", "web"));
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

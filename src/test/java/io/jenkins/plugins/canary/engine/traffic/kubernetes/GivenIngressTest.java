package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A canary Ingress that was there before the rollout, as people make them. */
class GivenIngressTest {

    private static final String PREFIX = "nginx.ingress.kubernetes.io/";
    private MockWorld world;

    @BeforeEach
    void begin() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1)
                + ingress("api", "api", "/", "x: y")
                + ingress(
                        "given",
                        "api-canary",
                        "/",
                        "nginx.ingress.kubernetes.io/canary: 'true', nginx.ingress.kubernetes.io/canary-weight: '20',"
                                + " nginx.ingress.kubernetes.io/canary-by-cookie: beta"));
        world.moveOn();
    }

    private static String ingress(String name, String service, String path, String annotations) {
        return """
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: NAME, annotations: {ANNOTATIONS}}
                spec:
                  rules:
                  - host: api.example.test
                    http: {paths: [{path: PATH, pathType: Prefix, backend: {service: {name: SERVICE, port: {number: 80}}}}]}
                """.replace("NAME", name)
                .replace("SERVICE", service)
                .replace("PATH", path)
                .replace("ANNOTATIONS", annotations);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private TrafficRouter open() throws Exception {
        return open("");
    }

    private TrafficRouter open(String more) throws Exception {
        return SettingsText.read(
                        new NginxIngressDriver(),
                        "{ ingress: api, canaryIngress: given, " + more + " cluster: { kubeconfig: '"
                                + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContract.CONTEXT);
    }

    @Test
    void itsWeightIsReadAndWhatSplitsOtherwiseIsWarnedOf() throws Exception {
        coversOnly("/old");
        try (TrafficRouter router = open()) {
            Observation seen = router.observe();
            assertEquals(Weight.ofPercent(20), seen.weight());
            assertTrue(
                    seen.warnings().get(0).contains("does not cover [api.example.test/ Prefix]"),
                    seen.warnings().toString());
            assertTrue(
                    seen.warnings().get(1).contains("canary-by-cookie"),
                    seen.warnings().toString());
        }
    }

    @Test
    void onlyItsWeightChanges() throws Exception {
        try (TrafficRouter router = open()) {
            router.shift(Weight.ofPercent(50));
        }
        KubeObject after = world.get(KubeWorld.INGRESS, "given");
        assertEquals("50", after.annotation(PREFIX + "canary-weight"));
        assertEquals("beta", after.annotation(PREFIX + "canary-by-cookie"), "not in the plan, not ours");
        assertEquals("/", after.tree().at("/spec/rules/0/http/paths/0/path").asText());
    }

    private void coversOnly(String path) throws Exception {
        world.edit(
                KubeWorld.INGRESS,
                "given",
                tree -> ((ObjectNode) tree.at("/spec/rules/0/http/paths/0")).put("path", path));
    }

    @Test
    void whatItDoesNotCoverIsNamedBeforeAnythingIsShifted() throws Exception {
        coversOnly("/old");
        try (TrafficRouter router = open()) {
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(50)));
            assertTrue(refused.permanent());
            assertTrue(
                    refused.getMessage().contains("does not cover [api.example.test/ Prefix] of api"),
                    refused.getMessage());
            assertEquals(Weight.ofPercent(20), router.observe().weight(), "nothing was changed");
            router.rollBack();
            assertEquals(Weight.ZERO, router.observe().weight(), "which is no reason to stay in traffic");
        }
    }

    @Test
    void atZeroItsWeightIsAsItWasBefore() throws Exception {
        world.annotate(KubeWorld.INGRESS, "given", PREFIX + "canary-weight", null);
        JsonNode before = world.get(KubeWorld.INGRESS, "given").metadata().path("annotations");
        try (TrafficRouter router = open("header: x-canary, tenths: true,")) {
            router.shift(Weight.ofPercent(12.5));
            router.shift(Weight.ofPercent(50));
            assertEquals("x-canary", world.get(KubeWorld.INGRESS, "given").annotation(PREFIX + "canary-by-header"));
            router.rollBack();
            assertEquals(Weight.ZERO, router.observe().weight());
        }
        assertEquals(before, world.get(KubeWorld.INGRESS, "given").metadata().path("annotations"));
    }

    @Test
    void partsOfAPercentAreWrittenOfAThousand() throws Exception {
        try (TrafficRouter router = open("tenths: true,")) {
            router.shift(Weight.ofPercent(12.5));
            assertEquals(Weight.ofPercent(12.5), router.observe().weight());
            assertEquals("1000", world.get(KubeWorld.INGRESS, "given").annotation(PREFIX + "canary-weight-total"));
            router.shift(Weight.ofPercent(13));
            assertEquals(null, world.get(KubeWorld.INGRESS, "given").annotation(PREFIX + "canary-weight-total"));
        }
    }

    @Test
    void anIngressWithoutTheMarkIsNotTakenOver() throws Exception {
        world.annotate(KubeWorld.INGRESS, "given", PREFIX + "canary", "false");
        RouterException e = assertThrows(RouterException.class, this::open);
        assertTrue(e.permanent());
        assertTrue(e.getMessage().contains("competes with api"), e.getMessage());
    }

    @Test
    void theStableServiceMustBeReadyEvenWhenItGetsNothing() throws Exception {
        world.edit(Kind.ENDPOINT_SLICE, "api-slice", tree -> tree.putArray("endpoints"));
        try (TrafficRouter router = open()) {
            RouterException e = assertThrows(RouterException.class, () -> router.shift(Weight.FULL));
            assertTrue(e.getMessage().contains("Service shop/api (stable) has no ready endpoint"), e.getMessage());
        }
    }

    /** ingress-nginx merges a canary's default backend into the catch-all server as it merges paths. */
    @Test
    void aDefaultBackendIsSplitLikeAPath() throws Exception {
        world.edit(KubeWorld.INGRESS, "api", tree -> {
            tree.withObject("/spec").remove("rules");
            tree.withObject("/spec/defaultBackend/service")
                    .put("name", "api")
                    .putObject("port")
                    .put("number", 80);
        });
        try (TrafficRouter router = SettingsText.read(
                        new NginxIngressDriver(),
                        "{ ingress: api, canaryIngress: made, cluster: { kubeconfig: '" + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContract.CONTEXT)) {
            router.shift(Weight.ofPercent(10));
            assertEquals(
                    "api-canary",
                    world.get(KubeWorld.INGRESS, "made")
                            .spec()
                            .at("/defaultBackend/service/name")
                            .asText());
            assertEquals(List.of(), router.observe().warnings());
        }
    }
}

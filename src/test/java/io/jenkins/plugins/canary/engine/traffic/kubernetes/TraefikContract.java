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
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

abstract class TraefikContract extends KubernetesRouterContract {

    @Override
    protected RouterDriver driver() {
        return new TraefikDriver();
    }

    @Override
    protected String ownSettings() {
        return "traefikService: weighted, ingressRoute: api";
    }

    @Override
    protected String manifests() {
        return KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                ---
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: weighted, labels: {team: shop}}
                spec:
                  weighted:
                    services:
                    - {name: api, port: http, scheme: http, weight: 3, passHostHeader: false, responseForwarding: {flushInterval: 1ms}}
                    - {name: other, port: 80, weight: 0}
                ---
                apiVersion: traefik.io/v1alpha1
                kind: IngressRoute
                metadata: {name: api}
                spec:
                  entryPoints: [web]
                  routes:
                  - match: Host(`api.example.test`)
                    kind: Rule
                    middlewares: [{name: compress}]
                    services: [{kind: TraefikService, name: weighted}]
                  - {match: 'Host(`other.example.test`)', kind: Rule, services: [{name: other, port: 80}]}
                """;
    }

    @Override
    protected void setWeightByHand(KubeWorld in, Weight weight) throws Exception {
        in.edit(KubeWorld.TRAEFIK_SERVICE, "weighted", tree -> {
            ArrayNode services = (ArrayNode) tree.at("/spec/weighted/services");
            ((ObjectNode) services.get(0)).put("weight", 1000 - weight.tenths());
            ((ObjectNode) services.get(2)).put("weight", weight.tenths());
            if (makesBaseline()) {
                services.remove(3);
            }
        });
    }

    @Override
    protected ExtraTraffic extra() {
        return new ExtraTraffic(
                List.of(
                        new RequestMatch(RequestMatch.Kind.HEADER, "X-Canary", "always"),
                        new RequestMatch(RequestMatch.Kind.COOKIE, "canary", "always")),
                Weight.ofPercent(10));
    }

    @Test
    void aCohortIsARouteOfHigherPriorityAndGoesWithoutATrace() throws Exception {
        KubeObject before = world().get(KubeWorld.INGRESS_ROUTE, "api");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, extra().mirroring(Weight.ZERO));
            ObjectNode during = world().get(KubeWorld.INGRESS_ROUTE, "api").tree();
            assertEquals(3, during.at("/spec/routes").size());
            ObjectNode expected = before.spec().path("routes").get(0).deepCopy();
            expected.put(
                            "match",
                            "(Host(`api.example.test`)) && (Header(`X-Canary`, `always`) || HeaderRegexp(`Cookie`,"
                                    + " `^(.*;\\s*)?canary=always(;.*)?$`))")
                    .put("priority", "Host(`api.example.test`)".length() + 1);
            ObjectNode entry = (ObjectNode) spec().at("/weighted/services/0").deepCopy();
            entry.put("name", "api-canary").remove("weight");
            expected.putArray("services").add(entry);
            assertEquals(expected, during.at("/spec/routes/2"));
            world().annotate(KubeWorld.INGRESS_ROUTE, "api", "canary-release.jenkins.io/cohort", null);
            assertFalse(router.observe().settled(), "routes of a cohort that nobody noted");
            rolledBack(router);
        }
        assertEquals(before.spec(), world().get(KubeWorld.INGRESS_ROUTE, "api").spec());
    }

    @Test
    void aCohortNeedsTheIngressRouteAndCopiesDoNot() throws Exception {
        RouterSettings without =
                SettingsText.read(driver(), "{ traefikService: weighted }").settings();
        assertTrue(without.refusal(extra()).contains("write ingressRoute: NAME"), without.refusal(extra()));
        assertNull(without.refusal(copies()));
        assertNull(settings().refusal(extra()));
        assertEquals(
                "Traefik copies whole percents of the requests, not 12.5%; round it",
                settings().refusal(ExtraTraffic.NONE.mirroring(Weight.ofPercent(12.5))));
    }

    /** A TraefikService has one shape at a time: Traefik does not look at the mirrors of a weighted one. */
    @Test
    void copiesTakeThePlaceOfTheWeightsForTheirTime() throws Exception {
        ObjectNode before = spec().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, copies());
            ObjectNode main = (ObjectNode) before.at("/weighted/services/0").deepCopy();
            main.remove("weight");
            ObjectNode mirror = main.deepCopy().put("name", "api-canary").put("percent", 10);
            mirror.put("nativeLB", true);
            main.putArray("mirrors").add(mirror);
            assertEquals(main, spec().path("mirroring"));
            assertFalse(spec().has("weighted"));
            rolledBack(router);
        }
        assertEquals(before, spec());
    }

    /** Without endpoints of the canary Traefik would drop the whole TraefikService, and stable's answers with it. */
    @Test
    void copiesGoToTheServicesAddressUnlessItsEntrySaysOtherwise() throws Exception {
        assumeFalse(createsCanary(), "its Service comes with the shift");
        assumeTrue(world() instanceof MockWorld, "a Service keeps its address");
        world().edit(
                        Kind.SERVICE,
                        "api-canary",
                        tree -> tree.withObject("/spec").put("clusterIP", "None"));
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, copies());
            assertFalse(spec().at("/mirroring/mirrors/0").has("nativeLB"), "there is no address");
            world().edit(
                            Kind.SERVICE,
                            "api-canary",
                            tree -> tree.withObject("/spec").put("clusterIP", "10.96.0.7"));
            shifted(router, Weight.ZERO, copies());
            assertTrue(spec().at("/mirroring/mirrors/0/nativeLB").asBoolean());
            rolledBack(router);
            world().edit(
                            KubeWorld.TRAEFIK_SERVICE,
                            "weighted",
                            tree -> ((ObjectNode) tree.at("/spec/weighted/services/0")).put("nativeLB", false));
            shifted(router, Weight.ZERO, copies());
            assertFalse(spec().at("/mirroring/mirrors/0/nativeLB").asBoolean(true), "as the entry says");
        }
    }

    @Test
    void copiesEndAlsoWhereTheRecordOfTheWeightsIsGone() throws Exception {
        ObjectNode before = spec().deepCopy();
        ((ArrayNode) before.at("/weighted/services")).remove(1);
        ((ObjectNode) before.at("/weighted/services/0")).remove("weight");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ZERO, copies());
            world().annotate(KubeWorld.TRAEFIK_SERVICE, "weighted", MirroringService.BEFORE, null);
            assertEquals(copies(), router.observe().extra());
            rolledBack(router);
        }
        assertEquals(before, spec(), "only a third party without weight is lost");
    }

    @Test
    void weightsThatSomebodyPutBackEndTheCopies() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            ObjectNode before = spec().deepCopy();
            router.claim();
            shifted(router, Weight.ZERO, copies());
            world().edit(
                            KubeWorld.TRAEFIK_SERVICE,
                            "weighted",
                            tree -> tree.withObject("/spec").set("weighted", before.path("weighted")));
            assertEquals(ExtraTraffic.NONE, router.observe().extra(), "as Traefik reads it");
            rolledBack(router);
            router.release(Release.ENDED);
            assertEquals(before, spec());
        }
    }

    @Test
    void aTraefikServiceThatMirrorsForOthersIsRefused() throws Exception {
        RouterSettings sound = settings();
        world().edit(KubeWorld.TRAEFIK_SERVICE, "weighted", tree -> {
            ObjectNode spec = tree.putObject("spec");
            ObjectNode main = spec.putObject("mirroring").put("name", "api").put("port", 80);
            main.putArray("mirrors").addObject().put("name", "audit").put("port", 80);
        });
        RouterException refused =
                assertThrows(RouterException.class, () -> sound.open(CONTEXT).close());
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains("has no weighted services"), refused.getMessage());
    }

    private ObjectNode spec() throws Exception {
        return (ObjectNode)
                world().get(KubeWorld.TRAEFIK_SERVICE, "weighted").tree().get("spec");
    }

    @Test
    void nothingButTheWeightsChanges() throws Exception {
        assumeFalse(makesBaseline(), "that has an entry too");
        ObjectNode expected = spec().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(5));
        }
        ArrayNode services = (ArrayNode) expected.at("/weighted/services");
        ObjectNode canary = services.get(0).deepCopy();
        ((ObjectNode) services.get(0)).put("weight", 95);
        services.add(canary.put("name", "api-canary").put("weight", 5));
        assertEquals(expected, spec());
    }

    /** An entry without a ready pod takes the whole TraefikService away, whatever its weight. */
    @Test
    void aCanaryWithoutTrafficHasNoEntry() throws Exception {
        ObjectNode before = spec().deepCopy();
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(50));
            rolledBack(router);
            assertEquals(before, spec());
            shifted(router, Weight.FULL);
            promoted(router);
        }
        assertEquals(before, spec());
        assertNull(world().get(KubeWorld.TRAEFIK_SERVICE, "weighted")
                .annotation("canary-release.jenkins.io/services-before"));
    }

    @Test
    void theCanarysOwnEntryIsPutBackAtTheNextShift() throws Exception {
        world().edit(
                        KubeWorld.TRAEFIK_SERVICE,
                        "weighted",
                        tree -> ((ArrayNode) tree.at("/spec/weighted/services"))
                                .addObject()
                                .put("name", "api-canary")
                                .put("port", 80)
                                .put("weight", 0)
                                .put("nativeLB", true));
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(5));
            rolledBack(router);
            assertEquals(2, spec().at("/weighted/services").size());
            shifted(router, Weight.ofPercent(10));
        }
        ObjectNode entry = (ObjectNode) spec().at("/weighted/services/2");
        assertEquals(10, entry.path("weight").asInt());
        assertTrue(entry.path("nativeLB").asBoolean());
    }

    @Test
    void aCanaryServiceWithoutTheNamedPortIsRefusedBeforeTheShift() throws Exception {
        assumeFalse(createsCanary(), "its Service comes with the shift");
        try (TrafficRouter router = settings().open(CONTEXT)) {
            world().edit(
                            Kind.SERVICE,
                            "api-canary",
                            tree -> ((ObjectNode) tree.at("/spec/ports/0")).put("name", "web"));
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
            assertTrue(refused.permanent());
            assertTrue(refused.getMessage().contains("has no port http"), refused.getMessage());
            assertEquals(Weight.ZERO, router.observe().weight());
        }
    }

    @Test
    void aCookieThatTiesClientsIsTold() throws Exception {
        world().edit(
                        KubeWorld.TRAEFIK_SERVICE,
                        "weighted",
                        tree -> tree.withObject("/spec/weighted/sticky/cookie").put("name", "version"));
        try (TrafficRouter router = settings().open(CONTEXT)) {
            List<String> warnings = router.observe().warnings();
            assertEquals(1, warnings.size());
            assertTrue(warnings.get(0).startsWith("the sticky cookie version of TraefikService"), warnings.get(0));
        }
    }

    @Test
    void aStableVersionThatWouldHaveNoPodIsNotUpdated() throws Exception {
        world().edit(Kind.DEPLOYMENT, "api", tree -> {
            ObjectNode strategy = tree.withObject("/spec/strategy");
            strategy.removeAll();
            strategy.put("type", "Recreate");
        });
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.FULL);
            RouterException refused = assertThrows(RouterException.class, () -> router.promote("v2"));
            assertTrue(refused.permanent());
            assertTrue(refused.getMessage().contains("use RollingUpdate"), refused.getMessage());
            assertEquals("api:1", image("api"));
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.GatewayApiDriver;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim.TakenException;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Claimant;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Taking;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others see of a rollout, and what becomes of it when its owner is gone. */
class ClaimedRouterTest {

    private static final Weight TEN = Weight.ofPercent(10);

    private MockWorld world;

    @BeforeEach
    void furnish() throws Exception {
        world = new MockWorld();
        world.create(
                KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                """);
        world.moveOn();
        world.asked().clear();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private TrafficRouter open(String rollout) throws Exception {
        return open(rollout, new Claimant(rollout, Taking.ANEW, () -> 7));
    }

    private TrafficRouter open(String rollout, Claimant claimant) throws Exception {
        return SettingsText.read(
                        new GatewayApiDriver(),
                        "{ httpRoute: api, cluster: { kubeconfig: '" + world.kubeconfig() + "' } }")
                .settings()
                .open(RouterContext.of(
                                rollout,
                                new Target("shop", "api"),
                                "v2",
                                "http://ci/job/api/" + rollout,
                                null,
                                InstantSource.system())
                        .claimedBy(claimant));
    }

    private TargetRecord record() throws Exception {
        return TargetRecord.read(world.get(Kind.DEPLOYMENT, "api")).orElse(null);
    }

    /** Its holder died some time ago. */
    private void runOut() throws Exception {
        world.edit(
                Kind.LEASE,
                "canary-api",
                tree -> tree.withObject("/spec").put("renewTime", "2020-01-01T00:00:00.000000Z"));
    }

    @Test
    void openingARouterClaimsNothing() throws Exception {
        try (TrafficRouter router = open("r1")) {
            router.shift(TEN);
            assertNull(record());
            assertFalse(
                    world.asked().stream().anyMatch(asked -> asked.contains("/leases")),
                    world.asked().toString());
        }
    }

    @Test
    void whatIsAboutToBeSetIsWrittenDownBeforeItIs() throws Exception {
        try (TrafficRouter router = open("r1")) {
            router.claim();
            world.next("PUT", "httproutes", MockWorld.status(500, "InternalError", "out of order", "api"));
            assertThrows(RouterException.class, () -> router.shift(TEN));
            TargetRecord written = record();
            assertEquals(new TargetRecord("r1", "v2", "http://ci/job/api/r1", 7, TEN, written.at()), written);
        }
    }

    /** A changed annotation is a new generation of a Deployment, and its rollout counts as begun until that was observed. */
    @Test
    void whatIsAskedForAgainIsNotWrittenDownAgain() throws Exception {
        AtomicLong ticks = new AtomicLong();
        try (TrafficRouter router = open("r1", new Claimant("r1", Taking.ANEW, ticks::incrementAndGet))) {
            router.claim();
            router.shift(TEN);
            TargetRecord written = record();
            String version = world.get(Kind.DEPLOYMENT, "api").resourceVersion();
            router.shift(TEN);
            assertEquals(written, record());
            assertEquals(version, world.get(Kind.DEPLOYMENT, "api").resourceVersion());
            new TargetRecord("by hand", "v2", "ada", 1, TEN, 1).write(world.admin(), world.ref(Kind.DEPLOYMENT, "api"));
            router.shift(TEN);
            assertEquals("r1", record().rollout(), "somebody else wrote in between");
        }
    }

    @Test
    void whoeverComesSecondIsToldWhereTheFirstIs() throws Exception {
        try (TrafficRouter first = open("r1");
                TrafficRouter second = open("r2")) {
            first.claim();
            RouterException taken = assertThrows(RouterException.class, second::claim);
            assertTrue(
                    taken.getMessage()
                            .startsWith("Deployment shop/api is taken by the rollout r1 of http://ci/job/api/r1"),
                    taken.getMessage());
        }
    }

    @Test
    void aCleanEndLeavesNothingBehind() throws Exception {
        try (TrafficRouter router = open("r1")) {
            router.claim();
            router.shift(TEN);
            router.rollBack();
            router.release(Release.ENDED);
        }
        assertNull(record());
        try (TrafficRouter next = open("r2")) {
            next.claim();
        }
    }

    @Test
    void aCanaryThatWasLeftBehindIsNotBegunWithAndSaysWhoLeftIt() throws Exception {
        try (TrafficRouter lost = open("r1")) {
            lost.claim();
            lost.shift(TEN);
            runOut();
        }
        try (TrafficRouter next = open("r2")) {
            RouterException refused = assertThrows(RouterException.class, next::claim);
            assertTrue(
                    refused.getMessage().contains("10% of the requests")
                            && refused.getMessage().contains("the rollout r1 of http://ci/job/api/r1")
                            && refused.getMessage().contains("canary traffic PLAN rollback"),
                    refused.getMessage());
            try (TrafficRouter same = open("r1", new Claimant("r1", Taking.AGAIN, () -> 7))) {
                same.claim();
                same.rollBack();
                same.release(Release.ENDED);
            }
            next.claim();
        }
    }

    @Test
    void aRecordThatIsNoLongerTrueKeepsNobodyOut() throws Exception {
        try (TrafficRouter lost = open("r1")) {
            lost.claim();
            lost.shift(TEN);
            runOut();
        }
        world.edit(
                KubeWorld.HTTP_ROUTE,
                "api",
                tree -> tree.at("/spec/rules/0/backendRefs")
                        .forEach(ref -> ((com.fasterxml.jackson.databind.node.ObjectNode) ref)
                                .put("weight", ref.path("name").asText().equals("api") ? 100 : 0)));
        try (TrafficRouter next = open("r2")) {
            next.claim();
        }
    }

    @Test
    void whoHasLostTheTargetMovesNothingAnyMore() throws Exception {
        try (TrafficRouter first = open("r1");
                TrafficRouter person = open("r1", new Claimant("by-hand", Taking.EVEN_SO, () -> 8))) {
            first.claim();
            first.shift(TEN);
            person.claim();
            assertTrue(assertThrows(RouterException.class, () -> first.shift(Weight.ofPercent(20)))
                    .getMessage()
                    .contains("is taken by the rollout by-hand"));
            assertThrows(RouterException.class, first::rollBack);
            assertEquals(TEN, first.observe().weight());
            person.rollBack();
            assertEquals(Weight.ZERO, first.observe().weight());
        }
    }

    @Test
    void whoHasLetGoIsToldWhoCameAfterAndTakesNothingOfTheirsBack() throws Exception {
        try (TrafficRouter first = open("r1");
                TrafficRouter second = open("r2")) {
            first.claim();
            first.release(Release.HANDED_OVER);
            assertNull(first.observe().successor());
            second.claim();
            assertEquals(
                    "the rollout r2 of http://ci/job/api/r2", first.observe().successor());
            second.shift(TEN);
            assertThrows(TakenException.class, first::rollBack);
            assertEquals(TEN, second.observe().weight());
            second.release(Release.LEFT_BEHIND);
            assertEquals("the rollout r2", first.observe().successor());
            assertNull(second.observe().successor());
        }
    }

    @Test
    void whoTakesAPromotionBackHasTheTargetMeanwhile() throws Exception {
        try (TrafficRouter first = open("r1");
                TrafficRouter second = open("r2")) {
            first.claim();
            first.shift(TEN);
            first.release(Release.HANDED_OVER);
            first.rollBack();
            assertEquals(Weight.ZERO, first.observe().weight());
            assertThrows(TakenException.class, second::claim);
            first.release(Release.HANDED_OVER);
            assertNull(record());
            second.claim();
        }
    }

    @Test
    void takingTheCanaryOutOfTrafficDoesNotWaitForTheLock() throws Exception {
        try (TrafficRouter router = open("r1")) {
            router.claim();
            router.shift(TEN);
            world.plant(request -> request.getPath().contains("/leases/")
                    ? MockWorld.status(503, "ServiceUnavailable", "etcd is away", "canary-api")
                    : null);
            assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(20)));
            router.rollBack();
            assertEquals(Weight.ZERO, router.observe().weight());
        }
    }

    /** A backup of weeks ago knows rollouts as open whose target has seen others since. */
    @Test
    void aRolloutThatComesBackMovesNothingOnceOthersHaveHadTheTarget() throws Exception {
        try (TrafficRouter first = open("r1");
                TrafficRouter second = open("r2");
                TrafficRouter third = open("r3")) {
            first.claim();
            first.shift(TEN);
            first.rollBack();
            runOut();
            second.claim();
            second.shift(TEN);
            second.rollBack();
            second.release(Release.ENDED);
            try (TrafficRouter old = open("r1", new Claimant("r1", Taking.AGAIN, () -> 7))) {
                String refused = assertThrows(TakenException.class, old::claim).getMessage();
                assertTrue(
                        refused.contains("has been taken since by the rollout r2") && refused.contains("out of date"),
                        refused);
            }
            try (TrafficRouter ended = open("r2", new Claimant("r2", Taking.AGAIN, () -> 7))) {
                String refused =
                        assertThrows(TakenException.class, ended::claim).getMessage();
                assertTrue(refused.contains("has ended already in another copy"), refused);
            }
            third.claim();
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whole releases under Flagger's own controller, which asks over HTTP. Skipped unless CANARY_TEST_KUBECONFIG names a
 * cluster in which it runs, on this machine. Flagger looks every ten seconds at most, so there are few tests.
 */
class FlaggerOnClusterTest {

    private static final String TOKEN = "a-token-of-this-test";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private KubeWorld world;
    private RouterSettings settings;

    @BeforeEach
    void furnish() throws Exception {
        assumeTrue(GateListener.available().isPresent(), "nothing here takes Flagger's requests");
        world = new RealWorld("flagger");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        world.create(FlaggerObjects.manifests("http://127.0.0.1:" + port + "/flagger", TOKEN, 20, 60, 100));
        SettingsText read = SettingsText.read(
                new FlaggerDriver(),
                "{ canary: api, namespace: " + world.namespace()
                        + ", webhook: { listen: '127.0.0.1:" + port + "', token: env:FLAGGER_TOKEN }"
                        + ", cluster: { kubeconfig: '" + world.kubeconfig() + "' } }");
        assertEquals(List.of(), read.problems());
        settings = read.settings();
        until("Initialized", () -> phase().equals("Initialized"));
    }

    @AfterEach
    void end() {
        if (world != null) {
            world.close();
        }
    }

    @Test
    void aReleaseWalksItsPhasesIsPromotedAndTakenBack() throws Exception {
        try (TrafficRouter router = open("first")) {
            assertEquals(Weight.ZERO, router.observe().weight());
            shifted(router, 20);
            // Flagger says in an event of the Canary that it was not let on.
            until("two looks of Flagger's", () -> halts() >= 2);
            assertEquals(Weight.ofPercent(20), router.observe().weight(), "Flagger went on without being let");
        }
        try (TrafficRouter another = open("first")) {
            shifted(another, 60);
            shifted(another, 100);
            until("waiting for the promotion", () -> phase().equals("WaitingPromotion"));
            assertEquals(Weight.FULL, another.observe().weight());
            until("promoted", () -> {
                another.promote("v2");
                return another.observe().promoted();
            });
            assertEquals("api:v2", image("api-primary"));
            rolledBack(another);
            assertEquals("api:v1", image("api-primary"));
            assertEquals("api:v1", image("api"));
        }
    }

    @Test
    void aBadVersionIsTakenBackAndSoIsOneThatCrashesUnderRequests() throws Exception {
        try (TrafficRouter router = open("first")) {
            shifted(router, 20);
            rolledBack(router);
            assertEquals("Failed", phase());
            assertEquals("api:v1", image("api"));
            assertEquals("api:v1", image("api-primary"));
        }
        try (TrafficRouter again = open("second")) {
            assertEquals(Weight.ZERO, again.observe().weight());
            assertTrue(again.observe().settled());
            shifted(again, 20);
            podsStopBeingReady();
            rolledBack(again);
            assertFalse(again.observe().promoted());
            assertEquals("api:v1", image("api-primary"));
        }
    }

    /** They go, and a quota lets no others come. The canary's pods are those without the primary's label. */
    private void podsStopBeingReady() throws Exception {
        world.client()
                .raw(
                        "/api/v1/namespaces/" + world.namespace() + "/resourcequotas",
                        "POST",
                        "{\"metadata\":{\"name\":\"none\"},\"spec\":{\"hard\":{\"pods\":\"0\"}}}");
        for (KubeObject pod : world.admin().list(Kind.POD, world.namespace(), "app=api")) {
            world.delete(Kind.POD, pod.ref().name());
        }
        until("unready", () -> !Workload.of(world.get(Kind.DEPLOYMENT, "api")).rolledOut());
    }

    private TrafficRouter open(String rollout) throws Exception {
        Secrets secrets = ref -> TOKEN;
        RouterContext context =
                RouterContext.of(rollout, new Target("", "api"), "v2", "a test", secrets, InstantSource.system());
        return settings.open(
                RouterContract.asking(context, List.of(Weight.ofPercent(20), Weight.ofPercent(60), Weight.FULL)));
    }

    private void shifted(TrafficRouter router, int percent) throws Exception {
        until(percent + "%", () -> {
            Observation seen = router.observe();
            boolean there = seen.settled() && seen.weight().equals(Weight.ofPercent(percent));
            if (!there) {
                router.shift(Weight.ofPercent(percent));
            }
            return there;
        });
    }

    private void rolledBack(TrafficRouter router) throws Exception {
        until("rolled back", () -> {
            Observation seen = router.observe();
            boolean there = seen.settled() && seen.weight().isZero();
            if (!there) {
                router.rollBack();
            }
            return there;
        });
    }

    /** How often Flagger has reported that it waits for the approval of an increase. */
    private int halts() throws Exception {
        int halts = 0;
        for (KubeObject event : world.admin().list(new Kind("", "v1", "Event", "events"), world.namespace(), "")) {
            String message = event.tree().path("message").asText();
            if (message.contains("waiting for traffic increase approval")) {
                halts += event.tree().path("count").asInt(1);
            }
        }
        return halts;
    }

    private void until(String what, Callable<Boolean> so) throws Exception {
        Poll.until(what, so, PATIENCE);
    }

    private String phase() throws Exception {
        return world.get(KubeWorld.CANARY, "api").status().path("phase").asText();
    }

    private String image(String deployment) throws Exception {
        return Workload.of(world.get(Kind.DEPLOYMENT, deployment)).images().get("api");
    }
}

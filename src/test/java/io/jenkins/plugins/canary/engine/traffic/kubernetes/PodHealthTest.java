package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth.State;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of the canary's pods, by what their status says. */
class PodHealthTest {

    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

    private MockWorld world;

    @BeforeEach
    void start() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api-canary", "api:2", 2));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private CanaryHealth health(String unserved) throws Exception {
        return PodHealth.of(
                new Workloads(world.admin(), world.namespace(), "api", "api-canary"), unserved, NOW.toEpochMilli());
    }

    private void pod(String name, String status) throws Exception {
        world.admin().create(world.ref(Kind.POD, name), (ObjectNode) Cluster.JSON.readTree(
                "{ \"metadata\": { \"labels\": { \"app\": \"api-canary\" } }, \"status\": " + status + " }"));
    }

    private static String container(String state, String last) {
        return "{ \"containerStatuses\": [ { \"name\": \"api\", \"restartCount\": 4, \"state\": " + state
                + ", \"lastState\": " + last + " } ] }";
    }

    private static String killed(String at) {
        return "{ \"terminated\": { \"reason\": \"OOMKilled\", \"exitCode\": 137, \"finishedAt\": \"" + at + "\" } }";
    }

    private static final String RUNNING = "{ \"running\": {} }";

    @Test
    void everyPodServes() throws Exception {
        world.pods("api-canary", 2, 2, 2);
        pod("api-canary-a", container(RUNNING, "{}"));
        assertEquals(CanaryHealth.READY, health(null));
    }

    @Test
    void aPodThatIsBeingMadeIsNoTrouble() throws Exception {
        world.pods("api-canary", 2, 2, 1);
        pod("api-canary-a", container("{ \"waiting\": { \"reason\": \"ContainerCreating\" } }", "{}"));
        assertEquals(CanaryHealth.READY, health(null));
    }

    @Test
    void aPodThatCrashesIsNamedWithItsReason() throws Exception {
        world.pods("api-canary", 2, 2, 1);
        pod(
                "api-canary-a",
                container("{ \"waiting\": { \"reason\": \"CrashLoopBackOff\" } }", killed("2026-11-30T09:00:00Z")));
        assertEquals(
                new CanaryHealth(
                        State.DEGRADED,
                        "1 of 2 pods of Deployment shop/api-canary ready: api-canary-a (api): CrashLoopBackOff after"
                                + " OOMKilled (exit code 137)"),
                health(null));
    }

    /** It is ready again before anybody looks. */
    @Test
    void aContainerThatWasKilledAMomentAgoIsNews() throws Exception {
        world.pods("api-canary", 2, 2, 2);
        pod("api-canary-a", container(RUNNING, killed("2026-11-30T09:59:30Z")));
        assertEquals(
                "2 of 2 pods of Deployment shop/api-canary ready: api-canary-a (api) was restarted after OOMKilled (exit code"
                        + " 137), 4 times so far",
                health(null).detail());
        world.delete(Kind.POD, "api-canary-a");
        pod("api-canary-a", container(RUNNING, killed("2026-11-30T09:50:00Z")));
        assertEquals(CanaryHealth.READY, health(null));
    }

    @Test
    void aPodThatCannotBeScheduledIsNamedWithTheReason() throws Exception {
        world.pods("api-canary", 2, 2, 0);
        pod("api-canary-a", """
                { "conditions": [ { "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                  "message": "0/3 nodes are available: 3 Insufficient cpu." } ] }""");
        assertEquals(
                new CanaryHealth(
                        State.DOWN,
                        "0 of 2 pods of Deployment shop/api-canary ready: api-canary-a cannot be scheduled: 0/3 nodes are"
                                + " available: 3 Insufficient cpu."),
                health(null));
    }

    /** The Service selects other pods, or none. */
    @Test
    void readyPodsThatTheServiceDoesNotFindServeNobody() throws Exception {
        world.pods("api-canary", 2, 2, 2);
        assertEquals(new CanaryHealth(State.DOWN, "no ready endpoint"), health("no ready endpoint"));
    }

    @Test
    void withoutADeploymentNobodyServes() throws Exception {
        world.delete(Kind.DEPLOYMENT, "api-canary");
        assertEquals(
                new CanaryHealth(State.DOWN, "there is no Deployment shop/api-canary in the cluster"), health(null));
    }

    /** A Role of before may not list pods: what the Deployment counts still holds. */
    @Test
    void withoutTheRightToListPodsTheDeploymentsCountsAreTold() throws Exception {
        world.pods("api-canary", 2, 2, 0);
        world.plant(r -> r.getPath().contains("/pods")
                ? MockWorld.status(403, "Forbidden", "pods is forbidden: User \"ci\" cannot list resource", "")
                : null);
        try (Cluster mine = Cluster.connect(new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + world.port() + "/")
                .withOauthToken("ci")
                .build())) {
            assertEquals(
                    new CanaryHealth(State.DOWN, "0 of 2 pods of Deployment shop/api-canary ready"),
                    PodHealth.of(new Workloads(mine, "shop", "api", "api-canary"), null, NOW.toEpochMilli()));
        }
    }
}

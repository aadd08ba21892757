package io.jenkins.plugins.canary.engine.probe.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe.Restart;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On fabric8's mock server, whose controllers act when told to. */
class DeploymentRestartTest {

    private static final String RESTARTED = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private MockWorld world;

    @BeforeEach
    void furnish() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 2)
                + "---\n" + KubeWorld.version("other", "api:2", 2));
        world.moveOn();
        world.asked().clear();
    }

    @AfterEach
    void end() {
        executor.shutdownNow();
        world.close();
    }

    private CompletableFuture<Void> restart(String traffic, Restart how, Duration within) throws Exception {
        CanaryPlan plan = PlanReader.read("""
                name: api
                target: { namespace: shop, deployment: api }
                traffic: { %s }
                phases: [ { name: Full, weight: 100 } ]
                """.formatted(traffic));
        return new DeploymentRestart(plan.traffic(), plan.target(), null, executor, InstantSource.system())
                .restart(how, within);
    }

    private String inCluster(String more) {
        return "gatewayApi: { httpRoute: api, cluster: { kubeconfig: '" + world.kubeconfig() + "' }" + more + " }";
    }

    private boolean restarted(String deployment) throws Exception {
        return world.get(Kind.DEPLOYMENT, deployment).tree().at(RESTARTED).isTextual();
    }

    private String failure(CompletableFuture<Void> restart) {
        return assertThrows(ExecutionException.class, () -> restart.get(30, TimeUnit.SECONDS))
                .getCause()
                .getMessage();
    }

    private void done(CompletableFuture<Void> restart) throws Exception {
        Poll.until("the restart is done", () -> {
            world.moveOn();
            return restart.isDone();
        });
        restart.get(1, TimeUnit.SECONDS);
    }

    @Test
    void whatIsNotSaidIsAsForTheDriver() throws Exception {
        done(restart(inCluster(""), new Restart(null, null, null, LONG), LONG));
        assertTrue(restarted("api-canary"));
        done(restart(inCluster(", canaryDeployment: other"), new Restart(null, null, null, LONG), LONG));
        assertTrue(restarted("other"));
        assertEquals(false, restarted("api"));
    }

    @Test
    void aRestartMayBeInAnotherClusterThanTheTraffic() throws Exception {
        ClusterRef here = new ClusterRef(null, world.kubeconfig().toString(), null);
        done(restart(
                "haproxy: { socket: /s, backend: b, canary: c, stable: s }",
                new Restart("other", "shop", here, LONG),
                LONG));
        assertTrue(restarted("other"));
        assertTrue(failure(restart(
                        inCluster(""), new Restart(null, null, new ClusterRef("production", null, null), LONG), LONG))
                .contains("'production' is a name from Jenkins' configuration"));
    }

    @Test
    void aRestartThatWouldReplaceNoPodIsRefused() throws Exception {
        world.edit(
                Kind.DEPLOYMENT, "api-canary", tree -> tree.withObject("/spec").put("replicas", 0));
        world.edit(Kind.DEPLOYMENT, "other", tree -> tree.withObject("/spec").put("paused", true));
        assertTrue(failure(restart(inCluster(""), new Restart(null, null, null, LONG), LONG))
                .contains("Deployment shop/api-canary has no pods (replicas: 0)"));
        assertTrue(failure(restart(inCluster(""), new Restart("other", null, null, LONG), LONG))
                .contains("kubectl -n shop rollout resume deployment/other"));
        assertEquals(false, restarted("api-canary") || restarted("other"));
    }

    @Test
    void podsThatDoNotComeAreNotWaitedForLongerThanSaid() throws Exception {
        CompletableFuture<Void> restart =
                restart(inCluster(""), new Restart(null, null, null, LONG), Duration.ofMillis(1_900));
        Poll.until("the restart is done", () -> {
            world.pods("api-canary", 3, 1, 2);
            return restart.isDone();
        });
        assertEquals(
                "the restarted pods of Deployment shop/api-canary were not ready within 1 s: 1 of 2 pods updated, 2 available",
                failure(restart));
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetRecord;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person at night with nothing but a kubeconfig and the plan: Jenkins and its journal are gone. On a mock server; and on
 * a real one under the documented rights when CANARY_TEST_KUBECONFIG names it.
 */
class TrafficOnClusterTest {

    @TempDir
    private Path dir;

    private KubeWorld world;

    @AfterEach
    void end() {
        if (world != null) {
            world.close();
        }
    }

    private Path plan(KubeWorld in) throws Exception {
        world = in;
        world.create(
                KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                """);
        for (int i = 0; i < 10; i++) {
            world.moveOn();
        }
        return Files.writeString(dir.resolve("plan.yaml"), """
                name: api
                target: { namespace: "%s", deployment: api }
                traffic: { gatewayApi: { httpRoute: api, cluster: { kubeconfig: "%s" } } }
                phases: [ { name: Full, weight: 100, hold: 1m } ]
                """.formatted(world.namespace(), world.kubeconfig()));
    }

    private TargetRecord record() throws Exception {
        return TargetRecord.read(world.get(Kind.DEPLOYMENT, "api")).orElse(null);
    }

    /** Another rollout, elsewhere, that says it is alive. */
    private TargetClaim elsewhere() {
        RouterContext context = RouterContext.of(
                "r1", new Target("", "api"), "v2", "http://ci/job/api/7", null, InstantSource.system());
        return new TargetClaim(world.admin(), world.ref(Kind.DEPLOYMENT, "api"), context);
    }

    private void settled(Path plan) throws Exception {
        elsewhere().hold();
        Cli.run("traffic", plan, "shift", "10", "--version", "v2")
                .exits(3)
                .says("is taken by the rollout r1 of http://ci/job/api/7", "--take-over");
        Cli.run("traffic", plan, "shift", "25", "--version", "v2", "--take-over", "--timeout", "30s")
                .exits(0)
                .says("the canary has 25%");
        assertEquals(Weight.ofPercent(25), record().weight());
        String rollout = record().rollout();
        Files.delete(dir.resolve(".canary/api.jsonl"));
        Cli.run("traffic", plan, "observe").exits(0).says("weight    25%", "record    rollout " + rollout, "set 25%");
        Cli.run("traffic", plan, "rollback", "--timeout", "30s").exits(0).says("rolled back");
        assertEquals(null, record());
        Cli.run("traffic", plan, "observe").exits(0).says("weight    0%");
        assertTrue(Files.readString(dir.resolve(".canary/api.jsonl")).contains(rollout), "it was that rollout's end");
        elsewhere().hold();
    }

    @Test
    void theRecordIsEnoughToSettle() throws Exception {
        settled(plan(new MockWorld()));
    }

    @Test
    void theRecordIsEnoughToSettleOnACluster() throws Exception {
        settled(plan(new RealWorld("gatewayApi")));
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code canary preflight}, and what {@code canary run} makes of the same findings. */
class PreflightCommandTest {

    @TempDir
    private Path dir;

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
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Path plan(String checks) throws Exception {
        return Files.writeString(dir.resolve("plan.yaml"), """
                name: api
                target: { namespace: shop, deployment: api }
                traffic: { gatewayApi: { httpRoute: api, drain: 0s, cluster: { kubeconfig: "%s" } } }
                preflight: { checks: [%s], database: { maxConnections: 30, pool: 10 } }
                phases: [ { name: Full, weight: 100, hold: 1s } ]
                """.formatted(world.kubeconfig(), checks));
    }

    @Test
    void aWarningIsToldAndDoesNotStopARollout() throws Exception {
        Path plan = plan("min-ready");
        Cli.run("preflight", plan)
                .exits(0)
                .says(
                        "warning  min-ready: Deployment shop/api has minReadySeconds 0",
                        "why: ",
                        "do:  kubectl -n shop patch deployments.apps/api",
                        "2 found, 0 of them stop a rollout");
    }

    @Test
    void anErrorStopsARolloutBeforeAnythingIsMoved() throws Exception {
        Path plan = plan("database");
        JsonNode found = Cli.run("preflight", plan, "--json").exits(1).json();
        assertEquals("ERROR", found.path(0).path("severity").asText());
        world.asked().clear();
        Cli.run("run", plan, "--version", "v2")
                .exits(3)
                .says("preflight database", "needs up to 40 database connections");
        assertEquals(
                0,
                world.asked().stream().filter(asked -> !asked.startsWith("GET")).count(),
                world.asked().toString());
        assertEquals(null, world.get(Kind.DEPLOYMENT, "api").annotation("canary-release.jenkins.io/rollout"));
    }

    @Test
    void anAutoscalerStandsStillForTheTimeOfTheRollout() throws Exception {
        Kind kind = new Kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
        ObjectNode autoscaler = Cluster.JSON.createObjectNode();
        autoscaler
                .withObject("/spec")
                .put("minReplicas", 1)
                .put("maxReplicas", 9)
                .withObject("/scaleTargetRef")
                .put("kind", "Deployment")
                .put("name", "api");
        world.admin().create(world.ref(kind, "api"), autoscaler);
        Path plan = Files.writeString(
                dir.resolve("plan.yaml"),
                Files.readString(plan("hpa")).replace("checks: [hpa]", "checks: [hpa], fix: true"));
        Cli.Running run = Cli.start("run", plan, "--version", "v2");
        boolean pinned = false;
        while (!run.exit().isDone()) {
            world.moveOn();
            pinned |= world.get(kind, "api").spec().path("minReplicas").asInt() == 2;
            Thread.sleep(50);
        }
        run.end().exits(0).says("was pinned to 2 pods (1 to 9 before)");
        assertTrue(pinned, "it never stood still");
        assertEquals(1, world.get(kind, "api").spec().path("minReplicas").asInt());
        assertEquals(9, world.get(kind, "api").spec().path("maxReplicas").asInt());
    }

    @Test
    void nothingFound() throws Exception {
        Cli.run("preflight", plan("gitops")).exits(0).says("nothing found");
    }

    @Test
    void aPlanWithoutAClusterHasNothingToLookAt() throws Exception {
        Path plan = Files.writeString(
                dir.resolve("local.yaml"),
                "name: api\ntraffic: { local: { control: 'http://127.0.0.1:1' } }\nphases: [ { name: Full, weight: 100 } ]\n");
        Cli.run("preflight", plan).exits(2).says("there is nothing to check");
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code canary probe} that restarts a Deployment of a real cluster, under nothing but the rights on the probe's page.
 * Skipped unless CANARY_TEST_KUBECONFIG names a cluster.
 */
class PersistenceOnClusterTest {

    private static final String RESTARTED = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";

    @TempDir
    private Path dir;

    private KubeWorld world;
    private CountingPods service;

    @AfterEach
    void end() {
        if (service != null) {
            service.close();
        }
        if (world != null) {
            world.close();
        }
    }

    private Path plan(boolean forgets, int replicas, String restart) throws Exception {
        world = new RealWorld("probes");
        world.create(
                KubeWorld.version("api", "api:1", 1) + "---\n" + KubeWorld.version("api-canary", "api:2", replicas));
        Poll.until("the pods are ready", () -> Workload.of(canary()).rolledOut());
        service = new CountingPods(world, "api-canary", forgets);
        return Files.writeString(dir.resolve("plan.yaml"), """
                name: api
                target: { namespace: "%s", deployment: api }
                traffic: { gatewayApi: { httpRoute: api, cluster: { kubeconfig: "%s" } } }
                phases: [ { name: Full, weight: 100 } ]
                probes:
                  allow: [ "%s" ]
                  canary: { url: "http://%s" }
                  run:
                    counts: { persistence: { path: /limited, requests: 3, restart: { %s } } }
                """.formatted(
                        world.namespace(), world.kubeconfig(), service.authority(), service.authority(), restart));
    }

    private KubeObject canary() throws Exception {
        return world.get(Kind.DEPLOYMENT, "api-canary");
    }

    private JsonNode only(Cli.Ended end) throws Exception {
        return new ObjectMapper().readTree(end.out()).get(0);
    }

    private Set<String> both(Set<String> some, Set<String> others) {
        Set<String> common = new TreeSet<>(some);
        common.retainAll(others);
        return common;
    }

    @Test
    void aCountOutsideOfThePodsOutlivesTheRestart() throws Exception {
        Path plan = plan(false, 3, "deployment: api-canary");
        String before = world.get(Kind.DEPLOYMENT, "api").resourceVersion();
        Cli.run("probe", plan)
                .exits(0)
                .says(
                        "PASS counts on canary: 6 requests",
                        "pass the count outlives a restart: 57 remained before the restart, and 56 after it and one more request");
        assertEquals(6, service.seen().size());
        assertEquals(3, service.seen().get(2).size());
        assertEquals(3, service.seen().get(3).size(), "nothing is sent before the new pods are ready");
        assertEquals(Set.of(), both(service.seen().get(2), service.seen().get(3)), "every pod is another one");
        assertTrue(canary().tree().at(RESTARTED).isTextual());
        assertEquals(before, world.get(Kind.DEPLOYMENT, "api").resourceVersion(), "no other Deployment is touched");
    }

    /** The canary's Deployment, cluster and namespace are those of the driver where the probe does not say. */
    @Test
    void aCountInThePodsDoesNot() throws Exception {
        Path plan = plan(true, 2, "within: 1m");
        JsonNode result = only(Cli.run("probe", plan, "--json").exits(1));
        assertEquals("FAIL", result.path("outcome").asText());
        assertTrue(
                result.at("/findings")
                        .toString()
                        .contains("57 remained before the restart, and 59 after it and one more request"),
                result.toString());
        assertEquals(6, result.at("/statuses/200").asInt());
    }

    @Test
    void aMissingRightIsNamedWithTheRuleThatGivesIt() throws Exception {
        Path plan = plan(false, 1, "deployment: api-canary");
        world.client()
                .rbac()
                .roles()
                .inNamespace(world.namespace())
                .withName("canary")
                .edit(role -> {
                    role.getRules().forEach(rule -> rule.getVerbs().remove("update"));
                    return role;
                });
        Poll.until(
                "the right is gone",
                () -> only(Cli.run("probe", plan, "--json"))
                        .path("outcome")
                        .asText()
                        .equals("UNAVAILABLE"));
        Cli.run("probe", plan)
                .exits(3)
                .says(
                        "UNAVAILABLE counts on canary",
                        "the pods could not be restarted: system:"
                                + "serviceaccount:" + world.namespace()
                                + ":canary may not update deployments.apps in namespace "
                                + world.namespace(),
                        "add to its Role: {apiGroups: [\"apps\"], resources: [deployments], verbs: [update]}");
    }

    @Test
    void podsThatDoNotGetReadyEndTheWait() throws Exception {
        Path plan = plan(false, 2, "within: 4s");
        Set<String> before = service.ready();
        world.edit(Kind.DEPLOYMENT, "api-canary", tree -> {
            tree.withObject("/spec").put("paused", true);
            KubeWorld.nowhere(tree);
        });
        Cli.run("probe", plan)
                .exits(3)
                .says("is paused, so that nothing would replace its pods: kubectl -n " + world.namespace()
                        + " rollout resume deployment/api-canary");
        assertTrue(canary().tree().at(RESTARTED).isMissingNode());
        world.edit(Kind.DEPLOYMENT, "api-canary", tree -> ((ObjectNode) tree.at("/spec")).remove("paused"));
        long begun = System.nanoTime();
        Cli.run("probe", plan)
                .exits(3)
                .says(
                        "UNAVAILABLE counts on canary",
                        "the restarted pods of Deployment " + world.namespace()
                                + "/api-canary were not ready within 4 s: 1 of 2 pods updated, 2 available");
        assertTrue(System.nanoTime() - begun < 60_000_000_000L, "bounded, on a busy machine too");
        assertEquals(before, service.ready(), "the old pods go on serving");
    }

    @Test
    void aDeploymentThatMakesNoProgressIsNotWaitedFor() throws Exception {
        Path plan = plan(false, 1, "within: 2m");
        world.edit(Kind.DEPLOYMENT, "api-canary", tree -> {
            tree.withObject("/spec").put("progressDeadlineSeconds", 3);
            KubeWorld.nowhere(tree);
        });
        Cli.run("probe", plan).exits(3).says("do not get ready: ReplicaSet \"api-canary-", "has timed out progressing");
    }

    @Test
    void withoutPodsNothingOutlivesARestart() throws Exception {
        Path plan = plan(false, 0, "deployment: api-canary");
        Cli.run("probe", plan).exits(3).says("has no pods (replicas: 0): there is nothing to restart");
        assertTrue(canary().tree().at(RESTARTED).isMissingNode());
        Path other = Files.writeString(
                dir.resolve("other.yaml"),
                Files.readString(plan).replace("deployment: api-canary", "deployment: nobody"));
        Cli.run("probe", other).exits(3).says("there is no Deployment " + world.namespace() + "/nobody in the cluster");
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A canary that is too small for what the phases give it. */
class CapacityChecksTest {

    private static final Kind NODE = new Kind("", "v1", "Node", "nodes");

    private MockWorld world;
    private PreflightWorld release;

    @BeforeEach
    void furnish() throws Exception {
        world = new MockWorld();
        release = new PreflightWorld(world).furnished();
    }

    @AfterEach
    void end() {
        release.close();
    }

    private void scale(String deployment, int replicas) throws Exception {
        world.edit(Kind.DEPLOYMENT, deployment, d -> d.withObject("/spec").put("replicas", replicas));
    }

    private void container(String deployment, String field, String json) throws Exception {
        world.edit(Kind.DEPLOYMENT, deployment, d -> ((ObjectNode) d.at("/spec/template/spec/containers/0"))
                .set(field, json(json)));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Cluster.JSON.readTree(text);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void onePodThatWillTakeEverything() throws Exception {
        release.fine("replicas");
        scale("api", 10);
        scale("api-canary", 1);
        PreflightFinding found = release.only("replicas");
        assertEquals(PreflightFinding.Severity.WARNING, found.severity());
        assertEquals("Deployment shop/api-canary", found.object());
        assertEquals("has 1 pod and will take 100% of what 10 pods of Deployment shop/api serve now", found.what());
        assertEquals("kubectl -n shop scale deployments.apps/api-canary --replicas=10", found.remedy());
        assertEquals(
                0,
                release.preflight("r1", "{ checks: [replicas] }", "deployment: { replicas: 11, ")
                        .look()
                        .size(),
                "this driver gives the canary its pods");
    }

    @Test
    void lessCpuOrMemoryThanStable() throws Exception {
        release.fine("resources");
        String stable = "{'requests':{'cpu':'1','memory':'512Mi'},'limits':{'memory':'1Gi'}}".replace('\'', '"');
        container("api", "resources", stable);
        container("api-canary", "resources", stable);
        release.fine("resources");
        container(
                "api-canary",
                "resources",
                "{'requests':{'cpu':'500m','memory':'0.5Gi'},'limits':{'memory':'768Mi'}}".replace('\'', '"'));
        PreflightFinding found = release.only("resources");
        assertEquals(
                "gives container api less than Deployment shop/api: requests.cpu 500m instead of 1, limits.memory 768Mi"
                        + " instead of 1Gi",
                found.what());
        assertEquals(PreflightFinding.Severity.WARNING, found.severity());
    }

    @Test
    void memoryThatTheNodeHasNotPromised() throws Exception {
        for (String name : new String[] {"api", "api-canary"}) {
            container(
                    name, "resources", "{'requests':{'memory':'128Mi'},'limits':{'memory':'1Gi'}}".replace('\'', '"'));
        }
        PreflightFinding found = release.only("resources");
        assertEquals("asks for 128Mi of memory in container api, and may use 1Gi", found.what());
        assertEquals(
                "kubectl -n shop set resources deployments.apps/api-canary -c api --requests=memory=1Gi",
                found.remedy());
    }

    @Test
    void aHoldThatEndsBeforeThePodsHaveSpoken() throws Exception {
        release.fine("hold");
        container(
                "api-canary",
                "readinessProbe",
                "{'initialDelaySeconds':600,'periodSeconds':60,'failureThreshold':20}".replace('\'', '"'));
        PreflightFinding found = release.only("hold");
        assertEquals("shows after 30 min whether its pods are ready, and phase Full holds for 20 min", found.what());
        assertEquals("in the plan: phase Full, hold: 30m or more", found.remedy());
    }

    @Test
    void nodesWithoutRoomForThePodsThatAreMissing() throws Exception {
        String each = "{'requests':{'cpu':'500m','memory':'1Gi'}}".replace('\'', '"');
        container("api-canary", "resources", each);
        scale("api-canary", 4);
        node("small", "{'allocatable':{'cpu':'2','memory':'3Gi'}}");
        node("full", "{'allocatable':{'cpu':'1','memory':'64Gi'}}");
        pod("full", "900m");
        PreflightFinding found = release.only("nodes");
        assertEquals(PreflightFinding.Severity.WARNING, found.severity());
        assertEquals("needs 4 more pods of cpu 500m, memory 1Gi, and the nodes have room for 3", found.what());
        node("large", "{'allocatable':{'cpu':'1','memory':'2Gi'}}");
        release.fine("nodes");
    }

    @Test
    void nodesThatMayNotBeListedAreANote() throws Exception {
        container("api-canary", "resources", "{'requests':{'cpu':'500m'}}".replace('\'', '"'));
        scale("api-canary", 4);
        world.plant(r -> r.getPath().startsWith("/api/v1/nodes")
                ? MockWorld.status(403, "Forbidden", "nodes is forbidden", "")
                : null);
        PreflightFinding found = release.only("nodes");
        assertEquals(PreflightFinding.Severity.NOTE, found.severity());
        assertTrue(found.text().contains("may not be listed with this account"), found.text());
        assertEquals("", found.remedy());
    }

    private void node(String name, String status) throws Exception {
        ObjectNode tree = Cluster.JSON.createObjectNode();
        tree.put("apiVersion", "v1").put("kind", "Node").withObject("/metadata").put("name", name);
        tree.set("status", json(status.replace('\'', '"')));
        tree.withObject("/status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True");
        world.client().raw("/api/v1/nodes", "POST", tree.toString());
    }

    private void pod(String node, String cpu) throws Exception {
        ObjectNode tree = Cluster.JSON.createObjectNode();
        tree.withObject("/spec").put("nodeName", node);
        tree.withObject("/spec")
                .putArray("containers")
                .addObject()
                .put("name", "c")
                .withObject("/resources/requests")
                .put("cpu", cpu);
        world.admin().create(new ObjectRef(Kind.POD, "other", "busy"), tree);
    }
}

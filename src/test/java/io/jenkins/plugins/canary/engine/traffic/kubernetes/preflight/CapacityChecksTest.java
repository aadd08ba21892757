package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A canary that is too small for what the phases give it. */
class CapacityChecksTest extends FurnishedRelease {

    private static final Kind NODE = new Kind("", "v1", "Node", "nodes");

    private void scale(String deployment, int replicas) throws Exception {
        world.edit(Kind.DEPLOYMENT, deployment, d -> d.withObject("/spec").put("replicas", replicas));
    }

    private void container(String deployment, String field, String json) throws Exception {
        world.edit(
                Kind.DEPLOYMENT,
                deployment,
                d -> ((ObjectNode) d.at("/spec/template/spec/containers/0")).set(field, json(json)));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Cluster.JSON.readTree(text);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void oneOrTwoPodsBesideMany() throws Exception {
        release.fine("canary-pods");
        scale("api", 20);
        PreflightFinding found = release.only("canary-pods");
        assertEquals(PreflightFinding.Severity.WARNING, found.severity());
        assertEquals("Deployment shop/api-canary", found.object());
        assertEquals("has 2 pods, compared with 20 pods of Deployment shop/api", found.what());
        assertEquals("kubectl -n shop scale deployments.apps/api-canary --replicas=3", found.remedy());
        scale("api-canary", 3);
        release.fine("canary-pods");
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

    private static final String MADE = "gatewayApi: { httpRoute: api, canary: { create: true, replicas: match }, ";

    private List<PreflightFinding> withMadeCanary(String check) throws Exception {
        return release.preflight("r1", "{ checks: [" + check + "] }", MADE).look();
    }

    private void quota(String status) throws Exception {
        ObjectNode tree = Cluster.JSON.createObjectNode();
        tree.putObject("spec");
        tree.set("status", json(status.replace('\'', '"')));
        world.admin().create(world.ref(QuotaCheck.QUOTA, "compute"), tree);
    }

    @Test
    void aQuotaWithoutRoomForTheCanaryThatTheRolloutMakes() throws Exception {
        world.delete(Kind.DEPLOYMENT, "api-canary");
        scale("api", 4);
        container("api", "resources", "{'requests':{'cpu':'500m'},'limits':{'memory':'1Gi'}}".replace('\'', '"'));
        assertEquals(List.of(), withMadeCanary("quota"));
        quota("{'hard':{'pods':'8','requests.cpu':'4','requests.memory':'6Gi','limits.cpu':'1'},"
                + "'used':{'pods':'4','requests.cpu':'2','requests.memory':'4Gi','limits.cpu':'1'}}");
        List<PreflightFinding> found = withMadeCanary("quota");
        assertEquals(1, found.size(), found.toString());
        assertEquals(PreflightFinding.Severity.WARNING, found.get(0).severity());
        assertEquals("ResourceQuota shop/compute", found.get(0).object());
        assertEquals(
                "leaves room for 2 of 4 more pods of Deployment shop/api-canary: 4Gi of 6Gi requests.memory are used",
                found.get(0).what());
        assertEquals(
                "kubectl -n shop edit resourcequota compute  # raise requests.memory, or plan a smaller largest weight or"
                        + " fewer replicas of the canary",
                found.get(0).remedy());
        List<PreflightFinding> both = release.preflight("r1", "{ checks: [quota] }", MADE + "baseline: true, ")
                .look();
        assertEquals(
                "leaves room for 2 of 8 more pods of Deployment shop/api-canary and its baseline: 4Gi of 6Gi"
                        + " requests.memory are used",
                both.get(0).what());
        scale("api", 2);
        assertEquals(List.of(), withMadeCanary("quota"), "there is room for as many as stable has");
    }

    @Test
    void aQuotaCountsThePodsThatADeployedCanaryStillLacks() throws Exception {
        scale("api-canary", 3);
        quota("{'hard':{'pods':'5'},'used':{'pods':'2'}}");
        release.fine("quota");
        world.edit(
                QuotaCheck.QUOTA, "compute", q -> q.withObject("/status/used").put("pods", "3"));
        assertEquals(
                "leaves room for 2 of 3 more pods of Deployment shop/api-canary: 3 of 5 pods are used",
                release.only("quota").what());
        world.edit(
                QuotaCheck.QUOTA,
                "compute",
                q -> q.withObject("/spec").putArray("scopes").add("BestEffort"));
        release.fine("quota");
    }

    @Test
    void quotasThatMayNotBeListedAreANote() throws Exception {
        scale("api-canary", 3);
        world.plant(r -> r.getPath().contains("/resourcequotas")
                ? MockWorld.status(403, "Forbidden", "resourcequotas is forbidden", "")
                : null);
        PreflightFinding found = release.only("quota");
        assertEquals(PreflightFinding.Severity.NOTE, found.severity());
        assertTrue(found.text().contains("may not be listed with this account"), found.text());
    }

    @Test
    void nodesWithoutRoomForACanaryThatTheRolloutMakes() throws Exception {
        world.delete(Kind.DEPLOYMENT, "api-canary");
        container("api", "resources", "{'requests':{'cpu':'500m'}}".replace('\'', '"'));
        node("small", "{'allocatable':{'cpu':'600m'}}");
        List<PreflightFinding> found = withMadeCanary("nodes");
        assertEquals(1, found.size(), found.toString());
        assertEquals(
                "needs 2 more pods of cpu 500m, and the nodes have room for 1",
                found.get(0).what());
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

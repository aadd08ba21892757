package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Autoscalers stand still while a rollout lasts, and are as they were afterwards, whoever is left to see to it. */
class FieldOverrideTest {

    private static final String FIX = "{ checks: [hpa, vpa], fix: true }";

    private PreflightWorld release;

    @AfterEach
    void end() {
        if (release != null) {
            release.close();
        }
    }

    private KubeWorld furnish(KubeWorld world) throws Exception {
        release = new PreflightWorld(world).furnished();
        release.create(
                PreflightWorld.HPA,
                "api",
                "{scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api},"
                        + " minReplicas: 1, maxReplicas: 9}");
        release.create(PreflightWorld.VPA, "api", "{targetRef: {apiVersion: apps/v1, kind: Deployment, name: api}}");
        return world;
    }

    private String hpa() throws Exception {
        JsonNode spec = release.world().get(PreflightWorld.HPA, "api").spec();
        return spec.path("minReplicas").asText() + "-"
                + spec.path("maxReplicas").asText();
    }

    private String vpa() throws Exception {
        return release.world()
                .get(PreflightWorld.VPA, "api")
                .spec()
                .at("/updatePolicy/updateMode")
                .asText("none");
    }

    private void pinnedAndPutBack(KubeWorld world) throws Exception {
        furnish(world);
        List<PreflightFinding> fixed = release.preflight("r1", FIX).applyFixes();
        assertEquals(
                List.of(PreflightFinding.Severity.FIXED, PreflightFinding.Severity.FIXED),
                fixed.stream().map(PreflightFinding::severity).toList(),
                fixed.toString());
        assertEquals("2-2", hpa());
        assertEquals("Off", vpa());
        assertEquals(List.of(), release.preflight("r1", FIX).look());
        release.preflight("r1", FIX).restore();
        assertEquals("1-9", hpa());
        assertEquals("none", vpa());
        assertNull(release.world().get(PreflightWorld.HPA, "api").annotation(FieldOverride.ANNOTATION));
    }

    @Test
    void autoscalersArePinnedAndPutBack() throws Exception {
        pinnedAndPutBack(new MockWorld());
    }

    @Test
    void autoscalersArePinnedAndPutBackOnACluster() throws Exception {
        pinnedAndPutBack(new RealWorld("preflight"));
    }

    private static final String SHARED = "deployment: { replicas: 4, ";
    private static final String FIX_HPA = "{ checks: [hpa], fix: true }";

    private String policy() throws Exception {
        return release.world()
                .get(PreflightWorld.HPA, "api")
                .spec()
                .at("/behavior/scaleUp/selectPolicy")
                .asText("none");
    }

    /** One number would be in the way of a driver whose weight is numbers of pods. */
    @Test
    void whereThePodsAreTheWeightItIsPausedAndPutBack() throws Exception {
        furnish(new MockWorld());
        release.preflight("r1", FIX_HPA, SHARED).applyFixes();
        assertEquals("1-9 Disabled", hpa() + " " + policy());
        assertEquals(List.of(), release.preflight("r1", FIX_HPA, SHARED).look());
        release.preflight("r1", FIX_HPA, SHARED).restore();
        assertEquals("1-9 none", hpa() + " " + policy());
    }

    @Test
    void aPausedAutoscalerLeavesTheNumbersAloneOnACluster() throws Exception {
        furnish(new RealWorld("preflight"));
        release.world()
                .edit(
                        PreflightWorld.HPA,
                        "api",
                        tree -> tree.withObject("/spec").put("minReplicas", 2));
        assertEquals(
                PreflightFinding.Severity.WARNING,
                release.preflight("r1", FIX_HPA, SHARED).look().get(0).severity());
        release.preflight("r1", FIX_HPA, SHARED).applyFixes();
        assertEquals(List.of(), release.preflight("r1", FIX_HPA, SHARED).look());
        replicas(1);
        // The autoscaler's controller looks every 15 seconds.
        for (int i = 0; i < 100; i++) {
            release.world().moveOn();
            assertEquals(1, replicas(), "below its minimum of before, and left alone");
        }
        release.preflight("r1", FIX_HPA, SHARED).restore();
        assertEquals("2-9 none", hpa() + " " + policy());
        for (int i = 0; i < 300 && replicas() == 1; i++) {
            release.world().moveOn();
        }
        assertEquals(2, replicas(), "it is at work again");
    }

    private int replicas() throws Exception {
        return release.world()
                .get(Kind.DEPLOYMENT, "api")
                .spec()
                .path("replicas")
                .asInt();
    }

    private void replicas(int pods) throws Exception {
        release.world()
                .edit(Kind.DEPLOYMENT, "api", tree -> tree.withObject("/spec").put("replicas", pods));
    }

    @Test
    void nothingIsTouchedUnlessThePlanSaysSo() throws Exception {
        furnish(new MockWorld());
        assertEquals(
                List.of(), release.preflight("r1", "{ checks: [hpa, vpa] }").applyFixes());
        assertEquals("1-9", hpa());
        assertEquals("none", vpa());
    }

    @Test
    void fixingTwiceRemembersWhatWasBeforeTheFirstTime() throws Exception {
        furnish(new MockWorld());
        release.preflight("r1", FIX).applyFixes();
        release.preflight("r1", FIX).applyFixes();
        release.preflight("r1", FIX).restore();
        assertEquals("1-9", hpa());
        assertEquals("none", vpa());
    }

    @Test
    void whatARolloutLeftThatDiedIsToldAndTheNextOnePutsItBack() throws Exception {
        furnish(new MockWorld());
        release.preflight("dead", FIX).applyFixes();
        List<PreflightFinding> told = release.preflight("r2", FIX).look();
        assertEquals(2, told.size(), told.toString());
        assertTrue(told.get(0).toString().contains("the rollout dead of http://ci/dead"), told.toString());
        release.preflight("r2", FIX).restore();
        assertEquals("2-2", hpa(), "it is not this rollout's yet");
        release.preflight("r2", FIX).applyFixes();
        release.preflight("r2", FIX).restore();
        assertEquals("1-9", hpa());
        assertEquals("none", vpa());
    }

    @Test
    void whatSomebodyElseSetMeanwhileStays() throws Exception {
        furnish(new MockWorld());
        release.preflight("r1", FIX).applyFixes();
        release.world()
                .edit(
                        PreflightWorld.HPA,
                        "api",
                        tree -> tree.withObject("/spec").put("maxReplicas", 30));
        release.preflight("r1", FIX).restore();
        assertEquals("1-30", hpa());
    }

    @Test
    void theRecordAndTheChangeAreOneWrite() throws Exception {
        MockWorld world = (MockWorld) furnish(new MockWorld());
        world.asked().clear();
        release.preflight("r1", "{ checks: [hpa], fix: true }").applyFixes();
        assertEquals(
                1,
                world.asked().stream().filter(asked -> asked.startsWith("PUT")).count(),
                world.asked().toString());
        JsonNode record =
                Cluster.JSON.readTree(world.get(PreflightWorld.HPA, "api").annotation(FieldOverride.ANNOTATION));
        assertEquals(Cluster.JSON.readTree("{\"minReplicas\":1,\"maxReplicas\":9}"), record.path("before"));
        assertFalse(record.path("rollout").asText().isEmpty());
    }
}

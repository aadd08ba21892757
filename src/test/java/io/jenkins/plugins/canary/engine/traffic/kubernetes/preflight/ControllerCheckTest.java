package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoObjects;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Argo's controller would do by itself in the middle of a rollout. The phase holds for 20 minutes. */
class ControllerCheckTest {

    private static final String PATCH = "kubectl -n shop patch rollouts.argoproj.io api --type=merge -p"
            + " '{\"spec\":{\"strategy\":{\"blueGreen\":{FIELD}}}}'";

    private static List<PreflightFinding> look(String manifests) throws Exception {
        try (MockWorld world = new MockWorld()) {
            world.create(manifests);
            return new PreflightWorld(world)
                    .preflight("r1", "{ checks: [controller] }", "argoRollout: { rollout: api, ")
                    .look();
        }
    }

    @Test
    void aSwitchThatNobodyAskedForIsAnError() throws Exception {
        for (String own : new String[] {"autoPromotionSeconds: 60", "autoPromotionEnabled: true"}) {
            PreflightFinding found = look(ArgoObjects.blueGreen(own + ", scaleDownDelaySeconds: 1200"))
                    .get(0);
            assertEquals(PreflightFinding.Severity.ERROR, found.severity());
            assertEquals("Rollout shop/api", found.object());
            assertEquals("does not have autoPromotionEnabled: false", found.what());
            assertEquals(PATCH.replace("FIELD", "\"autoPromotionEnabled\":false"), found.remedy());
        }
    }

    @Test
    void podsThatGoBeforeThePhasesEndAreAWarning() throws Exception {
        List<PreflightFinding> found = look(ArgoObjects.blueGreen("autoPromotionEnabled: false"));
        assertEquals(1, found.size(), found.toString());
        assertEquals(PreflightFinding.Severity.WARNING, found.get(0).severity());
        assertEquals(
                "keeps the old version's pods for 30 s after the switch (scaleDownDelaySeconds), and the phases judge the new"
                        + " one for 20 min",
                found.get(0).what());
        assertEquals(
                PATCH.replace("FIELD", "\"scaleDownDelaySeconds\":1200"),
                found.get(0).remedy());
    }

    @Test
    void howLongTheOldVersionIsKeptIsSaid() throws Exception {
        List<PreflightFinding> found =
                look(ArgoObjects.blueGreen("autoPromotionEnabled: false, scaleDownDelaySeconds: 3600"));
        assertEquals(1, found.size(), found.toString());
        assertEquals(PreflightFinding.Severity.NOTE, found.get(0).severity());
        assertEquals(
                "keeps the old version's pods for 1 h after the switch (scaleDownDelaySeconds)",
                found.get(0).what());
    }

    @Test
    void aCanaryStrategyHasNothingToSay() throws Exception {
        assertEquals(List.of(), look(ArgoObjects.manifests(10, 100)));
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies take the place of the weights in a TraefikService, so a GitOps controller has to leave its whole spec alone. */
class TraefikGitOpsTest {

    @Test
    void argoCdIsToldToIgnoreTheSpec() throws Exception {
        MockWorld world = new MockWorld();
        try (PreflightWorld release = new PreflightWorld(world)) {
            release.create(KubeWorld.TRAEFIK_SERVICE, "weighted", "{weighted: {services: [{name: api, port: 80}]}}");
            world.annotate(
                    KubeWorld.TRAEFIK_SERVICE,
                    "weighted",
                    "argocd.argoproj.io/tracking-id",
                    "prod:traefik.io/weighted");
            List<PreflightFinding> found = release.preflight(
                            "r1", "{ checks: [gitops] }", "traefik: { traefikService: weighted, ")
                    .look();
            assertEquals(1, found.size(), found.toString());
            String remedy = found.get(0).remedy();
            assertTrue(remedy.contains("    kind: TraefikService\n    name: weighted\n"), remedy);
            assertTrue(remedy.contains("    jqPathExpressions:\n    - '.spec'\n"), remedy);
        }
    }
}

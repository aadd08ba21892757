package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies by ingress-nginx are written into the users' own Ingress, which nothing else of a rollout changes. */
class MirrorRightsTest {

    @Test
    void theRightIsAskedForWhereAPhaseCopies() throws Exception {
        MockWorld world = new MockWorld();
        try (PreflightWorld release = new PreflightWorld(world)) {
            world.allowAllBut("\"verb\":\"update\",\"name\":\"web\"");
            Preflight weights = release.preflight("r1", "{ checks: [rights] }", "nginxIngress: { ingress: web, ");
            assertEquals(List.of(), weights.look());
            RolloutSchedule copies = new RolloutSchedule(
                    Duration.ofHours(1),
                    List.of(new RolloutSchedule.Stage("Copies", Weight.ZERO, Weight.FULL, Duration.ofMinutes(5))));
            List<PreflightFinding> found =
                    new Preflight(weights.wanted(), copies, weights.settings(), weights.context()).look();
            assertEquals(1, found.size(), found.toString());
            assertEquals(PreflightFinding.Severity.ERROR, found.get(0).severity());
            assertTrue(
                    found.get(0).text().contains("may not update ingresses.networking.k8s.io web"),
                    found.get(0).text());
        }
    }
}

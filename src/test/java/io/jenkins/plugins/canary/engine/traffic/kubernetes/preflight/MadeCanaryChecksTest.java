package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is in the way of a canary that the rollout makes. */
class MadeCanaryChecksTest extends FurnishedRelease {

    private static final String MADE = "gatewayApi: { httpRoute: api, canary: { create: true }, ";

    private List<PreflightFinding> withMadeCanary(String rollout) throws Exception {
        return release.preflight(rollout, "{ checks: [canary] }", MADE).look();
    }

    @Test
    void aDeploymentInTheWayOfTheOneThatTheRolloutMakes() throws Exception {
        release.fine("canary");
        List<PreflightFinding> found = withMadeCanary("r1");
        assertEquals(1, found.size(), found.toString());
        ChecksTest.says(
                found.get(0),
                PreflightFinding.Severity.ERROR,
                "Deployment shop/api-canary is there already, and no rollout has made it",
                "kubectl -n shop delete deployment api-canary  # or name another one with canaryDeployment");
        world.annotate(
                Kind.DEPLOYMENT,
                "api-canary",
                "canary-release.jenkins.io/created",
                "{\"rollout\":\"r1\",\"version\":\"v2\",\"wanted\":5,\"stage\":\"SERVING\",\"since\":1}");
        assertEquals(List.of(), withMadeCanary("r1"));
        ChecksTest.says(withMadeCanary("r2").get(0), PreflightFinding.Severity.ERROR, "and the rollout r1 has made it");
    }

    @Test
    void aDeploymentInTheWayOfTheBaseline() throws Exception {
        world.delete(Kind.DEPLOYMENT, "api-canary");
        world.moveOn();
        world.create(KubeWorld.version("api-baseline", "api:7", 1));
        List<PreflightFinding> found = release.preflight("r1", "{ checks: [canary] }", MADE + "baseline: true, ")
                .look();
        assertEquals(1, found.size(), found.toString());
        ChecksTest.says(
                found.get(0),
                PreflightFinding.Severity.ERROR,
                "Deployment shop/api-baseline is there already, and no rollout has made it",
                "kubectl -n shop delete deployment api-baseline  # or leave out baseline: true");
        world.delete(Kind.DEPLOYMENT, "api-baseline");
        assertEquals(
                List.of(),
                release.preflight("r1", "{ checks: [canary] }", MADE + "baseline: true, ")
                        .look());
    }

    @Test
    void aServiceOfTheCanarysNameThatSendsToOtherPods() throws Exception {
        world.moveOn();
        world.delete(Kind.DEPLOYMENT, "api-canary");
        List<PreflightFinding> found = withMadeCanary("r1");
        assertEquals(1, found.size(), found.toString());
        ChecksTest.says(
                found.get(0),
                PreflightFinding.Severity.ERROR,
                "Service shop/api-canary sends to pod api-canary-0 already, before the canary's pods are there",
                "kubectl -n shop delete service api-canary");
        world.moveOn();
        assertEquals(List.of(), withMadeCanary("r1"), "a Service that waits for the canary's pods is used");
    }

    @Test
    void aCanaryThatIsNoDeployment() throws Exception {
        world.delete(Kind.DEPLOYMENT, "api-canary");
        release.fine("canary");
        release.create(new Kind("apps", "v1", "StatefulSet", "statefulsets"), "api-canary", "{}");
        ChecksTest.says(
                release.only("canary"),
                PreflightFinding.Severity.ERROR,
                "Deployment shop/api-canary is not in the cluster; api-canary is a StatefulSet",
                "updateStrategy.rollingUpdate.partition");
    }
}

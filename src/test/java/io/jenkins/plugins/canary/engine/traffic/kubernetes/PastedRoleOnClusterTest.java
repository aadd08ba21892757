package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightFinding;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.InstantSource;
import java.util.List;

/** An account without any right is given what the preflight prints for it, and nothing else; then a whole contract passes. */
class PastedRoleOnClusterTest extends GatewayApiContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        RealWorld world = new RealWorld();
        List<PreflightFinding> found = look(world);
        String remedy = found.get(0).remedy();
        assertTrue(found.get(0).isError(), found.toString());
        assertTrue(remedy.contains("resources: [httproutes], resourceNames: [api], verbs: [get, update]"), remedy);
        assertTrue(remedy.contains("- {kind: ServiceAccount, name: canary, namespace: " + world.namespace()), remedy);
        String[] lines = remedy.split("\n", 2);
        assertEquals("kubectl apply -f - <<'EOF'", lines[0]);
        for (String one : lines[1].replaceAll("(?s)\nEOF$", "").split("(?m)^---$")) {
            world.grant(one);
        }
        assertEquals(List.of(), look(world));
        return world;
    }

    private static List<PreflightFinding> look(RealWorld world) throws Exception {
        CanaryPlan plan = PlanReader.read("""
                name: api
                target: { namespace: "%s", deployment: api }
                traffic: { gatewayApi: { httpRoute: api, cluster: { kubeconfig: "%s" } } }
                preflight: { checks: [ rights ] }
                phases: [ { name: Full, weight: 100, hold: 20m, deadline: 1h } ]
                """.formatted(world.namespace(), world.kubeconfig()));
        return Preflight.of(
                        plan.environment().preflight(),
                        plan.schedule(),
                        plan.traffic(),
                        RouterContext.of("r1", plan.target(), "v2", "a test", null, InstantSource.system()))
                .orElseThrow()
                .look();
    }
}

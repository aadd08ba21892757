package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.InstantSource;
import java.util.List;

/** A release that nothing can be said against, and one flaw at a time. */
record PreflightWorld(KubeWorld world) implements AutoCloseable {

    static final Kind HPA = new Kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
    static final Kind VPA = new Kind("autoscaling.k8s.io", "v1", "VerticalPodAutoscaler", "verticalpodautoscalers");
    static final Kind BUDGET = new Kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets");
    static final Kind CERTIFICATE = new Kind("cert-manager.io", "v1", "Certificate", "certificates");
    static final Kind POD = new Kind("", "v1", "Pod", "pods");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    PreflightWorld furnished() throws Exception {
        for (String name : List.of("api", "api-canary")) {
            world.create("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: NAME}
                    spec:
                      replicas: 2
                      minReadySeconds: 30
                      selector: {matchLabels: {app: NAME}}
                      strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}
                      template:
                        metadata: {labels: {app: NAME}}
                        spec:
                          terminationGracePeriodSeconds: 60
                          containers:
                          - name: api
                            image: 'api:1'
                            env: [{name: DB_POOL, value: '20'}]
                            readinessProbe: {httpGet: {path: /, port: 80}, successThreshold: 2}
                          volumes: [{name: tls, secret: {secretName: api-tls, optional: true}}]
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: {name: NAME}
                    spec: {selector: {app: NAME}, ports: [{port: 80}]}
                    """.replace("NAME", name));
            create(BUDGET, name, "{maxUnavailable: 1, selector: {matchLabels: {app: " + name + "}}}");
        }
        world.create("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                """);
        return this;
    }

    KubeObject create(Kind kind, String name, String spec) throws Exception {
        ObjectNode tree = (ObjectNode) YAML.readTree("{spec: " + spec + "}");
        world.admin().create(world.ref(kind, name), tree);
        return world.get(kind, name);
    }

    Preflight preflight(String rollout, String section, String... traffic) throws Exception {
        String driver = traffic.length == 0 ? "gatewayApi: { httpRoute: api, " : traffic[0];
        CanaryPlan plan = PlanReader.read("""
                name: api
                target: { namespace: "%s", deployment: api }
                traffic: { %scluster: { kubeconfig: "%s" } } }
                preflight: %s
                phases: [ { name: Full, weight: 100, hold: 20m, deadline: 1h } ]
                """.formatted(world.namespace(), driver, world.kubeconfig(), section));
        return Preflight.of(
                        plan.environment().preflight(),
                        plan.schedule(),
                        plan.traffic(),
                        RouterContext.of(
                                rollout, plan.target(), "v2", "http://ci/" + rollout, null, InstantSource.system()))
                .orElseThrow();
    }

    List<PreflightFinding> findings(String check, String... more) throws Exception {
        return preflight("r1", "{ checks: [" + check + "]" + String.join("", more) + " }")
                .look();
    }

    /** The only finding of a check. */
    PreflightFinding only(String check, String... more) throws Exception {
        List<PreflightFinding> found = findings(check, more);
        assertEquals(1, found.size(), found.toString());
        return found.get(0);
    }

    void fine(String check, String... more) throws Exception {
        assertEquals(List.of(), findings(check, more));
    }

    @Override
    public void close() {
        world.close();
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.KubernetesCluster;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What other controllers see of a rollout that runs in Jenkins. */
@WithJenkins
class ClusterLockTest {

    private static final String PLAN = """
            name: %s
            target: { namespace: shop, deployment: api }
            traffic: { %s, cluster: test } }
            preflight: { checks: [] }
            phases: [ { name: Half, weight: 50, hold: 1h }, { name: Full, weight: 100, hold: 1h } ]
            """;

    private static final String PIPELINE = "canaryStart yaml: '''%s''', version: 'v2'\ncanaryGate()\n";

    @Test
    void whoeverComesSecondGetsTheAddressOfTheBuildThatHasTheTarget(JenkinsRule j) throws Exception {
        try (MockWorld world = new MockWorld()) {
            world.create(
                    KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                    ---
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: api}
                    spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                    ---
                    apiVersion: networking.istio.io/v1beta1
                    kind: VirtualService
                    metadata: {name: api}
                    spec: {http: [{name: main, route: [{destination: {host: api, subset: stable}}]}]}
                    """);
            world.moveOn();
            SystemCredentialsProvider.getInstance()
                    .getCredentials()
                    .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", "", Secret.fromString("t0k3n")));
            KubernetesCluster cluster = new KubernetesCluster("test");
            cluster.setApiServer("http://127.0.0.1:" + world.port());
            cluster.setCredentialsId("token");
            CanaryConfiguration.get().setKubernetesClusters(List.of(cluster));

            WorkflowRun first =
                    Builds.start(j, "first", PIPELINE.formatted(PLAN.formatted("api", "gatewayApi: { httpRoute: api")));
            j.waitForMessage("verified at 50%", first);
            String page = j.getURL() + first.getUrl();
            assertEquals(page, world.get(Kind.LEASE, "canary-api").annotation("canary-release.jenkins.io/owner"));

            String life = world.get(Kind.LEASE, "canary-api").annotation("canary-release.jenkins.io/incarnation");
            assertEquals(36, life.length(), "a second copy of this controller would have another one");

            WorkflowRun second = Builds.start(
                    j,
                    "second",
                    PIPELINE.formatted(PLAN.formatted("web", "istio: { virtualService: api, routes: [main]")));
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(second));
            j.assertLogContains("Deployment shop/api is taken by the rollout ", second);
            j.assertLogContains(page, second);

            first.getExecutor().doStop();
            j.waitForCompletion(first);
            Builds.until(
                    "the rollout was taken back",
                    () -> Builds.journal(first, RolloutEvent.Ended.class).size() == 1);
            String id = Builds.record(first).getId();
            Builds.until(
                    "its end is kept",
                    () -> id.equals(world.get(Kind.LEASE, "canary-api").annotation("canary-release.jenkins.io/ended")));
            Builds.until(
                    "the target is free",
                    () -> world.get(Kind.LEASE, "canary-api")
                            .spec()
                            .path("holderIdentity")
                            .asText()
                            .isEmpty());
        }
    }
}

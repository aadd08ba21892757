package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ControllerContract;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmCommand.HelmLogin;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmRelease.Helm;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with Helm's own command line; skipped without one, or unless CANARY_TEST_KUBECONFIG names a cluster. */
class HelmOnClusterTest extends ControllerContract {

    @TempDir
    private Path folder;

    @Override
    protected KubeWorld newWorld() throws Exception {
        try {
            new HelmCommand("helm", HelmLogin.files(ClusterRef.DEFAULT), null, Duration.ofMinutes(1))
                    .run(List.of("version"), "");
        } catch (RouterException e) {
            assumeTrue(false, "helm is not in the PATH");
        }
        return new RealWorld("helm");
    }

    @Override
    protected RouterDriver driver() {
        return new HelmDriver();
    }

    @Override
    protected String ownSettings() {
        return "release: api, chart: '" + folder.resolve("api") + "'";
    }

    private Helm helm() {
        return new HelmCommand(
                "helm",
                HelmLogin.files(new ClusterRef(null, world().kubeconfig().toString(), null)),
                world().namespace(),
                Duration.ofMinutes(1));
    }

    /** Under the documented rights too, so that they are enough for the whole life of a release. */
    @Override
    protected void furnish(KubeWorld in) throws Exception {
        HelmChart.write(folder);
        helm().run(
                        List.of("install", "api", folder.resolve("api").toString(), "--values", "-"),
                        "{\"team\": \"shop\"}");
        letTheWorldMoveOn();
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        for (int i = 0; i < 50; i++) {
            world().moveOn();
            boolean ready = true;
            for (KubeObject deployment : world().admin().list(Kind.DEPLOYMENT, world().namespace(), "")) {
                ready &= Workload.of(deployment).rolledOut();
            }
            if (ready) {
                return;
            }
        }
    }

    private void upgrade(String values) throws Exception {
        helm().run(
                        List.of("upgrade", "api", folder.resolve("api").toString(), "--reuse-values", "--values", "-"),
                        values);
    }

    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        upgrade("{\"canary\":{\"weight\":" + weight.tenths() / 10 + "}}");
    }

    @Override
    protected void abortByHand(KubeWorld in) throws Exception {
        upgrade("{\"canary\":{\"enabled\":false}}");
    }

    @Override
    protected void takeTheCanarysPodsAway(KubeWorld in) throws Exception {
        in.edit(Kind.DEPLOYMENT, "api-canary", tree -> tree.withObject("/spec").put("replicas", 0));
    }

    @Override
    protected String stableImage(KubeWorld in) throws Exception {
        assertTrue(in.admin().find(in.ref(Kind.DEPLOYMENT, "api-canary")).isEmpty());
        return Workload.of(in.get(Kind.DEPLOYMENT, "api")).images().get("api");
    }

    /** The kubeconfig of a run and of nobody else. */
    @Test
    void aConfiguredClusterIsReachedByAFileOfItsOwn() throws Exception {
        String kubeconfig = Files.readString(world().kubeconfig());
        ClusterAccess configured = new ClusterAccess() {
            @Override
            public Cluster open(ClusterRef ref) throws RouterException {
                throw RouterException.permanent("Helm signs in by itself");
            }

            @Override
            public String kubeconfig(ClusterRef ref, String namespace) {
                return kubeconfig;
            }
        };
        HelmLogin login =
                HelmLogin.configured(configured, new ClusterRef("production", null, null), world().namespace());
        String history = new HelmCommand("helm", login, world().namespace(), Duration.ofMinutes(1))
                .run(List.of("history", "api"), "");
        assertTrue(history.contains("deployed"), history);
    }

    @Test
    void theWeightIsWhereTheChartPutsItAndTheOtherValuesStay() throws Exception {
        try (TrafficRouter router = again(settings())) {
            shifted(router, Weight.ofPercent(5));
        }
        assertEquals(
                "5",
                world().get(KubeWorld.INGRESS, "api-canary").annotation("nginx.ingress.kubernetes.io/canary-weight"));
        JsonNode values = Cluster.JSON.readTree(helm().run(List.of("get", "values", "api", "-o", "json"), ""));
        assertEquals(
                Cluster.JSON.readTree("{\"team\":\"shop\",\"canary\":{\"enabled\":true,\"weight\":5,\"tag\":\"v2\"}}"),
                values);
        assertTrue(helm().run(List.of("history", "api"), "").contains("contract-1"), "people see whose revision it is");
    }

    @Test
    void anotherChartIsRefusedBeforeTheStart() throws Exception {
        settings();
        java.nio.file.Files.writeString(
                folder.resolve("api").resolve("Chart.yaml"), "apiVersion: v2\nname: api\nversion: 0.2.0\n");
        RouterException refused =
                org.junit.jupiter.api.Assertions.assertThrows(RouterException.class, () -> again(settings()));
        assertTrue(refused.permanent() && refused.getMessage().contains("0.2.0"), refused.getMessage());
    }

    @Override
    protected boolean sets(int tenths) {
        return tenths % 10 == 0;
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerObjects;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a page documents, what the preflight asks for, and what tells two targets apart. */
class DriverRightsTest {

    private static final Target TARGET = new Target("shop", "api");

    /** Where a plan's words are all that is known. */
    private static final ClusterAccess CLUSTERS = ref -> null;

    private static ClusterSettings settings(String driver, String own) {
        return (ClusterSettings) SettingsText.read(RouterDriver.named(driver).orElseThrow(), "{ " + own + " }")
                .settings();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gatewayApi | httpRoute: [api, infra/api], grpcRoute: api, tcpRoute: api, tlsRoute: api",
                "nginxIngress | ingress: api",
                "istio | 'virtualService: api, routes: [primary], destinationRule: { name: api }'",
                "deployment | replicas: 20",
                "traefik | 'traefikService: weighted, ingressRoute: api'",
                "traefik canary | 'traefikService: weighted, ingressRoute: api, canary: { create: true, dynamicStableScale: true }'",
                "gatewayApi baseline | httpRoute: [api, infra/api], grpcRoute: api, tcpRoute: api, tlsRoute: api, canary: { create: true }, baseline: true"
            })
    void thePreflightAsksForTheRightsOnThePage(String pages, String own) throws Exception {
        assertEquals(documented(pages), asked(settings(pages.split(" ")[0], own), null));
    }

    @Test
    void thePreflightOfAControllersDriverAsksForTheRightsOnItsPage() throws Exception {
        try (MockWorld world = new MockWorld()) {
            world.create(ArgoObjects.manifests(10, 100));
            assertEquals(documented("argoRollout"), asked(settings("argoRollout", "rollout: api"), world.admin()));
        }
        try (MockWorld world = new MockWorld()) {
            world.create(ArgoObjects.blueGreen("autoPromotionEnabled: false"));
            assertEquals(
                    documented("argoRollout blue-green"),
                    asked(settings("argoRollout", "rollout: api"), world.admin()));
        }
        try (MockWorld world = new MockWorld()) {
            world.create(FlaggerObjects.manifests("http://127.0.0.1:1/flagger", "token", 10, 100));
            assertEquals(
                    documented("flagger"),
                    asked(
                            settings("flagger", "canary: api, webhook: { token: env:TOKEN, listen: '127.0.0.1:9' }"),
                            world.admin()));
        }
    }

    private static Set<String> documented(String pages) throws Exception {
        Set<String> documented = new TreeSet<>();
        for (JsonNode rule : RealWorld.allRules(pages.split(" "))) {
            for (JsonNode resource : rule.path("resources")) {
                rule.path("verbs")
                        .forEach(verb ->
                                documented.add(rule.path("apiGroups").path(0).asText() + "/" + resource.asText() + " "
                                        + verb.asText()));
            }
        }
        return documented;
    }

    private static Set<String> asked(ClusterSettings settings, Cluster cluster) throws Exception {
        Set<String> asked = new TreeSet<>();
        List<Right> all = new ArrayList<>(settings.optionalRights());
        all.addAll(settings.clusterContext(cluster, "shop", TARGET).rights());
        all.forEach(right -> asked.add(right.group() + "/" + right.resource() + " " + right.verb()));
        return asked;
    }

    @Test
    void thePlaceIsWhatCarriesTheWeightAndNothingElse() {
        assertEquals(
                settings("gatewayApi", "httpRoute: api, drain: 5s, rules: [main]")
                        .place(TARGET, CLUSTERS),
                settings("gatewayApi", "httpRoute: api, canary: other, namespace: shop")
                        .place(new Target("shop", "web"), CLUSTERS));
        assertNotEquals(
                settings("gatewayApi", "httpRoute: api").place(TARGET, CLUSTERS),
                settings("gatewayApi", "httpRoute: web").place(TARGET, CLUSTERS));
        assertNotEquals(
                settings("gatewayApi", "httpRoute: api").place(TARGET, CLUSTERS),
                settings("gatewayApi", "httpRoute: api").place(new Target("test", "api"), CLUSTERS));
        assertNotEquals(
                settings("deployment", "replicas: 20").place(TARGET, CLUSTERS),
                settings("deployment", "replicas: 20").place(new Target("shop", "web"), CLUSTERS));
        assertNotEquals(
                settings("gatewayApi", "httpRoute: api, cluster: { context: a }")
                        .place(TARGET, CLUSTERS),
                settings("gatewayApi", "httpRoute: api, cluster: { context: b }")
                        .place(TARGET, CLUSTERS));
    }

    /** Two folders may each have a cluster called production; one folder may call a cluster by two names. */
    @Test
    void thePlaceIsInTheClusterThatIsMeantByWhateverName() {
        ClusterSettings named = settings("gatewayApi", "httpRoute: api, cluster: production");
        assertNotEquals(
                named.place(TARGET, meaning("folder A, https://a:6443")),
                named.place(TARGET, meaning("folder B, https://b:6443")));
        assertEquals(
                named.place(TARGET, meaning("folder A, https://a:6443")),
                settings("gatewayApi", "httpRoute: api").place(TARGET, meaning("folder A, https://a:6443")));
    }

    private static ClusterAccess meaning(String cluster) {
        return new ClusterAccess() {
            @Override
            public Cluster open(ClusterRef ref) {
                return null;
            }

            @Override
            public Object identity(ClusterRef ref) {
                return cluster;
            }
        };
    }
}

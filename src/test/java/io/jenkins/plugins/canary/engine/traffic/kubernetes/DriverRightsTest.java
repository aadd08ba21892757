package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
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
                "gatewayApi | httpRoute: api",
                "nginxIngress | ingress: api",
                "istio | 'virtualService: api, routes: [primary], destinationRule: { name: api }'",
                "deployment | replicas: 20",
                "traefik | traefikService: weighted"
            })
    void thePreflightAsksForTheRightsOnThePage(String driver, String own) throws Exception {
        Set<String> documented = new TreeSet<>();
        for (JsonNode rule : RealWorld.rules(driver)) {
            for (JsonNode resource : rule.path("resources")) {
                rule.path("verbs")
                        .forEach(verb ->
                                documented.add(rule.path("apiGroups").path(0).asText() + "/" + resource.asText() + " "
                                        + verb.asText()));
            }
        }
        Set<String> asked = new TreeSet<>(Set.of("/configmaps get", "/secrets get"));
        settings(driver, own)
                .clusterContext(null, "shop", TARGET)
                .rights()
                .forEach(right -> asked.add(right.group() + "/" + right.resource() + " " + right.verb()));
        assertEquals(documented, asked);
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

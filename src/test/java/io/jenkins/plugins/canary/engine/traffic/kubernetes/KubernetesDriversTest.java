package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the drivers make of a plan, before any cluster is asked. */
class KubernetesDriversTest {

    private static SettingsText read(String driver, String yaml) {
        return SettingsText.read(RouterDriver.named(driver).orElseThrow(), yaml);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            gatewayApi   | { httpRoute: api }
            gatewayApi   | { httpRoute: [api, infra/admin], grpcRoute: api }
            gatewayApi   | { tcpRoute: api }
            gatewayApi   | { tlsRoute: [api] }
            gatewayApi   | { httpRoute: api, canary: b, stable: a, rules: [main, 2], namespace: shop, drain: 30s }
            nginxIngress | { ingress: api, canaryIngress: c, header: x-a, headerValue: v, cookie: k }
            istio        | { virtualService: api, routes: [primary], destinationRule: api, cluster: production }
            istio        | { virtualService: api, routes: [a, b], host: api.shop.svc.cluster.local, canarySubset: v2 }
            deployment   | { stable: api, canary: api-next, replicas: 10, cluster: { kubeconfig: k, context: c } }
            deployment   | {}
            traefik      | { traefikService: weighted, canary: b, stable: a, canaryDeployment: api-next }
            """)
    void whatIsRightIsRead(String driver, String yaml) {
        SettingsText read = read(driver, yaml);
        assertEquals(List.of(), read.problems());
        assertEquals(driver, read.settings().driver());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            gatewayApi   | {}                                                   | no route is named
            gatewayApi   | { httpRoute: [] }                                    | no route is named
            gatewayApi   | { httpRoute: a/b/c }                                 | cannot be the name of a Kubernetes object
            gatewayApi   | { httpRoute: a, grpcRoute: b, rules: [main] }        | rules are those of one route
            gatewayApi   | { httpRoute: api, httproute: x }                     | did you mean httpRoute?
            gatewayApi   | { httpRoute: API }                                   | cannot be the name of a Kubernetes object
            gatewayApi   | { httpRoute: api, canary: a, stable: a }             | same Service
            nginxIngress | { ingress: api, canaryIngress: api }                 | this is the stable Ingress
            nginxIngress | { ingress: api, headerValue: v }                     | a value without a header
            istio        | { virtualService: api }                              | 'routes' is missing
            istio        | { virtualService: api, routes: [] }                  | no route is named
            istio        | { virtualService: api, routes: [a], stableSubset: canary } | are the same
            traefik      | { canary: b }                                        | 'traefikService' is missing
            traefik      | { traefikService: w, canary: a, stable: a }          | same Service
            deployment   | { stable: a, canary: a }                             | same Deployment
            deployment   | { replicas: 1 }                                      | whole number from 2
            deployment   | { cluster: { kubeconfg: x } }                        | did you mean kubeconfig?
            """)
    void whatIsWrongIsNamed(String driver, String yaml, String problem) {
        SettingsText read = read(driver, yaml);
        assertTrue(read.onlyProblem().contains(problem), read.onlyProblem());
    }

    @Test
    void aShareThatThePodsCannotMakeIsFoundByTheLinter() {
        assertEquals(
                "with 10 pods a canary gets 0% or 10% of the requests, not 5%; write one of these, or raise"
                        + " replicas",
                read("deployment", "{ replicas: 10 }").settings().refusal(Weight.ofPercent(5)));
        assertNull(read("deployment", "{ replicas: 20 }").settings().refusal(Weight.ofPercent(5)));
        assertNotNull(read("deployment", "{ replicas: 3 }").settings().refusal(Weight.ofPercent(33)));
        assertNull(read("deployment", "{ replicas: 3 }").settings().refusal(Weight.ofPercent(33.3)));
        assertNull(read("deployment", "{}").settings().refusal(Weight.ofPercent(5)), "only the cluster knows");
    }

    @Test
    void nginxGetsPartsOfAPercentOnlyWhereItReadsThem() {
        assertEquals(
                "an nginx canary gets whole percents, not 12.5%; round it, or write tenths: true if every"
                        + " ingress-nginx controller is 1.7.0 or later",
                read("nginxIngress", "{ ingress: api }").settings().refusal(Weight.ofPercent(12.5)));
        assertNull(read("nginxIngress", "{ ingress: api }").settings().refusal(Weight.ofPercent(12)));
        assertNull(read("nginxIngress", "{ ingress: api, tenths: true }")
                .settings()
                .refusal(Weight.ofPercent(12.5)));
    }

    @Test
    void aClusterOfJenkinsIsNotLookedForOnTheCommandLine(@TempDir Path dir) throws Exception {
        assertRefused("cluster: production", "'production' is a name from Jenkins' configuration");
        assertRefused("cluster: { kubeconfig: /nowhere }", "the kubeconfig /nowhere does not exist; name another file");
        Path file = Files.writeString(dir.resolve("k"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """);
        assertRefused(
                "cluster: { kubeconfig: '" + file + "', context: y }",
                "the kubeconfig " + file + " has no context 'y'; name one of those that it has: x");
        assertRefused("cluster: { kubeconfig: '" + file + "' }", "the plan names no namespace");
    }

    private static void assertRefused(String cluster, String message) {
        RouterContext context =
                RouterContext.of("r1", new Target("", "api"), "v2", "a test", null, InstantSource.system());
        RouterException e = assertThrows(
                RouterException.class,
                () -> read("gatewayApi", "{ httpRoute: api, " + cluster + " }")
                        .settings()
                        .open(context));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.permanent());
    }

    @Test
    void whoeverEmbedsTheEngineOpensTheClusters() {
        ClusterAccess access = ref -> {
            throw new RouterException("asked for " + ref.name());
        };
        RouterContext context = RouterContract.with(RouterContract.CONTEXT, access);
        RouterException e = assertThrows(
                RouterException.class,
                () -> read("gatewayApi", "{ httpRoute: api, cluster: production }")
                        .settings()
                        .open(context));
        assertEquals("asked for production", e.getMessage());
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code canary init} as people use it: what it writes, what it says, and how it ends. */
class InitCommandTest {

    private static final Path SCENARIOS =
            MarkdownPages.ROOT.resolve("src/test/resources/io/jenkins/plugins/canary/engine/plan/init");

    private static final String ROLLOUT = """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: { name: api, namespace: shop }
            spec:
              strategy:
                canary:
                  analysis: { templates: [ { templateName: errors } ] }
                  steps: [ { setWeight: 10 }, { pause: {} }, { setWeight: 100 }, { pause: {} } ]
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: { name: errors, namespace: shop }
            spec:
              metrics:
                - name: errors
                  interval: 1m
                  failureCondition: result[0] > 0.05
                  provider: { prometheus: { address: "http://prometheus:9090", query: "errors{app='api'}" } }
            """;

    @TempDir
    private Path dir;

    private Path file(String name, String text) throws Exception {
        return Files.writeString(dir.resolve(name), text);
    }

    @Test
    void allIsCarriedOver() throws Exception {
        Path rollout = file("rollout.yaml", ROLLOUT);
        Cli.Ended end = Cli.run("init", rollout).exits(0).says("argoRollout: {rollout: api}", "max: 0.05");
        assertFalse(end.err().contains("not carried over"), end.toString());
        Cli.run("init", rollout, "--strict").exits(1).says("does not select the canary");
    }

    @Test
    void aFieldThatChangesAVerdictIsExitCodeOne() throws Exception {
        Path rollout = file("rollout.yaml", ROLLOUT.replace("interval: 1m", "interval: 1m\n      initialDelay: 5m"));
        Cli.run("init", rollout)
                .exits(1)
                .says("not carried over: " + rollout
                        + ":17 AnalysisTemplate shop/errors spec.metrics[0].initialDelay: ");
    }

    @Test
    void whatIsWrittenPassesTheCheck() throws Exception {
        Path plan = dir.resolve("deploy/canary.yaml");
        Path rollout = file("rollout.yaml", ROLLOUT);
        assertEquals(plan + "\n", Cli.run("init", rollout, "-o", plan).exits(0).out());
        Cli.run("check", plan).exits(0);
        Cli.run("init", rollout, "-o", plan).exits(2).says("exists", "--force");
        Cli.run("init", rollout, "-o", plan, "--force").exits(0);
    }

    @Test
    void severalFilesAndOneOfSeveral() throws Exception {
        String[] parts = ROLLOUT.split("---\n");
        Path one = file("one.yaml", parts[0]);
        Path other = file("other.yaml", parts[1] + "---\n" + parts[0].replace("name: api", "name: web"));
        Cli.run("init", one, other).exits(2).says("there are several: Rollout shop/api, Rollout shop/web", "--name");
        Cli.run("init", one, other, "--name", "web").exits(0).says("rollout: web", "Rollout shop/api: is not needed");
    }

    @Test
    void everyScenarioEndsAsItsPlanSays() throws Exception {
        Cli.run("init", SCENARIOS.resolve("haproxy-two-servers.cfg"), "--name", "app")
                .exits(0);
        Cli.run("init", SCENARIOS.resolve("haproxy-two-servers.cfg")).exits(2).says("'app', 'api'", "--name NAME");
        Cli.run("init", SCENARIOS.resolve("haproxy-sticky.cfg")).exits(1);
        Cli.run("init", SCENARIOS.resolve("flagger-istio.yaml")).exits(1).says("canary-release-confirm-promotion");
        Cli.run("init", SCENARIOS.resolve("flagger-gateway-api.yaml")).exits(1).says("--namespace NAME");
        Cli.run("init", SCENARIOS.resolve("service-gateway-api.yaml")).exits(0).says("gatewayApi:");
    }

    @Test
    void blueGreenIsOnePhaseAndPassesTheCheck() throws Exception {
        Path blueGreen = file("blue.yaml", """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: { name: api, namespace: shop }
                spec: { strategy: { blueGreen: { activeService: api, scaleDownDelaySeconds: 900 } } }
                """);
        Path plan = dir.resolve("blue-plan.yaml");
        Cli.run("init", blueGreen, "--out", plan).exits(0).says("autoPromotionEnabled to false");
        String text = Files.readString(plan);
        assertTrue(text.contains("- {name: 100%, weight: 100, hold: 15m}"), text);
        Cli.run("check", plan).exits(0);
    }

    @Test
    void nothingCanBeMadeOfIt() throws Exception {
        Path none = file("none.yaml", """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: { name: api }
                spec: { strategy: {} }
                """);
        Cli.run("init", none).exits(2).says("neither the strategy canary nor blueGreen");
        Cli.run("init", file("map.yaml", "a: b")).exits(2).says("there is no Rollout", "no Deployment");
        Cli.run("init", file("empty.yaml", "")).exits(2).says("among no objects");
        Cli.run("init", file("list.yaml", "- a\n- b")).exits(2).says("is no Kubernetes object");
        Cli.run("init", file("broken.yaml", "a: [ b")).exits(2).says("broken.yaml:1:");
        Cli.run("init", file("proxy.cfg", "global\n  log x\nbackend a\n  server s 1:1\n"))
                .exits(2)
                .says("with two servers");
        Cli.run("init", dir).exits(2).says("is a folder");
        Cli.run("init", file("name.yaml", ROLLOUT.replace("name: api", "name: \"../x\"")))
                .exits(2)
                .says("not a name of Kubernetes");
    }

    @Test
    void readsTheClusterAndChangesNothing() throws Exception {
        try (MockWorld world = new MockWorld()) {
            world.create(
                    KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 0) + """
                    ---
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: public}
                    spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                    """);
            Cli.Ended end = Cli.run(
                            "init",
                            "--from-cluster",
                            "shop/api",
                            "--kubeconfig",
                            world.kubeconfig(),
                            "--prometheus",
                            "http://prometheus:9090")
                    .exits(0)
                    .says("gatewayApi: {httpRoute: public}", "target: {namespace: shop, deployment: api}");
            assertFalse(end.out().contains("is not needed"), end.toString());
            Cli.run("init", "--from-cluster", "shop/web", "--kubeconfig", world.kubeconfig())
                    .exits(2)
                    .says("no Deployment 'web'");
        }
        Cli.run("init", "--from-cluster", "shop", "x.yaml").exits(2).says("name files, or give --from-cluster");
    }

    /** A file that is made to hurt is refused within bounds, with a sentence. */
    @Test
    void hostileFiles() throws Exception {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(8) + "*a" + (i - 1) + "]\n");
        }
        Cli.run("init", file("bomb.yaml", bomb.toString())).exits(2).says("more than 200000 values");
        Cli.run("init", file("deep.yaml", "[".repeat(500) + "]".repeat(500)))
                .exits(2)
                .says("nested deeper than 64 levels");
        Cli.run("init", file("self.yaml", "a: &a { b: *a }")).exits(2).says("contains itself");
        Cli.run("init", file("large.yaml", "#".repeat(5 << 20))).exits(2).says("is larger than 4 MiB");
        Cli.run("init", file("tag.yaml", "!!javax.script.ScriptEngineManager [x]"))
                .exits(2);
        Cli.run("init", file("twice.yaml", ROLLOUT + "\nkind: Rollout\nkind: Canary\n"))
                .exits(2)
                .says("is given twice");
        Cli.Ended many =
                Cli.run("init", file("many.yaml", "--- {}\n".repeat(20_000))).exits(2);
        assertTrue(many.err().length() < 5_000, many.err().length() + " characters");
        Cli.Ended kinds = Cli.run("init", file("kinds.yaml", """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: { name: api, labels: [ a ] }
                spec:
                  template: nothing
                  strategy:
                    canary:
                      analysis: [ { templates: x } ]
                      trafficRouting: { maxTrafficWeight: many }
                      steps:
                        - setWeight: { a: b }
                        - setWeight: "10\\u001b[2J"
                        - setWeight: 10
                        - pause: { duration: [ 1 ] }
                        - analysis: { templates: [ x ], args: y }
                        - just text
                """));
        kinds.exits(1)
                .says(
                        "steps[0].setWeight.a: is not a field",
                        "steps[1].setWeight: is not a weight",
                        "steps[3].pause.duration[0]: is not a field",
                        "steps[4].analysis.templates[0]: is not a field",
                        "steps[4].analysis.args: is not a field",
                        "steps[5]: is not a field",
                        "trafficRouting.maxTrafficWeight: is not a whole number",
                        "analysis[0].templates: is not a field");
        assertFalse(kinds.err().contains("\u001b"), "a terminal would obey");
    }
}

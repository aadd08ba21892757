package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A roll back means the configuration too. */
class ConfigurationTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private KubeWorld world;
    private CanaryPlan plan;
    private RouterContext context;

    @AfterEach
    void end() {
        if (world != null) {
            world.close();
        }
    }

    private Configuration furnish(KubeWorld in) throws Exception {
        world = in;
        world.create(
                KubeWorld.version("api", "api:1", 2) + "---\n" + KubeWorld.version("api-canary", "api:2", 1) + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                """);
        create(ConfigReader.CONFIG_MAP, "settings", "{data: {limit: '10'}}");
        create(Kind.SECRET, "login", "{stringData: {password: hunter2}, data: {user: YWRh}}");
        world.edit(
                Kind.DEPLOYMENT,
                "api-canary",
                tree -> ((ObjectNode) tree.at("/spec/template/spec/containers/0"))
                        .putArray("envFrom")
                        .add(read("{configMapRef: {name: settings}}"))
                        .add(read("{secretRef: {name: login}}"))
                        .add(read("{configMapRef: {name: not-there, optional: true}}")));
        for (int i = 0; i < 10; i++) {
            world.moveOn();
        }
        plan = PlanReader.read("""
                name: api
                target: { namespace: "%s", deployment: api }
                traffic: { gatewayApi: { httpRoute: api, drain: 0s, cluster: { kubeconfig: "%s" } } }
                phases: [ { name: Full, weight: 100, hold: 1m } ]
                """.formatted(world.namespace(), world.kubeconfig()));
        context = RouterContext.of("r1", plan.target(), "v2", "a test", null, InstantSource.system());
        return Configuration.of(plan.traffic(), context).orElseThrow();
    }

    private static ObjectNode read(String yaml) {
        try {
            return (ObjectNode) YAML.readTree(yaml);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void create(Kind kind, String name, String yaml) throws Exception {
        world.admin().create(world.ref(kind, name), read(yaml));
    }

    private void capturesAndTells(KubeWorld in) throws Exception {
        Configuration configuration = furnish(in);
        Snapshot snapshot = configuration.capture().orElseThrow();
        Map<String, Snapshot.Config> configs =
                snapshot.configs().stream().collect(Collectors.toMap(Snapshot.Config::object, c -> c));
        assertEquals(Map.of("limit", "10"), configs.get("ConfigMap settings").contents());
        assertEquals(null, configs.get("Secret login").contents());
        assertEquals(null, configs.get("ConfigMap not-there").hash());
        assertEquals(
                List.of("Deployment api", "Deployment api-canary"),
                snapshot.templates().stream().map(Snapshot.Template::workload).toList());
        assertEquals(List.of(), configuration.settle());

        world.edit(
                ConfigReader.CONFIG_MAP,
                "settings",
                tree -> tree.withObject("/data").put("limit", "20"));
        world.edit(Kind.SECRET, "login", tree -> tree.withObject("/data").put("user", "Ym9i"));
        create(ConfigReader.CONFIG_MAP, "not-there", "{data: {a: b}}");
        List<String> says = configuration.settle();
        assertEquals(3, says.size(), says.toString());
        assertTrue(
                says.get(0).startsWith("ConfigMap " + world.namespace() + "/settings was changed during the rollout"),
                says.toString());
        assertTrue(says.get(1).startsWith("Secret " + world.namespace() + "/login was changed"), says.toString());
        assertTrue(says.get(2).contains("/not-there was created"), says.toString());
    }

    @Test
    void whatThePodsReadIsNotedAndItsDriftTold() throws Exception {
        capturesAndTells(new MockWorld());
    }

    @Test
    void whatThePodsReadIsNotedAndItsDriftToldOnACluster() throws Exception {
        capturesAndTells(new RealWorld("gatewayApi"));
    }

    @Test
    void noSecretAndNoTemplateGetsIntoTheJournal() throws Exception {
        Snapshot snapshot = furnish(new MockWorld()).capture().orElseThrow();
        String journal = Cluster.JSON.writeValueAsString(snapshot.forJournal());
        String annotation = world.get(Kind.DEPLOYMENT, "api").annotation(Snapshot.ANNOTATION);
        for (String text : List.of(journal, annotation)) {
            assertFalse(text.contains("YWRh"), text);
            assertFalse(text.contains("hunter2"), text);
        }
        assertTrue(journal.contains("\"limit\":\"10\""), journal);
        assertFalse(journal.contains("sidecar"), "people write secrets into templates");
        assertFalse(annotation.contains("\"limit\""), "an annotation is small");
    }

    @Test
    void equalSecretsElsewhereDoNotHashAlike() throws Exception {
        furnish(new MockWorld());
        create(Kind.SECRET, "twin", "{stringData: {password: hunter2}, data: {user: YWRh}}");
        ConfigReader reader = new ConfigReader(world.admin(), world.namespace());
        assertFalse(reader.read(world.ref(Kind.SECRET, "login"))
                .hash()
                .equals(reader.read(world.ref(Kind.SECRET, "twin")).hash()));
    }

    @Test
    void anothersEditOfTheTemplateIsToldAndLeftAlone() throws Exception {
        Configuration configuration = furnish(new MockWorld());
        configuration.capture();
        world.edit(
                Kind.DEPLOYMENT, "api", tree -> ((ObjectNode) tree.at("/spec/template/spec")).put("hostNetwork", true));
        List<String> says = configuration.settle();
        assertTrue(
                says.size() == 1
                        && says.get(0).contains("changed by somebody else")
                        && says.get(0).contains("spec.template.spec.hostNetwork"),
                says.toString());
        assertTrue(world.get(Kind.DEPLOYMENT, "api")
                .tree()
                .at("/spec/template/spec/hostNetwork")
                .asBoolean());
    }

    @Test
    void theTemplateThatAPromotionChangedIsPutBackWhole() throws Exception {
        Configuration configuration = furnish(new MockWorld());
        configuration.capture();
        try (TrafficRouter router = new SettlingRouter(plan.traffic().open(context), configuration, false)) {
            router.shift(Weight.FULL);
            router.promote("v2");
            world.edit(
                    Kind.DEPLOYMENT,
                    "api",
                    tree -> ((ObjectNode) tree.at("/spec/template/spec/containers/0/env/0")).put("value", "trial"));
            router.rollBack();
            for (int i = 0; i < 5; i++) {
                world.moveOn();
                router.rollBack();
            }
            List<String> says = router.observe().warnings();
            assertTrue(
                    says.stream()
                            .anyMatch(s -> s.contains("was put back as it was at the start; it differed in"
                                    + " spec.template.spec.containers[0].env[0].value")),
                    says.toString());
            assertEquals(
                    "live",
                    world.get(Kind.DEPLOYMENT, "api")
                            .tree()
                            .at("/spec/template/spec/containers/0/env/0/value")
                            .asText());
            assertEquals(
                    "api:1",
                    world.get(Kind.DEPLOYMENT, "api")
                            .tree()
                            .at("/spec/template/spec/containers/0/image")
                            .asText());
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cluster that CANARY_TEST_KUBECONFIG names, as an administrator. Each world is a namespace of its own with a
 * service account that has the rules on the driver's documentation page, read from that page, and nothing else.
 */
public final class RealWorld extends KubeWorld {

    private static final Pattern RULES = Pattern.compile("(?s)```yaml\\n(# Role\\n.*?)```");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final KubernetesClient client;
    private final String namespace =
            "canary-test-" + UUID.randomUUID().toString().substring(0, 8);
    private final Path kubeconfig;

    /**
     * @param pages that are read: {@code docs/drivers/<driver>.md}, and of what the driver is told to do beside; none for an
     *     account without any right
     */
    public RealWorld(String... pages) throws Exception {
        String file = System.getenv("CANARY_TEST_KUBECONFIG");
        assumeTrue(file != null && !file.isBlank(), "CANARY_TEST_KUBECONFIG names no cluster");
        Config config = Config.fromKubeconfig(new File(file));
        client = new KubernetesClientBuilder().withConfig(config).build();
        post("/api/v1/namespaces", "{metadata: {name: " + namespace + "}}");
        String account = "/api/v1/namespaces/" + namespace + "/serviceaccounts";
        post(account, "{metadata: {name: canary}}");
        if (pages.length > 0) {
            grant("{kind: Role, metadata: {name: canary}, rules: " + allRules(pages) + "}");
            grant("{kind: RoleBinding, metadata: {name: canary}, roleRef: {apiGroup: rbac.authorization.k8s.io,"
                    + " kind: Role, name: canary}, subjects: [{kind: ServiceAccount, name: canary, namespace: "
                    + namespace + "}]}");
        }
        String token = post(account + "/canary/token", "{spec: {expirationSeconds: 3600}}")
                .path("status")
                .path("token")
                .asText();
        kubeconfig = Files.createTempFile("canary-real", ".kubeconfig");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: 'SERVER', certificate-authority-data: 'CA'}}]
                users: [{name: u, user: {token: 'TOKEN'}}]
                contexts: [{name: x, context: {cluster: c, user: u, namespace: 'NAMESPACE'}}]
                current-context: x
                """.replace("SERVER", config.getMasterUrl())
                .replace("CA", config.getCaCertData())
                .replace("TOKEN", token)
                .replace("NAMESPACE", namespace));
    }

    /** Creates a Role or a RoleBinding. */
    void grant(String yaml) throws Exception {
        String kind = YAML.readTree(yaml).path("kind").asText().toLowerCase(Locale.ROOT);
        post("/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/" + kind + "s", yaml);
    }

    /** Skips a test of a kind that the cluster does not know. */
    RealWorld knowing(Kind kind) throws Exception {
        boolean known = admin().serves(ref(kind, "any"));
        if (!known) {
            close();
        }
        assumeTrue(known, "the cluster does not know " + kind.apiVersion() + " " + kind.name());
        return this;
    }

    static JsonNode allRules(String... pages) throws Exception {
        ArrayNode all = Cluster.JSON.createArrayNode();
        for (String page : pages) {
            rules(page).forEach(all::add);
        }
        return all;
    }

    static JsonNode rules(String driver) throws Exception {
        Path page = Path.of("docs", "drivers", driver + ".md");
        String text = Files.readString(Files.exists(page) ? page : Path.of("..").resolve(page));
        Matcher found = RULES.matcher(text);
        if (!found.find()) {
            throw new AssertionError(page + " has no yaml block that begins with '# Role'");
        }
        return YAML.readTree(found.group(1)).path("rules");
    }

    private JsonNode post(String path, String yaml) throws Exception {
        ObjectNode tree = (ObjectNode) YAML.readTree(yaml);
        return Cluster.JSON.readTree(client.raw(path, "POST", tree.toString()));
    }

    /** Skips the test, by name, where the cluster does not know a kind. */
    @Override
    public void create(String manifests) throws Exception {
        for (Kind kind : kinds(manifests)) {
            assumeTrue(isServed(kind), "the cluster has no definition of " + kind.name() + " (" + kind.group() + ")");
        }
        super.create(manifests);
    }

    private boolean isServed(Kind kind) throws Exception {
        String api = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
        String known = client.raw(api + kind.version());
        return known != null
                && Cluster.JSON
                        .readTree(known)
                        .path("resources")
                        .findValuesAsText("name")
                        .contains(kind.plural());
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    /** The cluster's own controllers act by themselves; this gives them a moment. */
    @Override
    public void moveOn() throws Exception {
        Thread.sleep(200);
    }

    @Override
    public void close() {
        try {
            client.raw("/api/v1/namespaces/" + namespace, "DELETE", "{}");
            Files.deleteIfExists(kubeconfig);
        } catch (java.io.IOException leftBehind) {
            throw new java.io.UncheckedIOException(leftBehind);
        } finally {
            client.close();
        }
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmChart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One driver's release on the real cluster, from the example plan that we ship, at a time scale. */
final class KubernetesRelease implements AutoCloseable {

    private static final int[] WEIGHTS = {5, 10, 25, 50, 100};

    private final Path dir;
    private final String driver;
    private final KubeWorld world;
    private final QueryStub metrics;
    private final int port;

    KubernetesRelease(String driver, Path dir) throws Exception {
        this.driver = driver;
        this.dir = dir;
        this.world = new RealWorld(driver);
        this.metrics = new QueryStub();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try {
            furnish();
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    KubeWorld world() {
        return world;
    }

    QueryStub metrics() {
        return metrics;
    }

    Path journal() {
        return dir.resolve(".canary/api.jsonl");
    }

    /** The example as it is shipped, with this cluster, and minutes that are seconds. */
    Path plan() throws IOException {
        return Files.writeString(dir.resolve("plan.yaml"), scaled(metrics));
    }

    /** Of two phases only, with more at its end, in a directory of its own, as another build has one. */
    Path plan(String build, QueryStub source, String more) throws IOException {
        return Files.writeString(
                Files.createDirectories(dir.resolve(build)).resolve("plan.yaml"),
                scaled(source).replaceAll("(?m)^  - \\{ name: (Initial|Ramp 1|Ramp 2),.*\n", "") + "\n" + more + "\n");
    }

    private String scaled(QueryStub source) throws IOException {
        Path example = Path.of("examples", "kubernetes", driver + ".yaml");
        String text =
                Files.readString(Files.exists(example) ? example : Path.of("..").resolve(example));
        return text.replaceAll("hold: \\d+m", "hold: 2s")
                .replace("interval: 30s, scrapeInterval: 15s", "interval: 500ms, scrapeInterval: 200ms")
                .replace("window: 1m", "window: 1s")
                .replace("namespace: shop", "namespace: " + world.namespace())
                .replace("http://prometheus.monitoring:9090", source.uri().toString())
                .replace(
                        "  " + driver + ":\n",
                        "  " + driver + ":\n    cluster: { kubeconfig: \"" + world.kubeconfig() + "\" }\n")
                .replace("replicas: 20\n", "replicas: 20\n    drain: 0s\n")
                .replace("0.0.0.0:9797", "127.0.0.1:" + port)
                .replace("env:FLAGGER_TOKEN", "file:" + Files.writeString(dir.resolve("token"), "a-token-of-this-test"))
                .replace("./charts/api", dir.resolve("api").toString());
    }

    private void furnish() throws Exception {
        String two = KubeWorld.version("api", "api:v1", driver.equals("deployment") ? 20 : 2) + "---\n"
                + KubeWorld.version("api-canary", "api:v2", driver.equals("deployment") ? 0 : 1);
        switch (driver) {
            case "gatewayApi" -> world.create(two + """
                    ---
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: api}
                    spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                    """);
            case "nginxIngress" -> world.create(two + """
                    ---
                    apiVersion: networking.k8s.io/v1
                    kind: Ingress
                    metadata: {name: api}
                    spec:
                      ingressClassName: nginx
                      rules:
                      - host: api.example.test
                        http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
                    """);
            case "istio" -> world.create(two + """
                    ---
                    apiVersion: networking.istio.io/v1beta1
                    kind: VirtualService
                    metadata: {name: api}
                    spec:
                      hosts: [api.example.test]
                      http: [{name: primary, route: [{destination: {host: api, subset: stable}}]}]
                    ---
                    apiVersion: networking.istio.io/v1beta1
                    kind: DestinationRule
                    metadata: {name: api}
                    spec: {host: api, subsets: [{name: stable, labels: {app: api}}]}
                    """);
            case "traefik" -> world.create(two + """
                    ---
                    apiVersion: traefik.io/v1alpha1
                    kind: TraefikService
                    metadata: {name: api-weighted}
                    spec: {weighted: {services: [{name: api, port: 80}]}}
                    """);
            case "deployment" -> world.create(two);
            case "argoRollout" -> world.create(ArgoObjects.manifests(WEIGHTS));
            case "flagger" ->
                world.create(FlaggerObjects.manifests(
                        "http://127.0.0.1:" + port + "/flagger", "a-token-of-this-test", WEIGHTS));
            default -> helm();
        }
        Poll.until(driver + " is ready to be released", this::ready);
    }

    private void helm() throws Exception {
        HelmChart.write(dir);
        Process helm = new ProcessBuilder(
                        "helm",
                        "install",
                        "api",
                        dir.resolve("api").toString(),
                        "--namespace",
                        world.namespace(),
                        "--kubeconfig",
                        world.kubeconfig().toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("helm.log").toFile())
                .start();
        if (!helm.waitFor(60, TimeUnit.SECONDS) || helm.exitValue() != 0) {
            throw new IOException("helm install: " + Files.readString(dir.resolve("helm.log")));
        }
    }

    private boolean ready() {
        try {
            if (driver.equals("flagger")) {
                return status(KubeWorld.CANARY).equals("Initialized");
            }
            if (driver.equals("argoRollout")) {
                return status(KubeWorld.ROLLOUT).equals("Healthy");
            }
            List<KubeObject> all = world.admin().list(Kind.DEPLOYMENT, world.namespace(), "");
            return !all.isEmpty()
                    && all.stream().allMatch(one -> Workload.of(one).rolledOut());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String status(Kind kind) throws Exception {
        return world.get(kind, "api").status().path("phase").asText();
    }

    /** The image of what gets the stable version's requests. */
    String stableImage() throws Exception {
        KubeObject stable = driver.equals("argoRollout")
                ? world.get(KubeWorld.ROLLOUT, "api")
                : world.get(Kind.DEPLOYMENT, driver.equals("flagger") ? "api-primary" : "api");
        return image(stable.tree().at("/spec/template/spec/containers"));
    }

    private static String image(JsonNode containers) {
        for (JsonNode container : containers) {
            if (container.path("name").asText().equals("api")) {
                return container.path("image").asText();
            }
        }
        throw new AssertionError("no container api in " + containers);
    }

    /** The images of the ready pods behind the stable version's Service, one for each pod. */
    List<String> serving() {
        List<String> images = new ArrayList<>();
        world.client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(world.namespace())
                .withLabel("kubernetes.io/service-name", driver.equals("argoRollout") ? "api-stable" : "api")
                .list()
                .getItems()
                .forEach(slice -> slice.getEndpoints().stream()
                        .filter(one -> one.getConditions().getReady())
                        .forEach(one -> world
                                .client()
                                .pods()
                                .inNamespace(world.namespace())
                                .withName(one.getTargetRef().getName())
                                .get()
                                .getSpec()
                                .getContainers()
                                .stream()
                                .filter(c -> c.getName().equals("api"))
                                .forEach(c -> images.add(c.getImage()))));
        return images;
    }

    /** What a pipeline does before the next release. */
    void deploysCanary(String image) throws Exception {
        if (!driver.equals("argoRollout")) {
            world.edit(Kind.DEPLOYMENT, "api-canary", tree -> {
                tree.withObject("/spec").put("replicas", driver.equals("deployment") ? 0 : 1);
                ((ObjectNode) tree.at("/spec/template/spec/containers/0")).put("image", image);
            });
            Poll.until("the canary is deployed", this::ready);
        }
    }

    /** The objects that the drivers write, by their kinds and names. */
    List<KubeObject> written() throws RouterException {
        return switch (driver) {
            case "gatewayApi" -> List.of(get(KubeWorld.HTTP_ROUTE, "api"), get(Kind.DEPLOYMENT, "api"));
            case "nginxIngress" -> List.of(get(KubeWorld.INGRESS, "api-canary"), get(Kind.DEPLOYMENT, "api"));
            case "istio" -> List.of(get(KubeWorld.VIRTUAL_SERVICE, "api"), get(KubeWorld.DESTINATION_RULE, "api"));
            case "traefik" -> List.of(get(KubeWorld.TRAEFIK_SERVICE, "api-weighted"));
            case "argoRollout" -> List.of(get(KubeWorld.ROLLOUT, "api"), get(KubeWorld.VIRTUAL_SERVICE, "api"));
            case "flagger" -> List.of(get(KubeWorld.CANARY, "api"), get(Kind.DEPLOYMENT, "api"));
            case "deployment" -> List.of(get(Kind.DEPLOYMENT, "api"), get(Kind.DEPLOYMENT, "api-canary"));
            default -> List.of(get(KubeWorld.INGRESS, "api-canary"));
        };
    }

    private KubeObject get(Kind kind, String name) throws RouterException {
        return world.admin().get(world.ref(kind, name));
    }

    /** Has the API server hold an object, as it is now, against its published schema, strictly; nothing is stored. */
    String strictly(KubeObject seen, String field) throws RouterException {
        KubeObject object = get(seen.ref().kind(), seen.ref().name());
        ObjectNode tree = object.tree().deepCopy();
        tree.withObject("/metadata").remove("managedFields");
        if (field != null) {
            tree.withObject("/spec").put(field, "x");
        }
        Kind kind = object.ref().kind();
        String path = (kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/") + kind.version()
                + "/namespaces/" + world.namespace() + "/" + kind.plural() + "/"
                + object.ref().name();
        try {
            world.client().raw(path + "?dryRun=All&fieldValidation=Strict", "PUT", tree.toString());
            return "valid";
        } catch (KubernetesClientException e) {
            // A controller was quicker: its object is as good.
            return e.getCode() == 409 ? strictly(seen, field) : e.getMessage();
        }
    }

    @Override
    public void close() {
        metrics.close();
        world.close();
    }
}

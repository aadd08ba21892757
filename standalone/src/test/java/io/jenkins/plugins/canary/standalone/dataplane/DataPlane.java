package io.jenkins.plugins.canary.standalone.dataplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A service of two versions with real traffic: in a namespace of its own of the cluster that CANARY_TEST_KUBECONFIG names,
 * behind a Traefik of its own. Only the rollout and Traefik go through the forwarder, so that an outage is theirs alone.
 */
public final class DataPlane implements AutoCloseable {

    /** What Traefik reads, and the driver that writes it. */
    public enum Route {
        GATEWAY_API("gatewayApi", "httpRoute: api", "kubernetesgateway"),
        NGINX_INGRESS("nginxIngress", "ingress: api", "kubernetesingressnginx"),
        TRAEFIK("traefik", "traefikService: weighted, ingressRoute: api", "kubernetescrd");

        private final String driver;
        private final String settings;
        private final String provider;

        Route(String driver, String settings, String provider) {
            this.driver = driver;
            this.settings = settings;
            this.provider = provider;
        }

        public String driver() {
            return driver;
        }
    }

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final int REPLICAS = 2;
    /** The addresses of pods are this machine's: one data plane at a time, whoever starts it. */
    private static final Path LOCK = Path.of(System.getProperty("java.io.tmpdir"), "canary-data-plane.lock");

    final KubeWorld world;
    final ServingNode node;
    final TcpForwarder apiServer;
    private final Route route;
    private final Path dir;
    private final HttpServer metrics;
    private final int port;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** Why there can be none on this machine, with what to do; null when there can be one. */
    public static String missing() {
        String cluster = System.getenv("CANARY_TEST_KUBECONFIG");
        if (cluster == null || cluster.isBlank()) {
            return "CANARY_TEST_KUBECONFIG names no cluster";
        }
        if (TraefikProcess.program().isEmpty()) {
            return "traefik is not in the PATH";
        }
        return ServingNode.hasAddresses()
                ? null
                : "pods have no addresses on this machine (as root: ip addr add 198.51.100.1/24 dev lo)";
    }

    /**
     * @param dir takes the plan, the journal and the logs
     * @param pages whose rights the rollout needs beside the driver's own: {@code docs/drivers/<page>.md}
     */
    public DataPlane(Route route, Path dir, String... pages) throws Exception {
        this.route = route;
        this.dir = dir;
        FileChannel alone = opened(FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        alone.lock();
        this.world = opened(new RealWorld(
                Stream.concat(Stream.of(route.driver), Stream.of(pages)).toArray(String[]::new)));
        try {
            URI server = world.client().getMasterUrl().toURI();
            this.apiServer = opened(new TcpForwarder(server.getHost(), server.getPort()));
            this.port = TraefikProcess.freePort();
            this.node = opened(new ServingNode(world.client(), world.namespace()));
            this.metrics = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            page("/api");
            page("/api-canary");
            metrics.start();
            open.add(() -> metrics.stop(0));
            create("""
                    apiVersion: v1
                    kind: ServiceAccount
                    metadata: {name: traefik}
                    """, "/api/v1/namespaces/" + world.namespace() + "/serviceaccounts");
            furnish();
            open.add(TraefikProcess.start(port, provider(), dir));
            Poll.until("requests come through Traefik", this::serves);
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    private void page(String app) {
        metrics.createContext(app, exchange -> {
            byte[] body = nodeMetrics(app.substring(1)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    /** Where a Prometheus is asked that knows no errors, whatever the query; each query is handed on. */
    String prometheus(Consumer<String> asked) {
        metrics.createContext("/prometheus", exchange -> {
            asked.accept(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = ("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},"
                            + "\"value\":[" + System.currentTimeMillis() / 1000 + ",\"0\"]}]}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        return "http://127.0.0.1:" + metrics.getAddress().getPort() + "/prometheus";
    }

    private String nodeMetrics(String app) {
        return node.metrics(app);
    }

    private String create(String yaml, String path) throws IOException {
        return world.client().raw(path, "POST", YAML.readTree(yaml).toString());
    }

    /** A cluster-wide object, which is deleted at the end. */
    private void createShared(String yaml, String path) throws IOException {
        create(yaml.replace("NAME", world.namespace()), path);
        open.add(() -> world.client().raw(path + "/" + world.namespace(), "DELETE", "{}"));
    }

    private void furnish() throws Exception {
        createShared("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: NAME}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects: [{kind: ServiceAccount, name: traefik, namespace: NAME}]
                """, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings");
        world.create(version("api", "v1") + "---\n" + version("api-canary", "v2"));
        switch (route) {
            case GATEWAY_API -> gateway();
            case NGINX_INGRESS -> ingress();
            case TRAEFIK -> ingressRoute();
        }
    }

    private void gateway() throws Exception {
        world.create("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api}
                spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: api, port: 80}]}]}
                """);
        createShared("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: NAME, labels: {canary-test: NAME}}
                spec: {controllerName: traefik.io/gateway-controller}
                """, "/apis/gateway.networking.k8s.io/v1/gatewayclasses");
        create(
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec: {gatewayClassName: NAME, listeners: [{name: http, protocol: HTTP, port: PORT}]}
                """.replace("NAME", world.namespace()).replace("PORT", "" + port),
                "/apis/gateway.networking.k8s.io/v1/namespaces/" + world.namespace() + "/gateways");
    }

    private void ingress() throws Exception {
        createShared("""
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata: {name: NAME}
                spec: {controller: example.test/NAME}
                """, "/apis/networking.k8s.io/v1/ingressclasses");
        world.create("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: api}
                spec:
                  ingressClassName: NAME
                  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}}]
                """.replace("NAME", world.namespace()));
    }

    /** Nobody routes the addresses of Services here: copies go to pods, as everything else does. */
    private void ingressRoute() throws Exception {
        world.create("""
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: weighted}
                spec: {weighted: {services: [{name: api, port: 80, nativeLB: false}]}}
                ---
                apiVersion: traefik.io/v1alpha1
                kind: IngressRoute
                metadata: {name: api}
                spec:
                  entryPoints: [web]
                  routes: [{match: PathPrefix(`/`), kind: Rule, services: [{kind: TraefikService, name: weighted}]}]
                """);
    }

    private String version(String app, String version) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: APP}
                spec:
                  replicas: REPLICAS
                  selector: {matchLabels: {app: APP}}
                  template:
                    metadata: {labels: {app: APP}}
                    spec:
                      nodeName: NODE
                      tolerations: [{operator: Exists}]
                      containers: [{name: api, image: 'registry.example/api:VERSION', ports: [{containerPort: 8080}]}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: APP}
                spec: {selector: {app: APP}, ports: [{name: http, port: 80, targetPort: 8080}]}
                """.replace("APP", app)
                .replace("VERSION", version)
                .replace("NODE", node.name())
                .replace("REPLICAS", "" + REPLICAS);
    }

    private List<String> provider() throws IOException {
        KubernetesClient client = world.client();
        String token = YAML.readTree(create(
                        "{spec: {expirationSeconds: 3600}}",
                        "/api/v1/namespaces/" + world.namespace() + "/serviceaccounts/traefik/token"))
                .at("/status/token")
                .asText();
        Path ca = Files.write(
                dir.resolve("ca.crt"),
                Base64.getDecoder().decode(client.getConfiguration().getCaCertData()));
        List<String> options = new ArrayList<>(List.of(
                route.provider + ".endpoint=" + forwarded(),
                route.provider + ".token=" + token,
                route.provider + ".certauthfilepath=" + ca));
        switch (route) {
            case GATEWAY_API -> {
                options.add(route.provider + ".labelselector=canary-test=" + world.namespace());
                options.add(route.provider + ".statusaddress.ip=" + ServingNode.gateway());
            }
            case NGINX_INGRESS -> {
                options.add(route.provider + ".watchnamespace=" + world.namespace());
                options.add(route.provider + ".controllerclass=example.test/" + world.namespace());
                options.add(route.provider + ".ingressclass=" + world.namespace());
            }
            case TRAEFIK -> options.add(route.provider + ".namespaces=" + world.namespace());
        }
        return options;
    }

    private String forwarded() {
        return "https://127.0.0.1:" + apiServer.port();
    }

    private boolean serves() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(uri()).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                == 200;
    }

    /** Where users send their requests. */
    URI uri() {
        return URI.create("http://" + ServingNode.gateway() + ":" + port + "/");
    }

    /** A plan of the usual phases, each of so many seconds. */
    Path plan(int hold) throws IOException {
        return plan("""
                  - { name: Initial, weight: 5, hold: HOLDs }
                  - { name: Ramp 1, weight: 10, hold: HOLDs }
                  - { name: Ramp 2, weight: 25, hold: HOLDs }
                  - { name: Ramp 3, weight: 50, hold: HOLDs }
                  - { name: Full, weight: 100, hold: HOLDs }
                """.replace("HOLD", "" + hold));
    }

    /** @param phases as YAML, an item on a line */
    Path plan(String phases) throws IOException {
        Path kubeconfig = Files.writeString(
                dir.resolve("kubeconfig"),
                Files.readString(world.kubeconfig()).replaceAll("server: '[^']*'", "server: '" + forwarded() + "'"));
        String at = "http://127.0.0.1:" + metrics.getAddress().getPort();
        return Files.writeString(dir.resolve("plan.yaml"), """
                name: api
                target: { namespace: "NAMESPACE", deployment: api }
                traffic: { DRIVER: { SETTINGS, cluster: { kubeconfig: "KUBECONFIG" } } }
                preflight: { checks: [] }
                metrics:
                  scrape: { canary: [ "METRICS/api-canary" ], stable: [ "METRICS/api" ], interval: 1s }
                  window: 4s
                phases:
                PHASES
                gate: [ { metric: success-rate, min: 99% } ]
                abort: [ { metric: success-rate, min: 95% } ]
                """.replace("NAMESPACE", world.namespace())
                .replace("DRIVER", route.driver)
                .replace("SETTINGS", route.settings)
                .replace("KUBECONFIG", kubeconfig.toString())
                .replace("METRICS", at)
                .replace("PHASES", phases.stripTrailing()));
    }

    /** The journal of a rollout of the plan. */
    Path journal() {
        return dir.resolve(".canary/api.jsonl");
    }

    @Override
    public void close() throws Exception {
        Collections.reverse(open);
        Exception first = null;
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (KubernetesClientException | IOException notThere) {
                first = first == null ? notThere : first;
            }
        }
        open.clear();
        if (first != null) {
            throw first;
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * fabric8's mock server in CRUD mode, with controllers that only act when told to, and faults that a test plants in
 * front of it.
 */
public final class MockWorld extends KubeWorld {

    private static final String ADMIN = "admin";

    /** It logs every request otherwise. */
    private static final Logger QUIET = Logger.getLogger("io.fabric8");

    static {
        QUIET.setLevel(Level.SEVERE);
    }

    private final MockWebServer server = new MockWebServer();
    private final KubernetesCrudDispatcher crud = new KubernetesCrudDispatcher();
    private final List<Function<RecordedRequest, MockResponse>> faults = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final KubernetesClient client;
    private final Path kubeconfig;

    /** The Deployment api and its Service behind the TraefikService weighted, and no canary. */
    static MockWorld behindTraefik(int replicas) throws Exception {
        MockWorld world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", replicas) + """
                ---
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: weighted}
                spec: {weighted: {services: [{name: api, port: http}]}}
                """);
        world.moveOn();
        return world;
    }

    public MockWorld() throws Exception {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl(url())
                        .withOauthToken(ADMIN)
                        .withNamespace(namespace())
                        .build())
                .build();
        client.raw(
                "/api/v1/namespaces",
                "POST",
                "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"" + namespace() + "\"}}");
        kubeconfig = Files.createTempFile("canary-mock", ".kubeconfig");
        token("first");
    }

    private String url() {
        return "http://127.0.0.1:" + server.getPort() + "/";
    }

    public int port() {
        return server.getPort();
    }

    /** Writes the kubeconfig anew, as whoever renews a token does. */
    public void token(String token) throws Exception {
        kubeconfig(url(), token);
    }

    /** The kubeconfig leads to another address from now on. */
    public void kubeconfig(String server, String token) throws Exception {
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: 'SERVER'}}]
                users: [{name: u, user: {token: 'TOKEN'}}]
                contexts: [{name: x, context: {cluster: c, user: u, namespace: shop}}]
                current-context: x
                """.replace("SERVER", server).replace("TOKEN", token));
    }

    private MockResponse answer(RecordedRequest request) {
        boolean admin = ("Bearer " + ADMIN).equals(request.getHeader("Authorization"));
        if (!admin) {
            asked.add(request.getMethod() + " " + request.getPath());
            for (Function<RecordedRequest, MockResponse> fault : faults) {
                MockResponse answer = fault.apply(request);
                if (answer != null) {
                    return answer;
                }
            }
        }
        MockResponse answer = crud.dispatch(request);
        String path = request.getPath().split("\\?")[0];
        String name = path.substring(path.lastIndexOf('/') + 1);
        return answer.code() == 404 ? status(404, "NotFound", "\"" + name + "\" not found", name) : answer;
    }

    /**
     * Drivers' process dies: one of their writes fails, and everything that they ask after it.
     *
     * @param write how many writes go well before
     * @param done whether that write is done all the same
     */
    public void dieAt(long write, boolean done) {
        long[] left = {write};
        boolean[] dead = {false};
        plant(request -> {
            boolean dies = !dead[0] && !request.getMethod().equals("GET") && left[0]-- == 0;
            if (dies && done) {
                crud.dispatch(request);
            }
            dead[0] |= dies;
            return dead[0] ? status(500, "InternalError", "the process is gone", "") : null;
        });
    }

    /** As an API server refuses. */
    public static MockResponse status(int code, String reason, String message, String name) {
        ObjectNode status = Cluster.JSON
                .createObjectNode()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", "Failure")
                .put("message", message)
                .put("reason", reason)
                .put("code", code);
        status.withObject("/details").put("name", name);
        return answer(code, status.toString());
    }

    /** As an API server says what it made. */
    public static MockResponse created(String json) {
        return answer(201, json);
    }

    private static MockResponse answer(int code, String json) {
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", "application/json")
                .setBody(json);
    }

    /** The drivers' account may do everything, but for the access reviews in which this text occurs. */
    public void allowAllBut(String denied) {
        plant(request -> request.getPath().endsWith("/selfsubjectaccessreviews")
                ? created("{\"status\": {\"allowed\": "
                        + !request.getBody().readString(StandardCharsets.UTF_8).contains(denied) + "}}")
                : null);
    }

    /** Null lets a request pass; only the drivers' requests are asked about, never the administrator's. */
    public void plant(Function<RecordedRequest, MockResponse> fault) {
        faults.add(fault);
    }

    /** The next such request from a driver gets this answer. */
    public void next(String method, String kind, MockResponse answer) {
        Iterator<MockResponse> once = new ArrayList<>(List.of(answer)).iterator();
        plant(r -> r.getMethod().equals(method) && r.getPath().contains("/" + kind + "/") && once.hasNext()
                ? once.next()
                : null);
    }

    public void heal() {
        faults.clear();
    }

    /** What drivers asked, in order: {@code PUT /apis/...}. */
    public List<String> asked() {
        return asked;
    }

    @Override
    public String namespace() {
        return "shop";
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    /** Every pod there should be is there, updated and ready; Services find the pods that they select. */
    @Override
    public void moveOn() throws Exception {
        List<KubeObject> deployments = admin().list(Kind.DEPLOYMENT, namespace(), "");
        for (KubeObject deployment : deployments) {
            int replicas = deployment.spec().path("replicas").asInt(1);
            pods(deployment.ref().name(), replicas, replicas, replicas);
        }
        int number = 0;
        for (KubeObject service : admin().list(Kind.SERVICE, namespace(), "")) {
            address(service, "10.96.0." + ++number);
            ObjectNode slice = Cluster.JSON.createObjectNode();
            slice.withObject("/metadata/labels")
                    .put("kubernetes.io/service-name", service.ref().name());
            ArrayNode endpoints = slice.put("addressType", "IPv4").putArray("endpoints");
            for (KubeObject deployment : deployments) {
                if (selects(service, deployment)) {
                    for (int i = 0; i < deployment.spec().path("replicas").asInt(1); i++) {
                        ObjectNode endpoint = endpoints.addObject();
                        endpoint.withObject("/conditions").put("ready", true);
                        endpoint.withObject("/targetRef")
                                .put("kind", "Pod")
                                .put("name", deployment.ref().name() + "-" + i);
                    }
                }
            }
            String name = service.ref().name() + "-slice";
            if (admin().find(ref(Kind.ENDPOINT_SLICE, name)).isPresent()) {
                delete(Kind.ENDPOINT_SLICE, name);
            }
            admin().create(ref(Kind.ENDPOINT_SLICE, name), slice);
        }
    }

    /** A Service gets an address from the API server. */
    private void address(KubeObject service, String address) throws Exception {
        if (!service.spec().has("clusterIP")) {
            edit(
                    Kind.SERVICE,
                    service.ref().name(),
                    tree -> tree.withObject("/spec").put("clusterIP", address));
        }
    }

    /** The Deployment's controller says so much of its pods. */
    public void pods(String deployment, int pods, int updated, int ready) throws Exception {
        KubeObject seen = get(Kind.DEPLOYMENT, deployment);
        putStatus(
                seen,
                status -> status.put("observedGeneration", seen.generation())
                        .put("replicas", pods)
                        .put("updatedReplicas", updated)
                        .put("readyReplicas", ready)
                        .put("availableReplicas", ready));
    }

    private static boolean selects(KubeObject service, KubeObject deployment) {
        JsonNode labels = deployment.spec().path("template").path("metadata").path("labels");
        for (Map.Entry<String, JsonNode> wanted :
                service.spec().path("selector").properties()) {
            if (!labels.path(wanted.getKey()).equals(wanted.getValue())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        client.close();
        server.shutdown();
        try {
            Files.deleteIfExists(kubeconfig);
        } catch (java.io.IOException leftBehind) {
            throw new java.io.UncheckedIOException(leftBehind);
        }
    }
}

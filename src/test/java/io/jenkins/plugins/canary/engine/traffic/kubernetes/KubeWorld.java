package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A namespace of its own in some cluster, with an administrator's hands on it. */
public abstract class KubeWorld implements AutoCloseable {

    public static final Kind HTTP_ROUTE = new Kind("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes");
    public static final Kind INGRESS = new Kind("networking.k8s.io", "v1", "Ingress", "ingresses");
    public static final Kind VIRTUAL_SERVICE =
            new Kind("networking.istio.io", "v1beta1", "VirtualService", "virtualservices");
    public static final Kind DESTINATION_RULE =
            new Kind("networking.istio.io", "v1beta1", "DestinationRule", "destinationrules");
    public static final Kind TRAEFIK_SERVICE = TraefikDriver.TRAEFIK_SERVICE;
    public static final Kind INGRESS_ROUTE = TraefikDriver.INGRESS_ROUTE;
    public static final Kind ROLLOUT = new Kind("argoproj.io", "v1alpha1", "Rollout", "rollouts");
    public static final Kind CANARY = new Kind("flagger.app", "v1beta1", "Canary", "canaries");

    /** Kinds that carry weights, or what weights lead to. */
    public static final List<Kind> ROUTES = List.of(
            HTTP_ROUTE,
            RouteName.GRPC_ROUTE,
            RouteName.TCP_ROUTE,
            RouteName.TLS_ROUTE,
            INGRESS,
            VIRTUAL_SERVICE,
            DESTINATION_RULE,
            TRAEFIK_SERVICE,
            INGRESS_ROUTE);

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Map<String, Kind> KINDS = Stream.concat(
                    ROUTES.stream(), Stream.of(Kind.SERVICE, Kind.DEPLOYMENT, Kind.ENDPOINT_SLICE, ROLLOUT, CANARY))
            .collect(Collectors.toMap(Kind::name, Function.identity()));

    public abstract String namespace();

    /** With the rights that the driver's page documents, and no others. */
    public abstract Path kubeconfig();

    /** An administrator's client. */
    public abstract KubernetesClient client();

    /** Lets the controllers act on what was changed. */
    public abstract void moveOn() throws Exception;

    public Cluster admin() {
        return Cluster.sharing(client());
    }

    public ObjectRef ref(Kind kind, String name) {
        return new ObjectRef(kind, namespace(), name);
    }

    public KubeObject get(Kind kind, String name) throws Exception {
        return admin().get(ref(kind, name));
    }

    private static List<ObjectNode> objects(String manifests) throws Exception {
        List<ObjectNode> objects = new ArrayList<>();
        for (String one : manifests.split("(?m)^---$")) {
            objects.add((ObjectNode) YAML.readTree(one));
        }
        return objects;
    }

    /** The kinds of the objects of a YAML text. */
    static Set<Kind> kinds(String manifests) throws Exception {
        Set<Kind> kinds = new LinkedHashSet<>();
        for (ObjectNode tree : objects(manifests)) {
            kinds.add(kind(tree));
        }
        return kinds;
    }

    /** In the version that the object says it is of. */
    private static Kind kind(ObjectNode object) {
        Kind known = KINDS.get(object.path("kind").asText());
        String apiVersion = object.path("apiVersion").asText();
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return new Kind(known.group(), version, known.name(), known.plural());
    }

    /** A Deployment's new pods never get ready, on any cluster: there is no such node. */
    public static void nowhere(ObjectNode deployment) {
        deployment.withObject("/spec/template/spec/nodeSelector").put("canary.test/no-such-node", "true");
    }

    /** Creates the objects of a YAML text, as somebody else than the product. */
    public void create(String manifests) throws Exception {
        for (ObjectNode tree : objects(manifests)) {
            ObjectRef ref = ref(kind(tree), tree.path("metadata").path("name").asText());
            String all = ref.path().substring(0, ref.path().lastIndexOf('/'));
            client().raw(all + "?fieldManager=somebody", "POST", tree.toString());
            if (tree.path("spec").has("parentRefs")) {
                accept(admin().get(ref), 0);
            }
        }
    }

    /**
     * What the Gateways' controllers say of a route.
     *
     * @param generation that they speak of; 0 for none, which stands for every later one too
     */
    public void accept(KubeObject route, long generation) {
        putStatus(route, status -> {
            ArrayNode parents = status.putArray("parents");
            for (JsonNode ref : route.spec().path("parentRefs")) {
                ObjectNode parent = parents.addObject().put("controllerName", "example.test/gateway");
                parent.set("parentRef", ref);
                ArrayNode conditions = parent.putArray("conditions");
                for (String type : new String[] {"Accepted", "ResolvedRefs"}) {
                    ObjectNode condition = conditions
                            .addObject()
                            .put("type", type)
                            .put("status", "True")
                            .put("reason", type)
                            .put("message", "")
                            .put("lastTransitionTime", "2026-01-01T00:00:00Z");
                    if (generation > 0) {
                        condition.put("observedGeneration", generation);
                    }
                }
            }
        });
    }

    public KubeObject edit(Kind kind, String name, Consumer<ObjectNode> change) throws Exception {
        return admin().edit(ref(kind, name), seen -> {
            change.accept(seen.tree());
            return true;
        });
    }

    public void annotate(Kind kind, String name, String annotation, String value) throws Exception {
        admin().edit(ref(kind, name), seen -> {
            seen.annotate(annotation, value);
            return true;
        });
    }

    public void delete(Kind kind, String name) {
        client().raw(ref(kind, name).path(), "DELETE", "{}");
    }

    /** As a controller writes it. */
    public void putStatus(KubeObject object, Consumer<ObjectNode> change) {
        change.accept(object.tree().withObject("/status"));
        client().raw(object.ref().path() + "/status", "PUT", object.tree().toString());
    }

    /** A Deployment of one container, its Service, and two pods by default. */
    public static String version(String name, String image, int replicas) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME, labels: {team: shop}}
                spec:
                  replicas: REPLICAS
                  selector: {matchLabels: {app: NAME}}
                  template:
                    metadata: {labels: {app: NAME, service: all}}
                    spec:
                      containers:
                      - {name: api, image: 'IMAGE', env: [{name: MODE, value: live}]}
                      - {name: sidecar, image: 'proxy:1'}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: NAME}
                spec:
                  selector: {app: NAME}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """.replace("NAME", name).replace("IMAGE", image).replace("REPLICAS", "" + replicas);
    }

    @Override
    public abstract void close();
}

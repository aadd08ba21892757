package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The Ingress that nginx lays over the stable one: same hosts, paths and path types, another Service. Nginx takes every
 * other setting from the stable Ingress, so only the class and TLS are copied.
 *
 * @param ref of the canary's Ingress
 * @param canary the canary's Service
 * @param stable the stable version's Service
 */
record CanaryIngress(ObjectRef ref, String canary, String stable) {

    private static final String OLD_CLASS = "kubernetes.io/ingress.class";

    /** Marks an Ingress that a rollout made. */
    private static final String MADE = "canary-release.jenkins.io/made";

    /** Whether a rollout made it, and not somebody else. */
    boolean isMade(KubeObject ingress) {
        return ingress.annotation(MADE) != null;
    }

    /** Goes with the stable Ingress when that is deleted. */
    KubeObject beside(KubeObject ingress) throws RouterException {
        KubeObject made = new KubeObject(ref, Cluster.JSON.createObjectNode());
        made.tree()
                .withObject("/metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", ingress.ref().kind().apiVersion())
                .put("kind", ingress.ref().kind().name())
                .put("name", ingress.ref().name())
                .put("uid", ingress.metadata().path("uid").asText());
        made.annotate(OLD_CLASS, ingress.annotation(OLD_CLASS));
        made.annotate(MADE, "true");
        ObjectNode spec = made.tree().putObject("spec");
        for (String same : new String[] {"ingressClassName", "tls"}) {
            if (ingress.spec().has(same)) {
                spec.set(same, ingress.spec().get(same).deepCopy());
            }
        }
        ArrayNode rules = spec.putArray("rules");
        for (JsonNode rule : ingress.spec().path("rules")) {
            ObjectNode copy = rule.deepCopy();
            ArrayNode paths = copy.withObject("/http").putArray("paths");
            for (JsonNode path : rule.at("/http/paths")) {
                if (service(path).equals(stable)) {
                    ObjectNode other = path.deepCopy();
                    other.withObject("/backend/service").put("name", canary);
                    paths.add(other);
                }
            }
            if (!paths.isEmpty()) {
                rules.add(copy);
            }
        }
        JsonNode fallback = ingress.spec().path("defaultBackend");
        if (fallback.at("/service/name").asText().equals(stable)) {
            ObjectNode other = fallback.deepCopy();
            other.withObject("/service").put("name", canary);
            spec.set("defaultBackend", other);
        }
        if (rules.isEmpty() && !spec.has("defaultBackend")) {
            throw RouterException.permanent(ingress.ref() + " sends to the Service " + stable
                    + " neither by a path of a rule nor by its default backend");
        }
        return made;
    }

    /** What the Ingress sends to the stable Service and the canary's does not split: {@code api.example.test/v1 Prefix}. */
    Set<String> missing(KubeObject ingress, KubeObject canaryIngress) {
        Set<String> missing = paths(ingress, stable);
        missing.removeAll(paths(canaryIngress, canary));
        return missing;
    }

    /** Where the two differ, for people; "" when every path to the stable Service is split, and nothing else. */
    String difference(KubeObject ingress, KubeObject canaryIngress) {
        Set<String> missing = missing(ingress, canaryIngress);
        Set<String> idle = paths(canaryIngress, canary);
        idle.removeAll(paths(ingress, stable));
        List<String> differences = new ArrayList<>();
        String name = ingress.ref().name();
        if (!missing.isEmpty()) {
            differences.add(
                    ref + " does not cover " + missing + " of " + name + ", which stay with the stable version");
        }
        if (!idle.isEmpty()) {
            differences.add(ref + " covers " + idle + ", which " + name + " does not send to " + stable
                    + ": nginx ignores them");
        }
        return String.join("; ", differences);
    }

    private static Set<String> paths(KubeObject ingress, String service) {
        Set<String> all = new TreeSet<>();
        boolean byDefault =
                ingress.spec().at("/defaultBackend/service/name").asText().equals(service);
        if (byDefault) {
            all.add("the default backend");
        }
        for (JsonNode rule : ingress.spec().path("rules")) {
            if (byDefault && rule.at("/http/paths").isEmpty()) {
                all.add(rule.path("host").asText("*") + " without paths, by the default backend");
            }
            for (JsonNode path : rule.at("/http/paths")) {
                if (service(path).equals(service)) {
                    all.add(rule.path("host").asText("*") + path.path("path").asText("/") + " "
                            + path.path("pathType").asText());
                }
            }
        }
        return all;
    }

    /** The other Services that the Ingress sends to. */
    Set<String> others(KubeObject ingress) {
        Set<String> all = new TreeSet<>();
        all.add(ingress.spec().at("/defaultBackend/service/name").asText(stable));
        for (JsonNode rule : ingress.spec().path("rules")) {
            rule.at("/http/paths").forEach(path -> all.add(service(path)));
        }
        all.remove(stable);
        return all;
    }

    /** The ports, by number or name, at which the stable Service gets requests. */
    Set<String> ports(KubeObject ingress) {
        Set<String> ports = new TreeSet<>();
        add(ports, ingress.spec().path("defaultBackend"));
        for (JsonNode rule : ingress.spec().path("rules")) {
            rule.at("/http/paths").forEach(path -> add(ports, path.path("backend")));
        }
        return ports;
    }

    private void add(Set<String> ports, JsonNode backend) {
        JsonNode service = backend.path("service");
        if (service.path("name").asText().equals(stable)) {
            ports.add(service.at("/port/name").asText(service.at("/port/number").asText()));
        }
    }

    private static String service(JsonNode path) {
        return path.at("/backend/service/name").asText();
    }
}

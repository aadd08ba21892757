package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.List;
import java.util.Optional;

/** A ReferenceGrant that is not there: the route is in another namespace than a Service that it is to send to. */
public record MissingGrant(ObjectRef route, ObjectRef service) {

    static final Kind REFERENCE_GRANT =
            new Kind("gateway.networking.k8s.io", "v1beta1", "ReferenceGrant", "referencegrants");

    /** Empty when the route may send to the Service. May block. */
    static Optional<MissingGrant> find(Cluster cluster, ObjectRef route, ObjectRef service) throws RouterException {
        MissingGrant wanted = new MissingGrant(route, service);
        if (route.namespace().equals(service.namespace())) {
            return Optional.empty();
        }
        List<KubeObject> grants = cluster.list(REFERENCE_GRANT, service.namespace(), "");
        return grants.stream().anyMatch(wanted::isMetBy) ? Optional.empty() : Optional.of(wanted);
    }

    private boolean isMetBy(KubeObject grant) {
        boolean from = false;
        for (JsonNode one : grant.spec().path("from")) {
            from |= one.path("group").asText().equals(route.kind().group())
                    && one.path("kind").asText().equals(route.kind().name())
                    && one.path("namespace").asText().equals(route.namespace());
        }
        boolean to = false;
        for (JsonNode one : grant.spec().path("to")) {
            to |= one.path("group").asText().isEmpty()
                    && one.path("kind").asText().equals(Kind.SERVICE.name())
                    && one.path("name").asText(service.name()).equals(service.name());
        }
        return from && to;
    }

    /** What is wrong, after the route's name. */
    public String what() {
        return "may not send to " + service + ": no ReferenceGrant in the namespace " + service.namespace()
                + " allows that";
    }

    /** Why it hurts. */
    public String why() {
        return "the Gateway answers 500 for the Service's share of the requests";
    }

    /** A command, ready to be pasted. */
    public String remedy() {
        ObjectNode grant = Cluster.JSON
                .createObjectNode()
                .put("apiVersion", REFERENCE_GRANT.apiVersion())
                .put("kind", REFERENCE_GRANT.name());
        grant.putObject("metadata")
                .put("name", "from-" + route.namespace() + "-to-" + service.name())
                .put("namespace", service.namespace());
        ObjectNode spec = grant.putObject("spec");
        spec.putArray("from")
                .addObject()
                .put("group", route.kind().group())
                .put("kind", route.kind().name())
                .put("namespace", route.namespace());
        spec.putArray("to")
                .addObject()
                .put("group", "")
                .put("kind", Kind.SERVICE.name())
                .put("name", service.name());
        return "echo '" + grant + "' | kubectl apply -f -";
    }

    RouterException refusal() {
        return RouterException.permanent(route + " " + what() + ", so " + why() + "; fix it with: " + remedy());
    }
}

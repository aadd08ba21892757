package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;

/** What runs one version: a Deployment, or a Rollout. */
record PodOwner(KubeObject object) {

    ObjectRef ref() {
        return object.ref();
    }

    int replicas() {
        return object.spec().path("replicas").asInt(1);
    }

    JsonNode pod() {
        return object.tree().at("/spec/template/spec");
    }

    JsonNode labels() {
        return object.tree().at("/spec/template/metadata/labels");
    }

    /** {@code deployment/api}, as kubectl takes it. */
    String named() {
        return object.ref().kind().resource() + "/" + object.ref().name();
    }

    /** Whether a label selector takes its pods; of its expressions only the labels are looked at. */
    boolean selectedBy(JsonNode selector) {
        JsonNode wanted = selector.path("matchLabels");
        if (wanted.isEmpty() && selector.path("matchExpressions").isEmpty()) {
            return !selector.isMissingNode();
        }
        return !wanted.isEmpty()
                && wanted.properties().stream()
                        .allMatch(label -> labels().path(label.getKey()).equals(label.getValue()));
    }
}

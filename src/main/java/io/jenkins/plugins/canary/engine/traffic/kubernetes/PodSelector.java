package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.Map;
import java.util.TreeMap;

/**
 * What picks the pods that get one version's requests: the selector of a Service, or the labels of an Istio subset.
 *
 * @param object the Service or the DestinationRule
 * @param subset its subset; "" for a Service
 * @param labels that a pod must have; empty when it picks no pods by labels
 */
record PodSelector(ObjectRef object, String subset, Map<String, String> labels) {

    /** @param selector labels by name */
    static PodSelector of(ObjectRef object, String subset, JsonNode selector) {
        Map<String, String> labels = new TreeMap<>();
        selector.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new PodSelector(object, subset, labels);
    }

    /** Whether it picks the pods that a Deployment makes. */
    boolean picks(KubeObject deployment) {
        Map<String, String> has = podLabels(deployment);
        return !labels.isEmpty()
                && labels.entrySet().stream().allMatch(label -> label.getValue().equals(has.get(label.getKey())));
    }

    /** {@code app=api,track=stable}. */
    String text() {
        return String.join(
                ",",
                labels.entrySet().stream()
                        .map(l -> l.getKey() + "=" + l.getValue())
                        .toList());
    }

    static Map<String, String> podLabels(KubeObject deployment) {
        return of(deployment.ref(), "", deployment.tree().at("/spec/template/metadata/labels"))
                .labels();
    }
}

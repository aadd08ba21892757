package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two Deployments of which a Service selects one by labels. */
record TwoColours(Cluster cluster, String namespace, String blue, String green) {

    String other(String deployment) {
        return deployment.equals(blue) ? green : blue;
    }

    ObjectRef ref(String deployment) {
        return new ObjectRef(Kind.DEPLOYMENT, namespace, deployment);
    }

    /**
     * The Deployment whose pods a Service selects.
     *
     * @throws RouterException permanent when it selects the pods of neither, or of both
     */
    String active(KubeObject service) throws RouterException {
        PodSelector selector = PodSelector.of(service.ref(), "", service.spec().path("selector"));
        List<String> selected = new ArrayList<>();
        for (String deployment : List.of(blue, green)) {
            if (selector.picks(cluster.get(ref(deployment)))) {
                selected.add(deployment);
            }
        }
        if (selected.size() == 1) {
            return selected.get(0);
        }
        throw RouterException.permanent(service.ref() + " selects the pods of "
                + (selected.isEmpty() ? "neither " + blue + " nor " + green : "both " + blue + " and " + green) + " by "
                + selector.text()
                + "; give each Deployment's pods a label of its own, such as color: blue, and the Service that of the"
                + " version that users have");
    }

    /**
     * Points a Service at the pods of one Deployment: each label of its selector gets the value that these pods have.
     *
     * @throws RouterException permanent when the pods lack a label of the selector, or the selector would take both
     */
    void select(KubeObject service, String deployment) throws RouterException {
        Map<String, String> carried = PodSelector.podLabels(cluster.get(ref(deployment)));
        ObjectNode selector = service.tree().withObject("/spec/selector");
        List<String> keys = new ArrayList<>();
        selector.fieldNames().forEachRemaining(keys::add);
        for (String key : keys) {
            if (!carried.containsKey(key)) {
                throw RouterException.permanent(
                        service.ref() + " selects pods by the label " + key + ", which those of " + ref(deployment)
                                + " do not have; add it to the Deployment's pod template");
            }
            selector.put(key, carried.get(key));
        }
        active(service);
    }
}

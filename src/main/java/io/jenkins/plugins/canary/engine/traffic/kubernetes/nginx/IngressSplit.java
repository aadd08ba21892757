package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.WeightSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ConflictException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Edit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Endpoints;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A split by the canary annotations of ingress-nginx. The canary Ingress stays after a roll back, marked as a canary
 * with the weight 0: without the mark it would be a second Ingress for the same host and path, which the controller's
 * admission refuses or, worse, serves.
 */
final class IngressSplit implements WeightSplit {

    static final Kind INGRESS = new Kind("networking.k8s.io", "v1", "Ingress", "ingresses");

    private static final String PREFIX = "nginx.ingress.kubernetes.io/";
    private static final String CANARY = PREFIX + "canary";

    private final Cluster cluster;
    private final ObjectRef stable;
    private final ObjectRef canary;
    private final CanaryIngress shape;
    private final AlwaysCanary always;
    private final CanaryWeight weights;
    private final Endpoints endpoints;

    IngressSplit(
            Cluster cluster,
            ObjectRef stable,
            ObjectRef canary,
            CanaryIngress shape,
            AlwaysCanary always,
            CanaryWeight weights,
            Endpoints endpoints) {
        this.cluster = cluster;
        this.stable = stable;
        this.canary = canary;
        this.shape = shape;
        this.always = always;
        this.weights = weights;
        this.endpoints = endpoints;
    }

    @Override
    public View read() throws RouterException {
        KubeObject main = cluster.get(stable);
        Optional<KubeObject> over = cluster.find(canary);
        List<String> warnings = new ArrayList<>();
        if ("cookie".equals(main.annotation(PREFIX + "affinity"))) {
            warnings.add(stable + " has cookie affinity: users stay with the version that they met first, so the share"
                    + " of requests follows the weight slowly, and unevenly");
        }
        if (over.isEmpty()) {
            shape.beside(main);
            return new View(Weight.ZERO, true, "", warnings);
        }
        Weight weight = weight(over.get());
        String difference = shape.difference(main, over.get());
        if (!difference.isEmpty()) {
            warnings.add(difference);
        }
        for (String annotation : always.foreign(over.get())) {
            warnings.add(canary + " has " + annotation + ", which sends requests to the canary whatever the weight");
        }
        boolean settled = always.written(over.get(), !weight.isZero());
        return new View(weight, settled, settled ? "" : "header and cookie do not follow the weight yet", warnings);
    }

    private Weight weight(KubeObject ingress) throws RouterException {
        if (!"true".equals(ingress.annotation(CANARY))) {
            throw RouterException.permanent(canary + " is there but has no annotation " + CANARY + ": \"true\", so it"
                    + " competes with " + stable.name() + " instead of splitting its requests; mark it, or delete it");
        }
        return weights.read(ingress);
    }

    @Override
    public void set(Weight weight) throws RouterException {
        if (weights.refusal(weight) != null) {
            throw RouterException.permanent(weights.refusal(weight));
        }
        if (cluster.find(canary).isEmpty()) {
            if (weight.isZero()) {
                return;
            }
            ObjectNode made = shape.beside(cluster.get(stable));
            write(made, weight);
            try {
                cluster.create(canary, made);
                return;
            } catch (ConflictException madeMeanwhile) {
                // then it is there to be edited
            }
        }
        Edit.edit(cluster, canary, tree -> {
            KubeObject seen = new KubeObject(canary, tree);
            if (weight(seen).equals(weight) && always.written(seen, !weight.isZero())) {
                return false;
            }
            write(tree, weight);
            return true;
        });
    }

    private void write(ObjectNode ingress, Weight weight) {
        KubeObject.annotate(ingress, CANARY, "true");
        weights.write(ingress, weight);
        always.write(ingress, !weight.isZero());
    }

    @Override
    public void requireReady(Track track) throws RouterException {
        endpoints.requireReady(track == Track.CANARY ? shape.canary() : shape.stable(), track.word());
    }

    /** Nginx hangs the canary on the stable Service's upstream: without endpoints there, both answer 503. */
    @Override
    public boolean alwaysNeedsStable() {
        return true;
    }
}

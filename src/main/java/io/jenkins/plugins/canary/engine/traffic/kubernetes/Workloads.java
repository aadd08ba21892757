package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Edit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.Optional;

/** The stable version's Deployment and the canary's: reads both, and changes only images, replicas and our record. */
public final class Workloads {

    private final Cluster cluster;
    private final ObjectRef stable;
    private final ObjectRef canary;

    public Workloads(Cluster cluster, String namespace, String stable, String canary) {
        this.cluster = cluster;
        this.stable = new ObjectRef(Kind.DEPLOYMENT, namespace, stable);
        this.canary = new ObjectRef(Kind.DEPLOYMENT, namespace, canary);
    }

    /**
     * @throws RouterException permanent when there is none
     */
    public KubeObject stable() throws RouterException {
        return cluster.get(stable);
    }

    /** Empty when there is none (any more). */
    public Optional<KubeObject> canary() throws RouterException {
        return cluster.find(canary);
    }

    /** Refuses when the images are no longer those that the record says they were. */
    void setImages(PromotionRecord record) throws RouterException {
        Edit.edit(cluster, stable, tree -> {
            if (!Workload.of(new KubeObject(stable, tree)).runs(record.from())) {
                throw RouterException.permanent("somebody changed the images of " + stable
                        + " while they were about to be set to the new version's");
            }
            Workload.setImages(tree, record.to());
            KubeObject.annotate(tree, PromotionRecord.ANNOTATION, record.text());
            return true;
        });
    }

    void noteTrafficBack(String rollout, long millis) throws RouterException {
        Edit.edit(cluster, stable, tree -> {
            PromotionRecord record = PromotionRecord.of(new KubeObject(stable, tree), rollout);
            if (record == null || record.trafficBackAt() != 0) {
                return false;
            }
            KubeObject.annotate(
                    tree,
                    PromotionRecord.ANNOTATION,
                    record.withTrafficBackAt(millis).text());
            return true;
        });
    }

    /** Leaves the images alone when somebody has set others since. */
    void restoreImages(PromotionRecord record) throws RouterException {
        Edit.edit(cluster, stable, tree -> {
            if (!Workload.of(new KubeObject(stable, tree)).runs(record.to())) {
                return false;
            }
            Workload.setImages(tree, record.from());
            KubeObject.annotate(
                    tree, PromotionRecord.ANNOTATION, record.asUndone().text());
            return true;
        });
    }

    public void scaleStable(int replicas) throws RouterException {
        scale(stable, replicas);
    }

    public void scaleCanary(int replicas) throws RouterException {
        scale(canary, replicas);
    }

    private void scale(ObjectRef deployment, int replicas) throws RouterException {
        Edit.edit(cluster, deployment, tree -> {
            ObjectNode spec = tree.withObject("/spec");
            if (spec.path("replicas").asInt(1) == replicas) {
                return false;
            }
            spec.put("replicas", replicas);
            return true;
        });
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Edit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Makes Argo look again at a Rollout that it overlooks. Having written a status, its controller puts that object into
 * its cache, also over a newer one that the watch has brought meanwhile ("persisted to informer" in its log); what
 * fell into that moment, a promotion or an abort, is then not seen until the object changes once more. So when nothing
 * has happened for a while, this changes it: an annotation of ours, which means nothing.
 *
 * <p>Not for use by several threads. Forgetting what it has seen, as in a crash, costs one more wait.
 */
final class ControllerRefresh {

    static final String ANNOTATION = "canary-release.jenkins.io/nudge";
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final ObjectRef rollout;
    private final InstantSource clock;

    private String overlooked = "";
    private long since;

    ControllerRefresh(Cluster cluster, ObjectRef rollout, InstantSource clock) {
        this.cluster = cluster;
        this.rollout = rollout;
        this.clock = clock;
    }

    /**
     * Called whenever the controller has something to do that it was not seen to begin.
     *
     * @param version the resourceVersion that was seen
     */
    void waiting(String version) throws RouterException {
        if (!version.equals(overlooked)) {
            overlooked = version;
            since = clock.millis();
        } else if (clock.millis() - since >= PATIENCE.toMillis()) {
            Edit.edit(cluster, rollout, tree -> {
                String before = new KubeObject(rollout, tree).annotation(ANNOTATION);
                KubeObject.annotate(tree, ANNOTATION, "1".equals(before) ? "2" : "1");
                return true;
            });
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Edit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.Optional;

/**
 * What a rollout last wanted, in an annotation on its target. When Jenkins is lost with its disk, this and the route
 * are enough to settle what it left behind.
 *
 * @param version under trial; null when none was given
 * @param owner the build's address or the command, for people
 * @param sequence of the journal; a record never goes back in it
 * @param weight what the rollout was about to set
 * @param at milliseconds since the epoch
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TargetRecord(String rollout, String version, String owner, long sequence, Weight weight, long at) {

    public static final String ANNOTATION = "canary-release.jenkins.io/rollout";

    /** Empty when there is none, or it cannot be read. */
    public static Optional<TargetRecord> read(KubeObject target) {
        String text = target.annotation(ANNOTATION);
        try {
            return text == null ? Optional.empty() : Optional.of(Cluster.JSON.readValue(text, TargetRecord.class));
        } catch (JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }

    /**
     * Writes the record, unless the same rollout has written a later one, or this weight already.
     *
     * @return whether this record is on the target now
     */
    public boolean write(Cluster cluster, ObjectRef target) throws RouterException {
        String text = text();
        KubeObject after = Edit.edit(cluster, target, tree -> {
            KubeObject seen = new KubeObject(target, tree);
            boolean known = read(seen)
                    .filter(r -> r.rollout().equals(rollout)
                            && (r.sequence() >= sequence || r.weight().equals(weight)))
                    .isPresent();
            if (!known) {
                KubeObject.annotate(tree, ANNOTATION, text);
            }
            return !known;
        });
        return text.equals(after.annotation(ANNOTATION));
    }

    /** Takes a rollout's record off the target, and what it noted of the beginning; another rollout's stays. */
    public static void clear(Cluster cluster, ObjectRef target, String rollout) throws RouterException {
        if (cluster.find(target).isEmpty()) {
            return;
        }
        Edit.edit(cluster, target, tree -> {
            boolean ours = read(new KubeObject(target, tree))
                    .filter(r -> r.rollout().equals(rollout))
                    .isPresent();
            if (ours) {
                KubeObject.annotate(tree, ANNOTATION, null);
                KubeObject.annotate(tree, Snapshot.ANNOTATION, null);
            }
            return ours;
        });
    }

    private String text() {
        try {
            return Cluster.JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.Objects;
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

    public TargetRecord {
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(weight, "weight");
    }

    /** Empty when there is none, or it cannot be read. */
    public static Optional<TargetRecord> read(KubeObject target) {
        return Optional.ofNullable(target.annotation(ANNOTATION, TargetRecord.class));
    }

    /**
     * Writes the record, unless the same rollout has written a later one, or this weight already.
     *
     * @return whether this record is on the target now
     */
    public boolean write(Cluster cluster, ObjectRef target) throws RouterException {
        KubeObject after = cluster.edit(target, seen -> {
            boolean known = read(seen)
                    .filter(r -> r.rollout().equals(rollout)
                            && (r.sequence() >= sequence || r.weight().equals(weight)))
                    .isPresent();
            if (!known) {
                seen.annotate(ANNOTATION, this);
            }
            return !known;
        });
        return read(after).filter(this::equals).isPresent();
    }

    /** Takes a rollout's record off the target, and what it noted of the beginning; another rollout's stays. */
    public static void clear(Cluster cluster, ObjectRef target, String rollout) throws RouterException {
        if (cluster.find(target).isEmpty()) {
            return;
        }
        cluster.edit(target, seen -> {
            boolean ours = read(seen).filter(r -> r.rollout().equals(rollout)).isPresent();
            if (ours) {
                seen.annotate(ANNOTATION, null);
                seen.annotate(Snapshot.ANNOTATION, null);
            }
            return ours;
        });
    }
}

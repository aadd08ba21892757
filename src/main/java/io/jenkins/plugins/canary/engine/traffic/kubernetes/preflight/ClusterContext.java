package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a rollout is about to begin.
 *
 * @param driver the key in {@code traffic:}
 * @param pods that the driver shares out between both versions; 0 where it sets no numbers, or takes those there are
 * @param rollout its id
 * @param owner the build or command, for people
 * @param lasts how long the rollout may take by its plan
 */
record ClusterContext(
        Cluster cluster,
        String namespace,
        TargetObjects clusterContext,
        String driver,
        int pods,
        PreflightSettings plan,
        String rollout,
        String owner,
        Duration lasts,
        Instant now) {

    Optional<PodOwner> stable() throws RouterException {
        return find(clusterContext.stable());
    }

    Optional<PodOwner> canary() throws RouterException {
        return find(clusterContext.canary());
    }

    /** Both versions, as far as they are there. */
    List<PodOwner> versions() throws RouterException {
        List<PodOwner> all = new ArrayList<>();
        stable().ifPresent(all::add);
        canary().ifPresent(all::add);
        return all;
    }

    private Optional<PodOwner> find(ObjectRef ref) throws RouterException {
        return ref == null ? Optional.empty() : cluster.find(ref).map(PodOwner::new);
    }

    /** {@code kubectl -n shop}. */
    String kubectl() {
        return "kubectl -n " + namespace;
    }
}

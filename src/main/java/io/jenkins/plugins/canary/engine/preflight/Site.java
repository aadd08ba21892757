package io.jenkins.plugins.canary.engine.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Scene;
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
record Site(Cluster cluster, String namespace, Scene scene, String driver, int pods, PreflightPlan plan, String rollout,
        String owner, Duration lasts, Instant now) {

    Optional<Released> stable() throws RouterException {
        return find(scene.stable());
    }

    Optional<Released> canary() throws RouterException {
        return find(scene.canary());
    }

    /** Both versions, as far as they are there. */
    List<Released> versions() throws RouterException {
        List<Released> all = new ArrayList<>();
        stable().ifPresent(all::add);
        canary().ifPresent(all::add);
        return all;
    }

    private Optional<Released> find(ObjectRef ref) throws RouterException {
        return ref == null ? Optional.empty() : cluster.find(ref).map(Released::new);
    }

    /** {@code kubectl -n shop}. */
    String kubectl() {
        return "kubectl -n " + namespace;
    }
}

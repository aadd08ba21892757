package io.jenkins.plugins.canary.engine.probe.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe.PodRestart;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe.Restart;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeconfigClusters;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Restarts a Deployment's pods as {@code kubectl rollout restart} does, and waits until the new ones are ready.
 *
 * @param clusters null for kubeconfig files
 * @param executor may block for as long as a call of the API server takes
 */
public record DeploymentRestart(
        RouterSettings traffic,
        Target target,
        ClusterAccess clusters,
        ScheduledExecutorService executor,
        InstantSource clock)
        implements PodRestart {

    private static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";
    private static final long LOOK_MILLIS = 500;

    public DeploymentRestart {
        clusters = clusters == null ? new KubeconfigClusters(clock) : clusters;
    }

    @Override
    public CompletableFuture<Void> restart(Restart how, Duration within) {
        long end = System.nanoTime() + within.toNanos();
        return CompletableFuture.supplyAsync(() -> begin(how), executor)
                .thenCompose(begun -> ready(begun, end, within).whenComplete((done, fault) -> begun.cluster.close()));
    }

    private record Begun(Cluster cluster, ObjectRef deployment) {}

    private Begun begin(Restart how) {
        try {
            ClusterHome home = home(how);
            Cluster cluster = clusters.open(home.cluster());
            try {
                String namespace = home.namespace(target, cluster);
                ObjectRef deployment = new ObjectRef(Kind.DEPLOYMENT, namespace, name(how, cluster, namespace));
                cluster.edit(deployment, seen -> {
                    requirePods(deployment, seen.spec());
                    seen.tree()
                            .withObject("/spec/template/metadata/annotations")
                            .put(RESTARTED_AT, clock.instant().toString());
                    return true;
                });
                return new Begun(cluster, deployment);
            } catch (RouterException | RuntimeException e) {
                cluster.close();
                throw e;
            }
        } catch (RouterException e) {
            throw new IllegalStateException("the pods could not be restarted: " + e.getMessage(), e);
        }
    }

    /** What the plan does not say is as for the driver that moves the traffic: the pods are where the requests go. */
    private ClusterHome home(Restart how) {
        ClusterHome usual = traffic instanceof ClusterSettings settings
                ? settings.home()
                : new ClusterHome(null, ClusterRef.DEFAULT);
        return new ClusterHome(
                how.namespace() == null ? usual.namespace() : how.namespace(),
                how.cluster() == null ? usual.cluster() : how.cluster());
    }

    private String name(Restart how, Cluster cluster, String namespace) throws RouterException {
        if (how.deployment() != null) {
            return how.deployment();
        }
        ObjectRef canary = traffic instanceof ClusterSettings settings
                ? settings.clusterContext(cluster, namespace, target).canary()
                : null;
        return canary != null && canary.kind().equals(Kind.DEPLOYMENT)
                ? canary.name()
                : target.deployment() + "-canary";
    }

    /** A restart that replaces no pod would show nothing of what outlives one. */
    private static void requirePods(ObjectRef deployment, JsonNode spec) throws RouterException {
        if (spec.path("paused").asBoolean()) {
            throw RouterException.permanent(
                    deployment + " is paused, so that nothing would replace its pods: kubectl -n "
                            + deployment.namespace() + " rollout resume deployment/" + deployment.name());
        }
        if (spec.path("replicas").asInt(1) == 0) {
            throw RouterException.permanent(deployment
                    + " has no pods (replicas: 0): there is nothing to restart; probe it while it gets requests");
        }
    }

    private CompletableFuture<Void> ready(Begun begun, long end, Duration within) {
        return CompletableFuture.supplyAsync(() -> look(begun), executor).thenCompose(workload -> {
            if (workload.rolledOut()) {
                return CompletableFuture.completedFuture(null);
            }
            if (workload.observed() && workload.stalled() != null) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException("the restarted pods of " + begun.deployment + " do not get ready: "
                                + workload.stalled() + " (" + workload.progress() + ")"));
            }
            if (System.nanoTime() >= end) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException("the restarted pods of " + begun.deployment
                                + " were not ready within " + Units.print(within.truncatedTo(ChronoUnit.SECONDS)) + ": "
                                + workload.progress()));
            }
            CompletableFuture<Void> paused = new CompletableFuture<>();
            executor.schedule(() -> paused.complete(null), LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return paused.thenCompose(again -> ready(begun, end, within));
        });
    }

    private static Workload look(Begun begun) {
        try {
            return Workload.of(begun.cluster.get(begun.deployment));
        } catch (RouterException e) {
            throw new CompletionException(e.getMessage(), e);
        }
    }
}

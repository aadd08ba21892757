package io.jenkins.plugins.canary.engine.probe.kubernetes;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe.Restart;
import io.jenkins.plugins.canary.engine.probe.PodRestart;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Edit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeconfigClusters;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Restarts a Deployment's pods as {@code kubectl rollout restart} does, and waits until the new ones are ready. */
public final class DeploymentRestart implements PodRestart {

    private static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";
    private static final long LOOK_MILLIS = 500;

    private final CanaryPlan.Target target;
    private final ClusterAccess clusters;
    private final Executor executor;

    /**
     * @param clusters null for kubeconfig files
     * @param executor may block for as long as a call of the API server takes
     */
    public DeploymentRestart(CanaryPlan.Target target, ClusterAccess clusters, Executor executor) {
        this.target = target;
        this.clusters = clusters == null ? new KubeconfigClusters() : clusters;
        this.executor = executor;
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
            Cluster cluster = clusters.open(
                    how.cluster() == null ? ClusterRef.DEFAULT : new ClusterRef(how.cluster(), null, null));
            try {
                String name = how.deployment() == null ? target.deployment() + "-canary" : how.deployment();
                ObjectRef deployment = new ObjectRef(Kind.DEPLOYMENT, namespace(how, cluster), name);
                Edit.edit(cluster, deployment, tree -> {
                    tree.withObject("/spec/template/metadata/annotations").put(RESTARTED_AT, Instant.now().toString());
                    return true;
                });
                return new Begun(cluster, deployment);
            } catch (RouterException | RuntimeException e) {
                cluster.close();
                throw e;
            }
        } catch (RouterException e) {
            throw new CompletionException("the pods could not be restarted: " + e.getMessage(), e);
        }
    }

    private String namespace(Restart how, Cluster cluster) throws RouterException {
        if (how.namespace() != null) {
            return how.namespace();
        }
        String other = target.namespace().isBlank() ? cluster.defaultNamespace() : target.namespace();
        if (other == null) {
            throw RouterException.permanent("the plan names no namespace; write target: { namespace: NAME }");
        }
        return other;
    }

    private CompletableFuture<Void> ready(Begun begun, long end, Duration within) {
        return CompletableFuture.supplyAsync(() -> look(begun), executor).thenCompose(workload -> {
            if (workload.rolledOut()) {
                return CompletableFuture.completedFuture(null);
            }
            if (System.nanoTime() >= end) {
                return CompletableFuture.failedFuture(new IllegalStateException("the restarted pods of "
                        + begun.deployment + " were not ready within " + Units.print(within) + ": " + workload.progress()));
            }
            Executor later = CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, executor);
            return CompletableFuture.runAsync(() -> {}, later).thenCompose(again -> ready(begun, end, within));
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

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.List;
import java.util.Optional;

/** Settings of a driver that splits the requests between two Deployments, the stable version's and the canary's. */
interface TwoDeployments extends ClusterSettings {

    KubernetesOptions options();

    /** What the driver does beside setting images and replicas. */
    List<Right> rights();

    /** Makes the split; what it throws closes the cluster. */
    WeightSplit split(Workloads workloads, String rollout) throws RouterException;

    @Override
    default boolean scalesStable() {
        return options().canary().dynamicStableScale();
    }

    @Override
    default boolean comparesWithBaseline() {
        return options().baseline();
    }

    @Override
    default ClusterHome home() {
        return options().home();
    }

    @Override
    default TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
        Workloads workloads = workloads(cluster, namespace, target);
        ObjectRef stable = workloads.ref(Kind.DEPLOYMENT, workloads.stableName());
        ObjectRef canary = workloads.ref(Kind.DEPLOYMENT, workloads.canaryName());
        ObjectRef baseline =
                canary.beside(Kind.DEPLOYMENT, workloads.ofBaseline().canaryName());
        return new TargetObjects(
                stable,
                stable,
                canary,
                carriers(namespace, target),
                Right.andLock(
                        rights(),
                        Right.to(stable, "get", "update"),
                        Right.to(canary, "get", "update"),
                        options().canary().rights(canary),
                        options().baseline() ? Right.to(baseline, "get", "update", "create", "delete") : List.of()));
    }

    @Override
    default Optional<SharedPods> sharedPods(Cluster cluster, String namespace, Target target) throws RouterException {
        Workloads workloads = workloads(cluster, namespace, target);
        return Optional.ofNullable(SharedPods.find(workloads, split(workloads, "")));
    }

    @Override
    default List<MissingGrant> missingGrants(Cluster cluster, String namespace, Target target) throws RouterException {
        return split(workloads(cluster, namespace, target), "").missingGrants();
    }

    @Override
    default int madePods(int stable, Weight weight) {
        CanaryOptions canary = options().canary();
        int baseline = options().baseline()
                ? canary.replicas().of(stable, TrafficSplit.withBaseline(weight).baseline())
                : 0;
        return canary.create() ? canary.replicas().of(stable, weight) + baseline : 0;
    }

    @Override
    default Optional<CanaryClash> canaryClash(Cluster cluster, String namespace, RouterContext context)
            throws RouterException {
        Workloads workloads = workloads(cluster, namespace, context.target());
        return CanaryClash.find(
                workloads,
                split(workloads, context.rollout()),
                options().canary().create(),
                context.rollout());
    }

    @Override
    default TrafficRouter open(RouterContext context) throws RouterException {
        requireDeployment(context.target());
        return home().open(context, this, (opened, in) -> {
            Workloads workloads = workloads(opened, in, context.target());
            WeightSplit split = split(workloads, context.rollout());
            TrafficRouter router = new KubernetesRouter(
                    workloads, split, context.rollout(), options().drain(), context.clock());
            return options().canary().create() ? lifecycle(router, workloads, split, context) : router;
        });
    }

    private TrafficRouter lifecycle(TrafficRouter router, Workloads workloads, WeightSplit split, RouterContext context)
            throws RouterException {
        if (context.version() == null) {
            throw RouterException.permanent(
                    "a canary that the rollout makes needs a version: give it to the step or with" + " --version");
        }
        CanaryDeployment canary = made(workloads, split, context, Track.CANARY);
        CanaryDeployment baseline =
                options().baseline() ? made(workloads.ofBaseline(), split, context, Track.BASELINE) : null;
        boolean onlyWeights = RouterDriver.named(driver())
                .filter(driver -> driver.canMatch() || driver.canMirror())
                .isEmpty();
        StableReplicas stable = new StableReplicas(workloads, context.rollout(), scalesStable());
        return new CanaryLifecycle(
                router, split, canary, baseline, stable, onlyWeights, options().drain(), context.clock());
    }

    private CanaryDeployment made(Workloads workloads, WeightSplit split, RouterContext context, Track track) {
        return new CanaryDeployment(workloads, split, options().canary(), context.rollout(), context.version(), track);
    }

    private Workloads workloads(Cluster cluster, String namespace, Target target) throws RouterException {
        requireDeployment(target);
        return new Workloads(
                cluster, namespace, options().stable(target), options().canary(target));
    }

    private void requireDeployment(Target target) throws RouterException {
        if (options().stable(target).isBlank()) {
            throw RouterException.permanent("the plan's target names no deployment; write target: { deployment: NAME },"
                    + " the Deployment of the stable version");
        }
    }
}

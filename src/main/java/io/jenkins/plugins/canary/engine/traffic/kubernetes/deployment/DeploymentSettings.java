package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.List;

/**
 * @param replicas of both versions together; 0 for as many as there are when the rollout begins
 */
public record DeploymentSettings(KubernetesOptions options, int replicas) implements ClusterSettings {

    @Override
    public String driver() {
        return DeploymentDriver.NAME;
    }

    @Override
    public ClusterHome home() {
        return options.home();
    }

    @Override
    public int pods() {
        return replicas;
    }

    @Override
    public ObjectRef carrier(String namespace, Target target) {
        return new ObjectRef(Kind.DEPLOYMENT, namespace, options.stable(target));
    }

    @Override
    public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
        return options.clusterContext(namespace, target, carrier(namespace, target), List.of());
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return options.open(
                context,
                this,
                place -> new ReplicaSplit(place.cluster(), place.workloads(), replicas, context.rollout()));
    }

    @Override
    public String refusal(Weight weight) {
        return replicas == 0 || ReplicaShare.of(weight, replicas) != null
                ? null
                : ReplicaShare.refusal(weight, replicas);
    }
}

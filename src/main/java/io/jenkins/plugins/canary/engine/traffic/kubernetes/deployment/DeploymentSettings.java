package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;

/**
 * @param replicas of both versions together; 0 for as many as there are when the rollout begins
 */
public record DeploymentSettings(KubernetesOptions options, int replicas) implements RouterSettings {

    @Override
    public String driver() {
        return DeploymentDriver.NAME;
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return options.open(context, place ->
                ReplicaSplit.open(place.cluster(), place.workloads(), replicas, context.rollout()));
    }

    @Override
    public String refusal(Weight weight) {
        return replicas == 0 || ReplicaShare.of(weight, replicas) != null
                ? null : ReplicaShare.refusal(weight, replicas);
    }
}

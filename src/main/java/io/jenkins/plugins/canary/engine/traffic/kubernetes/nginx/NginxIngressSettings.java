package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Endpoints;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;

/**
 * @param ingress the Ingress that users' requests come through
 * @param canaryIngress the one that carries the weight; null for the Ingress's name and {@code -canary}
 * @param canary the canary's Service; null for the canary Deployment's name
 * @param stable the stable version's Service; null for the Deployment's name
 * @param tenths whether the controller is known to honour canary-weight-total; see {@link CanaryWeight}
 */
public record NginxIngressSettings(
        KubernetesOptions options,
        String ingress,
        String canaryIngress,
        String canary,
        String stable,
        AlwaysCanary always,
        boolean tenths)
        implements ClusterSettings {

    @Override
    public String driver() {
        return NginxIngressDriver.NAME;
    }

    @Override
    public ClusterHome home() {
        return options.home();
    }

    @Override
    public ObjectRef carrier(String namespace, Target target) {
        return new ObjectRef(IngressSplit.INGRESS, namespace, ingress);
    }

    @Override
    public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
        return options.clusterContext(
                namespace,
                target,
                carrier(namespace, target),
                Right.andLock(
                        Right.on(IngressSplit.INGRESS, "get", "create", "update"),
                        Right.on(Kind.SERVICE, "get"),
                        Right.on(Kind.ENDPOINT_SLICE, "list")));
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return options.open(
                context,
                this,
                place -> new IngressSplit(
                        place.cluster(),
                        place.ref(IngressSplit.INGRESS, ingress),
                        place.ref(IngressSplit.INGRESS, canaryIngress == null ? ingress + "-canary" : canaryIngress),
                        new CanaryIngress(
                                canary == null ? place.canaryDeployment() : canary,
                                stable == null ? place.deployment() : stable),
                        always,
                        new CanaryWeight(tenths),
                        new Endpoints(place.cluster(), place.namespace())));
    }

    @Override
    public String refusal(Weight weight) {
        return new CanaryWeight(tenths).refusal(weight);
    }
}

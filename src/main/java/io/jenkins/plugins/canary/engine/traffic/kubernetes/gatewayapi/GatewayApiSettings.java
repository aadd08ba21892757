package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import io.jenkins.plugins.canary.engine.Target;
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
import java.util.List;

/**
 * @param canary the canary's Service; null for the canary Deployment's name
 * @param stable the stable version's Service; null for the Deployment's name
 * @param rules names of rules, or their indexes from 0; empty for every rule that sends to the stable Service
 */
public record GatewayApiSettings(
        KubernetesOptions options, String httpRoute, String canary, String stable, List<String> rules)
        implements ClusterSettings {

    public GatewayApiSettings {
        rules = List.copyOf(rules);
    }

    @Override
    public String driver() {
        return GatewayApiDriver.NAME;
    }

    @Override
    public ClusterHome home() {
        return options.home();
    }

    @Override
    public ObjectRef carrier(String namespace, Target target) {
        return new ObjectRef(HttpRouteSplit.HTTP_ROUTE, namespace, httpRoute);
    }

    @Override
    public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
        return options.clusterContext(
                namespace,
                target,
                carrier(namespace, target),
                Right.andLock(
                        Right.on(HttpRouteSplit.HTTP_ROUTE, "get", "update"),
                        Right.on(Kind.SERVICE, "get"),
                        Right.on(Kind.ENDPOINT_SLICE, "list")));
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return options.open(
                context,
                this,
                place -> new HttpRouteSplit(
                        place.cluster(),
                        place.ref(HttpRouteSplit.HTTP_ROUTE, httpRoute),
                        new RouteRules(
                                canary == null ? place.canaryDeployment() : canary,
                                stable == null ? place.deployment() : stable,
                                rules),
                        new Endpoints(place.cluster(), place.namespace())));
    }
}

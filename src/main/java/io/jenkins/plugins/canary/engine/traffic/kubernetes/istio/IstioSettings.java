package io.jenkins.plugins.canary.engine.traffic.kubernetes.istio;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.List;
import java.util.Map;

/**
 * @param routes names of http routes in the VirtualService; other routes are left alone
 * @param host the destinations' host, as it stands in the VirtualService; null for the Deployment's name
 * @param rule the DestinationRule with the subsets; null when the plan does not care for it
 */
public record IstioSettings(
        KubernetesOptions options,
        String virtualService,
        List<String> routes,
        String host,
        String canarySubset,
        String stableSubset,
        Rule rule)
        implements ClusterSettings {

    /**
     * @param canaryLabels what selects the canary's pods, to make the subset when it is missing; empty for never
     * @param stableLabels the same for the stable version's
     */
    public record Rule(String name, Map<String, String> canaryLabels, Map<String, String> stableLabels) {
        public Rule {
            canaryLabels = Map.copyOf(canaryLabels);
            stableLabels = Map.copyOf(stableLabels);
        }
    }

    public IstioSettings {
        routes = List.copyOf(routes);
    }

    @Override
    public String driver() {
        return IstioDriver.NAME;
    }

    @Override
    public ClusterHome home() {
        return options.home();
    }

    @Override
    public ObjectRef carrier(String namespace, Target target) {
        return new ObjectRef(VirtualServiceSplit.VIRTUAL_SERVICE, namespace, virtualService);
    }

    @Override
    public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
        return options.clusterContext(
                namespace,
                target,
                carrier(namespace, target),
                Right.andLock(
                        Right.on(VirtualServiceSplit.VIRTUAL_SERVICE, "get", "update"),
                        rule == null ? List.of() : Right.on(Subsets.DESTINATION_RULE, "get", "update")));
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return options.open(
                context,
                this,
                place -> new VirtualServiceSplit(
                        place.cluster(),
                        place.ref(VirtualServiceSplit.VIRTUAL_SERVICE, virtualService),
                        new HttpRoutes(routes, host == null ? place.deployment() : host, canarySubset, stableSubset),
                        rule == null
                                ? null
                                : new Subsets(place.cluster(), place.ref(Subsets.DESTINATION_RULE, rule.name()), this),
                        place.workloads()));
    }
}

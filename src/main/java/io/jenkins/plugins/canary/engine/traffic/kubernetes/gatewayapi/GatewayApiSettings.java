package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Endpoints;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import java.util.List;

/**
 * @param canary the canary's Service; null for the canary Deployment's name
 * @param stable the stable version's Service; null for the Deployment's name
 * @param rules names of rules, or their indexes from 0; empty for every rule that sends to the stable Service
 */
public record GatewayApiSettings(
        KubernetesOptions options, String httpRoute, String canary, String stable, List<String> rules)
        implements RouterSettings {

    public GatewayApiSettings {
        rules = List.copyOf(rules);
    }

    @Override
    public String driver() {
        return GatewayApiDriver.NAME;
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return options.open(context, place -> new HttpRouteSplit(
                place.cluster(),
                place.ref(HttpRouteSplit.HTTP_ROUTE, httpRoute),
                new RouteRules(
                        canary == null ? place.canaryDeployment() : canary,
                        stable == null ? place.deployment() : stable,
                        rules),
                new Endpoints(place.cluster(), place.namespace())));
    }
}

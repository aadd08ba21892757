package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code gatewayApi: { httpRoute: api, grpcRoute: [a, b], canary: api-canary, stable: api, rules: [main] }}. */
public final class GatewayApiDriver implements RouterDriver {

    private static final String NAME = "gatewayApi";

    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Weights of the backends of routes of the Gateway API.",
            Map.of(
                    "routes",
                    RouteName.SOME,
                    "rules",
                    KeyType.of(
                            "list of texts or numbers",
                            Map.of("type", "array", "items", Map.of("type", List.of("string", "integer"))),
                            YamlNode::texts)),
            """
            httpRoute | routes | none | Name of the HTTPRoute, or names; each route gets the weight. `NAMESPACE/NAME` for one in another namespace.
            grpcRoute | routes | none | The same for GRPCRoutes.
            tcpRoute  | routes | none | The same for TCPRoutes; shares of connections, not of requests.
            tlsRoute  | routes | none | The same for TLSRoutes; shares of connections, not of requests.
            canary    | canary | the canary Deployment's | Service of the canary, or whether the rollout makes the canary.
            stable    | name  | the Deployment's | Service of the stable version.
            rules     | rules | every rule that sends to `stable` | Names of the rules to weight, or their indexes from 0; of one route.
            """ + KubernetesOptions.BASELINE_ROW);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public boolean canMatch() {
        return true;
    }

    @Override
    public boolean canMirror() {
        return true;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        List<RouteName> routes = RouteName.read(settings);
        CanaryOptions canary = settings.getOr("canary", CanaryOptions.GIVEN);
        KubernetesOptions options = KubernetesOptions.read(settings).with(canary, settings);
        String stable = settings.get("stable");
        List<String> rules = settings.getOr("rules", List.of());
        if (KubernetesOptions.sameVersion(settings, canary.service(), stable, "Service")) {
            return null;
        }
        if (routes.isEmpty()) {
            if (RouteName.KINDS.keySet().stream().noneMatch(settings::has)) {
                settings.self()
                        .error(
                                "no route is named",
                                "write httpRoute: NAME, or one of " + String.join(", ", RouteName.KINDS.keySet()));
            }
            return null;
        }
        if (routes.size() > 1 && !rules.isEmpty()) {
            settings.value("rules")
                    .error(
                            "rules are those of one route, and the plan names " + routes.size(),
                            "leave rules out: then every rule that sends to the stable Service gets the weight");
            return null;
        }
        return options == null ? null : new GatewayApiSettings(options, routes, canary.service(), stable, rules);
    }

    /**
     * @param canary the canary's Service; null for the canary Deployment's name
     * @param stable the stable version's Service; null for the Deployment's name
     * @param rules names of rules, or their indexes from 0; empty for every rule that sends to the stable Service
     */
    private record GatewayApiSettings(
            KubernetesOptions options, List<RouteName> routes, String canary, String stable, List<String> rules)
            implements TwoDeployments {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return routes.get(0).in(namespace);
        }

        @Override
        public List<ObjectRef> carriers(String namespace, Target target) {
            return routes.stream().map(route -> route.in(namespace)).toList();
        }

        /** Of the namespace of the Deployments: a route elsewhere needs a Role there. */
        @Override
        public List<Right> rights() {
            List<Right> own = new ArrayList<>();
            for (RouteName route : routes) {
                own.addAll(
                        route.namespace() == null
                                ? Right.named(route.kind(), route.name(), "get", "update")
                                : Right.on(MissingGrant.REFERENCE_GRANT, "list"));
            }
            return Right.withServices(own.stream().distinct().toList());
        }

        @Override
        public String refusal(ExtraTraffic extra) {
            return RouteSplit.refusal(
                    extra, routes.stream().map(RouteName::kind).toList());
        }

        @Override
        public WeightSplit split(Workloads workloads, String rollout) throws RouterException {
            List<RouteRules> weighted = new ArrayList<>();
            for (RouteName route : routes) {
                weighted.add(new RouteRules(
                        route.served(workloads.cluster(), workloads.namespace()),
                        canary == null ? workloads.canaryName() : canary,
                        stable == null ? workloads.stableName() : stable,
                        options.baseline() ? workloads.ofBaseline().canaryName() : null,
                        rules,
                        workloads.namespace()));
            }
            return new RouteSplit(workloads, weighted);
        }
    }
}

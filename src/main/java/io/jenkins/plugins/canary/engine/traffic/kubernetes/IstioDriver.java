package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.VirtualServiceSplit.Subsets;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
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

/**
 * Reads {@code istio: { virtualService: api, routes: [primary], host: api, destinationRule: { name: api,
 * canaryLabels: { track: canary }, stableLabels: { track: stable } } }}.
 */
public final class IstioDriver implements RouterDriver {

    private static final String NAME = "istio";

    /** The baseline's subset, by the label that its pods have. */
    static final String BASELINE = Track.BASELINE.word();

    private static final Section RULE = Section.of(
            "destinationRule",
            "A DestinationRule with the labels with which missing subsets are made.",
            Map.of("name", ClusterHome.NAME),
            """
            name         | name          | required, `api-gateway` | The DestinationRule's name.
            canaryLabels | texts by name | none | What selects the canary's pods.
            stableLabels | texts by name | none | What selects the stable version's pods.
            """);

    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Weights of the named routes of a VirtualService.",
            Map.of("rule", KeyType.either(IstioDriver::rule, ClusterHome.NAME, RULE.type())),
            """
            virtualService  | name         | required, `api-gateway` | The VirtualService's name.
            routes          | list of text | required, `[primary]` | Names of the http routes to weight; a route without a name cannot be driven.
            host            | name         | the Deployment's name | The destinations' host, exactly as it stands in the VirtualService.
            canarySubset    | name         | `canary` | Subset of the canary.
            stableSubset    | name         | `stable` | Subset of the stable version.
            canary          | canary       | deployed before the rollout | Whether the rollout makes the canary; needs the labels of both subsets.
            destinationRule | rule         | not looked at | Its name, or also the labels with which missing subsets are made.
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
        String virtualService = settings.get("virtualService");
        List<String> routes = settings.get("routes");
        String host = settings.get("host");
        String canary = settings.get("canarySubset");
        String stable = settings.get("stableSubset");
        Rule rule = settings.get("destinationRule");
        CanaryOptions made = settings.getOr("canary", CanaryOptions.GIVEN);
        KubernetesOptions options = KubernetesOptions.read(settings).with(made, settings);
        if (made.service() != null) {
            settings.value("canary").error("istio tells the versions apart by subsets", "write canarySubset: NAME");
            return null;
        }
        if (made.create() && (rule == null || rule.canaryLabels().isEmpty())) {
            settings.value("canary")
                    .error(
                            "nothing says which labels the canary's pods have",
                            "write destinationRule: { name: NAME, canaryLabels: { track: canary }, stableLabels: {"
                                    + " track: stable } }");
            return null;
        }
        if (canary.equals(stable)) {
            settings.self().error("canarySubset and stableSubset are the same", "name the subset of each version");
            return null;
        }
        if (routes != null && routes.isEmpty()) {
            settings.value("routes")
                    .error(
                            "no route is named",
                            "name the http routes of the VirtualService whose requests are to be split: [primary]");
            return null;
        }
        return options == null || virtualService == null || routes == null
                ? null
                : new IstioSettings(options, virtualService, routes, host, canary, stable, rule);
    }

    private static Rule rule(YamlNode value) {
        if (!value.isObject()) {
            String name = (String) ClusterHome.NAME.reader().apply(value);
            return name == null ? null : new Rule(name, Map.of(), Map.of());
        }
        YamlObject keys = RULE.at(value);
        String name = keys.get("name");
        return name == null
                ? null
                : new Rule(name, keys.getOr("canaryLabels", Map.of()), keys.getOr("stableLabels", Map.of()));
    }

    /**
     * A DestinationRule.
     *
     * @param canaryLabels what selects the canary's pods, to make the subset when it is missing; empty for never
     * @param stableLabels the same for the stable version's
     */
    record Rule(String name, Map<String, String> canaryLabels, Map<String, String> stableLabels) {}

    /**
     * @param routes names of http routes in the VirtualService; other routes are left alone
     * @param host the destinations' host, as it stands in the VirtualService; null for the Deployment's name
     * @param rule the DestinationRule with the subsets; null when the plan does not care for it
     */
    record IstioSettings(
            KubernetesOptions options,
            String virtualService,
            List<String> routes,
            String host,
            String canarySubset,
            String stableSubset,
            Rule rule)
            implements TwoDeployments {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(Kind.VIRTUAL_SERVICE, namespace, virtualService);
        }

        @Override
        public List<Right> rights() {
            List<Right> own = new ArrayList<>(Right.named(Kind.VIRTUAL_SERVICE, virtualService, "get", "update"));
            if (rule != null) {
                own.addAll(Right.named(Subsets.DESTINATION_RULE, rule.name(), "get", "update"));
            }
            return own;
        }

        @Override
        public WeightSplit split(Workloads workloads, String rollout) {
            ObjectRef route = workloads.ref(Kind.VIRTUAL_SERVICE, virtualService);
            String destination = host == null ? workloads.stableName() : host;
            Subsets subsets = rule == null
                    ? null
                    : new Subsets(workloads.cluster(), workloads.ref(Subsets.DESTINATION_RULE, rule.name()), this);
            HttpRoutes weighted = new HttpRoutes(
                    routes, destination, canarySubset, stableSubset, options.baseline() ? BASELINE : null);
            return new VirtualServiceSplit(workloads, route, weighted, subsets);
        }
    }
}

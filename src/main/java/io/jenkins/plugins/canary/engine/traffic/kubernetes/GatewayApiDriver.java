package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Reads {@code gatewayApi: { httpRoute: api, canary: api-canary, stable: api, rules: [main] }}. */
public final class GatewayApiDriver implements RouterDriver {

    private static final String NAME = "gatewayApi";

    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Weights of the backends of an HTTPRoute of the Gateway API.",
            Map.of(
                    "rules",
                    KeyType.of(
                            "list of texts or numbers",
                            Map.of("type", "array", "items", Map.of("type", List.of("string", "integer"))),
                            YamlNode::texts)),
            """
            httpRoute | name  | required, `api-gateway` | The HTTPRoute's name.
            canary    | name  | the canary Deployment's | Service of the canary.
            stable    | name  | the Deployment's | Service of the stable version.
            rules     | rules | every rule that sends to `stable` | Names of the rules to weight, or their indexes from 0.
            """);

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
        KubernetesOptions options = KubernetesOptions.read(settings);
        String route = settings.get("httpRoute");
        String canary = settings.get("canary");
        String stable = settings.get("stable");
        List<String> rules = settings.getOr("rules", List.of());
        return KubernetesOptions.sameVersion(settings, canary, stable, "Service") || route == null
                ? null
                : new GatewayApiSettings(options, route, canary, stable, rules);
    }

    /**
     * @param canary the canary's Service; null for the canary Deployment's name
     * @param stable the stable version's Service; null for the Deployment's name
     * @param rules names of rules, or their indexes from 0; empty for every rule that sends to the stable Service
     */
    private record GatewayApiSettings(
            KubernetesOptions options, String httpRoute, String canary, String stable, List<String> rules)
            implements TwoDeployments {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(Kind.HTTP_ROUTE, namespace, httpRoute);
        }

        @Override
        public List<Right> rights() {
            return Right.withServices(Right.named(Kind.HTTP_ROUTE, httpRoute, "get", "update"));
        }

        @Override
        public WeightSplit split(Workloads workloads, String rollout) {
            RouteRules weighted = new RouteRules(
                    canary == null ? workloads.canaryName() : canary,
                    stable == null ? workloads.stableName() : stable,
                    rules,
                    workloads.namespace());
            return new HttpRouteSplit(workloads, workloads.ref(Kind.HTTP_ROUTE, httpRoute), weighted);
        }
    }

    /** A split by the weights of an HTTPRoute. */
    record HttpRouteSplit(Workloads workloads, ObjectRef route, RouteRules rules) implements WeightSplit {

        /**
         * Rules that disagree (somebody edited one of them) are told, and the largest counts: what is watched is what the
         * canary may do at worst. A backend that a Gateway cannot find only matters while it is meant to get requests.
         */
        @Override
        public Observation read() throws RouterException {
            KubeObject seen = workloads.cluster().get(route);
            Map<String, Weight> weights = rules.weights(seen.tree());
            Weight weight = Collections.max(weights.values());
            RouteStatus status = RouteStatus.of(seen);
            ExtraTraffic extra = extras().read(seen);
            boolean idle = weight.isZero() && extra.isNone();
            boolean agrees = extras().agrees(seen);
            List<String> warnings = new ArrayList<>();
            if (weights.values().stream().distinct().count() > 1) {
                warnings.add("the rules of " + route + " do not agree on the canary's weight: " + weights);
            }
            if (!status.untaken().isEmpty()) {
                warnings.add(status.untaken());
            }
            String detail = agrees ? status.detail(idle) : "not every rule has the cohort or the mirror yet";
            Observation route = Observation.of(weight, agrees && status.settled(idle), detail, warnings)
                    .withExtra(extra);
            return status.unresolved() && !idle
                    ? route.withHealth(new CanaryHealth(CanaryHealth.State.REFUSED, status.problem()))
                    : route;
        }

        @Override
        public void set(Weight weight) throws RouterException {
            set(weight, ExtraTraffic.NONE);
        }

        @Override
        public void set(Weight weight, ExtraTraffic extra) throws RouterException {
            KubeObject after = workloads.cluster().edit(route, seen -> rules.set(seen.tree(), weight)
                    | extras().set(seen, extra));
            Weight mirror = extras().read(after).mirror();
            if (!mirror.equals(extra.mirror())) {
                workloads.cluster().edit(route, seen -> extras().set(seen, ExtraTraffic.NONE));
                throw RouterException.permanent("this cluster's HTTPRoute mirrors " + mirror + " instead of "
                        + extra.mirror() + ": its definition is older than Gateway API 1.3 and drops percent and fraction;"
                        + " update it, or write mirror: 100%");
            }
        }

        private RouteExtras extras() {
            return new RouteExtras(rules);
        }

        @Override
        public RouterException unserved(Track track) throws RouterException {
            String service = track == Track.CANARY ? rules.canary() : rules.stable();
            return workloads.withoutEndpoint(
                    track, service, rules.ports(workloads.cluster().get(route).tree(), service));
        }

        @Override
        public Map<Track, PodSelector> selectors() throws RouterException {
            return workloads.selectors(rules.stable(), rules.canary());
        }
    }
}

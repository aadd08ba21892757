package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
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
            return Right.withServices(Right.on(Kind.HTTP_ROUTE, "get", "update"));
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
            RouteStatus status = RouteStatus.of(seen.tree());
            List<String> warnings = new ArrayList<>();
            if (weights.values().stream().distinct().count() > 1) {
                warnings.add("the rules of " + route + " do not agree on the canary's weight: " + weights);
            }
            if (status.silent()) {
                warnings.add("no Gateway has said anything about " + route + " in its status: nothing shows that the"
                        + " weights are in force");
            }
            boolean settled = status.caughtUp() && (weight.isZero() || !status.unresolved());
            Observation route = Observation.of(weight, settled, status.problem(), warnings);
            return status.unresolved() && !weight.isZero()
                    ? route.withHealth(new CanaryHealth(CanaryHealth.State.REFUSED, status.problem()))
                    : route;
        }

        @Override
        public void set(Weight weight) throws RouterException {
            workloads.cluster().edit(route, seen -> rules.set(seen.tree(), weight));
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

        /**
         * What the Gateways' controllers say of a route.
         *
         * @param caughtUp whether each of them has taken the route as it is now
         * @param problem what one of them does not like, or what it has not done yet; "" when all is well
         * @param unresolved whether one of them could not find a backend: requests for it get a 500
         * @param silent whether no controller has said anything at all
         */
        record RouteStatus(boolean caughtUp, String problem, boolean unresolved, boolean silent) {

            static RouteStatus of(JsonNode route) {
                long generation = route.at("/metadata/generation").asLong();
                JsonNode wanted = route.at("/spec/parentRefs");
                List<JsonNode> parents = new ArrayList<>();
                for (JsonNode parent : route.at("/status/parents")) {
                    if (isNamed(route, wanted, parent.path("parentRef"))) {
                        parents.add(parent);
                    }
                }
                List<String> problems = new ArrayList<>();
                boolean caughtUp = true;
                boolean unresolved = false;
                for (JsonNode ref : wanted) {
                    if (!parents.isEmpty()
                            && parents.stream().noneMatch(p -> isSame(route, ref, p.path("parentRef")))) {
                        caughtUp = false;
                        problems.add("the Gateway " + ref.path("name").asText() + " has not said anything yet");
                    }
                }
                for (JsonNode parent : parents) {
                    String gateway = parent.at("/parentRef/name").asText();
                    for (JsonNode condition : parent.path("conditions")) {
                        String type = condition.path("type").asText();
                        if (!type.equals("Accepted") && !type.equals("ResolvedRefs")) {
                            continue;
                        }
                        if (condition.path("observedGeneration").asLong(generation) < generation) {
                            caughtUp = false;
                            problems.add("the Gateway " + gateway + " has not taken up the last change yet");
                            break;
                        }
                        if (!condition.path("status").asText().equals("True")) {
                            caughtUp &= !type.equals("Accepted");
                            unresolved |= type.equals("ResolvedRefs");
                            problems.add("the Gateway " + gateway + " says " + type + "="
                                    + condition.path("status").asText()
                                    + " (" + condition.path("reason").asText() + "): "
                                    + condition.path("message").asText().replaceAll("\\s+", " "));
                        }
                    }
                }
                return new RouteStatus(caughtUp, String.join("; ", problems), unresolved, parents.isEmpty());
            }

            /** Controllers leave what they said of Gateways that the route does not name any more. */
            private static boolean isNamed(JsonNode route, JsonNode wanted, JsonNode parent) {
                boolean named = wanted.isEmpty();
                for (JsonNode ref : wanted) {
                    named |= isSame(route, ref, parent);
                }
                return named;
            }

            /** What tells one parent from another, with the defaults of ParentReference in the API reference. */
            private static boolean isSame(JsonNode route, JsonNode one, JsonNode other) {
                String home = route.at("/metadata/namespace").asText();
                return one.path("name").equals(other.path("name"))
                        && one.path("namespace")
                                .asText(home)
                                .equals(other.path("namespace").asText(home))
                        && one.path("kind")
                                .asText("Gateway")
                                .equals(other.path("kind").asText("Gateway"))
                        && one.path("sectionName")
                                .asText()
                                .equals(other.path("sectionName").asText())
                        && one.path("port").asInt() == other.path("port").asInt();
            }
        }
    }
}

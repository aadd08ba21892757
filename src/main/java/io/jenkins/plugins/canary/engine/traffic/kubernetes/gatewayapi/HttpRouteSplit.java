package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.WeightSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workloads;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A split by the weights of an HTTPRoute. */
final class HttpRouteSplit implements WeightSplit {

    private final Workloads workloads;
    private final ObjectRef route;
    private final RouteRules rules;

    HttpRouteSplit(Workloads workloads, String route, RouteRules rules) {
        this.workloads = workloads;
        this.route = workloads.ref(Kind.HTTP_ROUTE, route);
        this.rules = rules;
    }

    /**
     * Rules that disagree (somebody edited one of them) are told, and the largest counts: what is watched is what the
     * canary may do at worst. A backend that a Gateway cannot find only matters while it is meant to get requests.
     */
    @Override
    public View read() throws RouterException {
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
        return new View(weight, settled, status.problem(), warnings);
    }

    @Override
    public void set(Weight weight) throws RouterException {
        workloads.cluster().edit(route, seen -> rules.set(seen.tree(), weight));
    }

    @Override
    public void requireReady(Track track) throws RouterException {
        workloads.requireEndpoints(track, track == Track.CANARY ? rules.canary() : rules.stable());
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
            JsonNode parents = route.at("/status/parents");
            List<String> problems = new ArrayList<>();
            boolean caughtUp = true;
            boolean unresolved = false;
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
    }
}

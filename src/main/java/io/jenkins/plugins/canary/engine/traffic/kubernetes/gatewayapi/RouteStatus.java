package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

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
        long generation = route.path("metadata").path("generation").asLong();
        JsonNode parents = route.path("status").path("parents");
        List<String> problems = new ArrayList<>();
        boolean caughtUp = true;
        boolean unresolved = false;
        for (JsonNode parent : parents) {
            String gateway = parent.path("parentRef").path("name").asText();
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

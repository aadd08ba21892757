package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What the Gateways' controllers say of a route of the Gateway API. Only the parents count that the route names:
 * controllers leave what they said of others.
 *
 * @param untaken why one of its parents moves nothing, as none of them has taken the route; "" when each has
 * @param caughtUp whether each that has taken it uses it as it is now
 * @param problem what one of them does not like, or what it has not done yet; "" when all is well
 * @param unresolved whether one of them could not find a backend: requests for it get an error
 */
record RouteStatus(String untaken, boolean caughtUp, String problem, boolean unresolved) {

    static RouteStatus of(KubeObject route) {
        JsonNode refs = route.spec().path("parentRefs");
        Findings found = new Findings(route.generation());
        List<String> silent = new ArrayList<>();
        for (JsonNode ref : refs) {
            boolean spoke = false;
            for (JsonNode parent : route.status().path("parents")) {
                if (isSame(route, ref, parent.path("parentRef"))) {
                    spoke = found.take(named(ref), parent.path("conditions")) || spoke;
                }
            }
            if (!spoke) {
                silent.add(named(ref));
            }
        }
        String untaken = "";
        if (refs.isEmpty()) {
            untaken = route.ref() + " names no Gateway in parentRefs; a weight set there moves nothing";
        } else if (!silent.isEmpty()) {
            untaken = "no controller of " + String.join(" and ", silent) + " has taken " + route.ref()
                    + ": its status says nothing of it; a weight set there moves nothing";
        }
        return new RouteStatus(untaken, found.caughtUp, String.join("; ", found.problems), found.unresolved);
    }

    /**
     * Whether the weight is in force. A parent that has never taken the route sends nothing to the canary, so that nobody
     * has to be waited for at a weight of zero; above, what it is to send is not sent.
     */
    boolean settled(boolean zero) {
        return caughtUp && (zero || untaken.isEmpty() && !unresolved);
    }

    /** Why the weight is not in force; "" when nothing is said. */
    String detail(boolean zero) {
        return zero || untaken.isEmpty() ? problem : problem.isEmpty() ? untaken : untaken + "; " + problem;
    }

    private static final class Findings {

        private final long generation;
        private final List<String> problems = new ArrayList<>();
        private boolean caughtUp = true;
        private boolean unresolved;

        Findings(long generation) {
            this.generation = generation;
        }

        /** @return whether the controller has said anything of whether it uses the route */
        boolean take(String gateway, JsonNode conditions) {
            boolean spoke = false;
            for (JsonNode condition : conditions) {
                String type = condition.path("type").asText();
                if (!type.equals("Accepted") && !type.equals("ResolvedRefs")) {
                    continue;
                }
                boolean accepts = type.equals("Accepted");
                spoke = spoke || accepts;
                if (condition.path("observedGeneration").asLong(generation) < generation) {
                    caughtUp = false;
                    problems.add(gateway + " has not taken up the last change yet");
                    return true;
                }
                String status = condition.path("status").asText();
                if (!status.equals("True")) {
                    caughtUp = caughtUp && !accepts;
                    unresolved = unresolved || !accepts;
                    problems.add(gateway + " says " + type + "=" + status + " ("
                            + condition.path("reason").asText() + "): "
                            + condition.path("message").asText().replaceAll("\\s+", " "));
                }
            }
            return spoke;
        }
    }

    /** {@code the Gateway infra/edge (https)}. */
    private static String named(JsonNode ref) {
        String namespace = ref.path("namespace").asText();
        String section = ref.path("sectionName").asText();
        return "the " + ref.path("kind").asText("Gateway") + " " + (namespace.isEmpty() ? "" : namespace + "/")
                + ref.path("name").asText() + (section.isEmpty() ? "" : " (" + section + ")");
    }

    /** What tells one parent from another, with the defaults of ParentReference in the API reference. */
    private static boolean isSame(KubeObject route, JsonNode one, JsonNode other) {
        return same(one, other, "name", "")
                && same(one, other, "namespace", route.ref().namespace())
                && same(one, other, "kind", "Gateway")
                && same(one, other, "group", route.ref().kind().group())
                && same(one, other, "sectionName", "")
                && same(one, other, "port", "");
    }

    private static boolean same(JsonNode one, JsonNode other, String field, String otherwise) {
        return one.path(field).asText(otherwise).equals(other.path(field).asText(otherwise));
    }
}

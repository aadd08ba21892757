package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A cohort in an IngressRoute of Traefik: beside each route that leads to the weighted TraefikService one that only the
 * cohort's requests match, that leads to the canary's Service alone, and whose priority is one higher.
 *
 * @param traefikService the weighted one
 */
record IngressRouteCohort(String traefikService, WeightedServices weighted) {

    /** What our routes' rules go on with after those of the routes beside them. */
    private static final String AND = ") && (Header";

    List<RequestMatch> read(KubeObject ingressRoute) {
        return ours(ingressRoute).isEmpty() ? List.of() : Cohort.of(ingressRoute);
    }

    /** Whether every route that leads to the TraefikService has the cohort beside it, or none has. */
    boolean agrees(KubeObject ingressRoute) {
        return ours(ingressRoute).size()
                == (Cohort.of(ingressRoute).isEmpty()
                        ? 0
                        : leading(ingressRoute).size());
    }

    /**
     * False when it is so already.
     *
     * @param entry of the canary in the TraefikService
     */
    boolean set(KubeObject ingressRoute, List<RequestMatch> cohort, ObjectNode entry) throws RouterException {
        List<ObjectNode> leading = leading(ingressRoute);
        if (leading.isEmpty()) {
            throw RouterException.permanent("no route of " + ingressRoute.ref() + " leads to the TraefikService "
                    + traefikService + "; name the IngressRoute that does");
        }
        if (agrees(ingressRoute) && read(ingressRoute).equals(cohort)) {
            return false;
        }
        ArrayNode routes = (ArrayNode) ingressRoute.spec().path("routes");
        List<JsonNode> kept = new ArrayList<>();
        routes.forEach(kept::add);
        kept.removeAll(ours(ingressRoute));
        if (!cohort.isEmpty()) {
            for (ObjectNode route : leading) {
                kept.add(copy(route, cohort, entry));
            }
        }
        routes.removeAll();
        kept.forEach(routes::add);
        Cohort.note(ingressRoute, cohort);
        return true;
    }

    private List<ObjectNode> leading(KubeObject ingressRoute) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode route : ingressRoute.spec().path("routes")) {
            for (JsonNode service : route.path("services")) {
                if (service.path("kind").asText().equals(TraefikDriver.TRAEFIK_SERVICE.name())
                        && service.path("name").asText().equals(traefikService)
                        && service.path("namespace")
                                .asText(weighted.namespace())
                                .equals(weighted.namespace())) {
                    found.add((ObjectNode) route);
                    break;
                }
            }
        }
        return found;
    }

    /** Told by their rules and where they lead, so that an annotation that somebody took away hides none of them. */
    private List<JsonNode> ours(KubeObject ingressRoute) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode route : ingressRoute.spec().path("routes")) {
            boolean toCanary = route.path("services").size() == 1
                    && weighted.isCanary(route.path("services").get(0));
            if (toCanary && leading(ingressRoute).stream().anyMatch(other -> goesOn(route, other))) {
                found.add(route);
            }
        }
        return found;
    }

    private static boolean goesOn(JsonNode route, JsonNode other) {
        return route.path("match").asText().startsWith("(" + other.path("match").asText() + AND);
    }

    /** A route without a priority has its rule's length as one (Traefik's rules and priority). */
    private static ObjectNode copy(ObjectNode route, List<RequestMatch> cohort, ObjectNode entry)
            throws RouterException {
        String rule = route.path("match").asText();
        if (route.path("syntax").asText().equals("v2")) {
            throw RouterException.permanent("a route is written in the syntax v2 of Traefik's rules, in which a cohort"
                    + " cannot be told; write it in the syntax v3");
        }
        List<String> matchers = new ArrayList<>();
        for (RequestMatch wanted : cohort) {
            matchers.add(
                    wanted.kind() == RequestMatch.Kind.HEADER
                            ? "Header(" + quoted(wanted.name()) + ", " + quoted(wanted.value()) + ")"
                            : "HeaderRegexp(`Cookie`, " + quoted(wanted.cookiePattern()) + ")");
        }
        ObjectNode copy = route.deepCopy();
        copy.put("match", "(" + rule + ") && (" + matchers.stream().collect(Collectors.joining(" || ")) + ")");
        int priority = route.path("priority").asInt();
        copy.put("priority", (priority > 0 ? priority : rule.length()) + 1);
        copy.putArray("services").add(entry);
        return copy;
    }

    private static String quoted(String text) throws RouterException {
        if (text.contains("`")) {
            throw RouterException.permanent("Traefik's rules cannot tell a header with ` in it; choose another value");
        }
        return "`" + text + "`";
    }
}

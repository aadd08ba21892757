package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a VirtualService gives the canary beside the weights of its routes: before each of them a route of a name of our own
 * that only the cohort's requests match and that leads to the canary's subset alone, since the first route that matches is
 * taken; and a mirror to that subset.
 */
record VirtualServiceExtras(HttpRoutes weighted) {

    private static final String OURS = "canary-release-cohort-";

    /** The most of it that is there; {@link #agrees} tells whether every weighted route has it. */
    ExtraTraffic read(KubeObject virtualService) {
        Weight mirror = Weight.ZERO;
        for (JsonNode route : named(virtualService)) {
            Weight share = mirrored(route);
            mirror = share.compareTo(mirror) > 0 ? share : mirror;
        }
        return new ExtraTraffic(copies(virtualService) == 0 ? List.of() : Cohort.of(virtualService), mirror);
    }

    boolean agrees(KubeObject virtualService) {
        List<ObjectNode> routes = named(virtualService);
        return copies(virtualService) == (Cohort.of(virtualService).isEmpty() ? 0 : routes.size())
                && routes.stream().map(this::mirrored).distinct().count() <= 1;
    }

    /** False when it is so already. */
    boolean set(KubeObject virtualService, ExtraTraffic extra) throws RouterException {
        if (agrees(virtualService) && read(virtualService).equals(extra)) {
            return false;
        }
        ArrayNode all = (ArrayNode) virtualService.spec().path("http");
        for (int i = all.size() - 1; i >= 0; i--) {
            ObjectNode route = (ObjectNode) all.get(i);
            if (isOurs(route)) {
                all.remove(i);
            } else if (weighted.names().contains(route.path("name").asText())) {
                mirror(route, extra.mirror());
                if (!extra.match().isEmpty()) {
                    all.insert(i, copy(route, extra.match()));
                }
            }
        }
        Cohort.note(virtualService, extra.match());
        return true;
    }

    private List<ObjectNode> named(KubeObject virtualService) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode route : virtualService.spec().path("http")) {
            if (weighted.names().contains(route.path("name").asText())) {
                found.add((ObjectNode) route);
            }
        }
        return found;
    }

    private static long copies(KubeObject virtualService) {
        long found = 0;
        for (JsonNode route : virtualService.spec().path("http")) {
            found += isOurs(route) ? 1 : 0;
        }
        return found;
    }

    private static boolean isOurs(JsonNode route) {
        return route.path("name").asText().startsWith(OURS);
    }

    private ObjectNode copy(ObjectNode route, List<RequestMatch> cohort) throws RouterException {
        ObjectNode copy = route.deepCopy();
        copy.put("name", OURS + route.path("name").asText());
        copy.remove(List.of("mirror", "mirrorPercentage"));
        List<JsonNode> matches = new ArrayList<>();
        route.path("match").forEach(matches::add);
        if (matches.isEmpty()) {
            matches.add(Cluster.JSON.createObjectNode());
        }
        ArrayNode narrowed = copy.putArray("match");
        for (JsonNode match : matches) {
            for (RequestMatch wanted : cohort) {
                narrowed.add(narrowed(match, wanted));
            }
        }
        ObjectNode to = weighted.canaryDestination(route);
        to.remove("weight");
        copy.putArray("route").add(to);
        return copy;
    }

    private static ObjectNode narrowed(JsonNode match, RequestMatch wanted) throws RouterException {
        ObjectNode one = match.deepCopy();
        boolean cookie = wanted.kind() == RequestMatch.Kind.COOKIE;
        String header = cookie ? "cookie" : wanted.name().toLowerCase(Locale.ROOT);
        ObjectNode headers = one.withObject("/headers");
        if (headers.has(header)) {
            throw RouterException.permanent("a route matches by the header " + header
                    + " already, so the cohort cannot be told by it; choose another header");
        }
        headers.putObject(header).put(cookie ? "regex" : "exact", cookie ? wanted.cookiePattern() : wanted.value());
        return one;
    }

    private void mirror(ObjectNode route, Weight share) throws RouterException {
        if (isMirrored(route)) {
            route.remove(List.of("mirror", "mirrorPercentage"));
        }
        if (share.isZero()) {
            return;
        }
        if (route.has("mirror") || route.has("mirrors")) {
            throw RouterException.permanent("route " + route.path("name").asText()
                    + " mirrors to another destination already; remove that, or leave the phase with mirror out");
        }
        route.set("mirror", weighted.canaryDestination(route).path("destination"));
        route.putObject("mirrorPercentage").put("value", share.percent());
    }

    private boolean isMirrored(JsonNode route) {
        return route.at("/mirror/host").asText().equals(weighted.host())
                && route.at("/mirror/subset").asText().equals(weighted.canary());
    }

    private Weight mirrored(JsonNode route) {
        return isMirrored(route)
                ? WeightShares.read(
                        Math.round(10 * route.at("/mirrorPercentage/value").asDouble(100)), 1000)
                : Weight.ZERO;
    }
}

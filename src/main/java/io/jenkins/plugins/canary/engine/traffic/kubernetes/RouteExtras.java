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
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * What the rules of an HTTPRoute give the canary beside their weights: for each weighted rule a copy that only the cohort's
 * requests match and that sends to the canary alone, and a RequestMirror filter. The copies stand at the end, so that no
 * index of a rule changes: a request goes to the rule with more matching headers, wherever it stands.
 */
record RouteExtras(RouteRules weighted) {

    private static final String MIRROR = "RequestMirror";

    /** The most of it that is there; {@link #agrees} tells whether every weighted rule has it. */
    ExtraTraffic read(KubeObject route) throws RouterException {
        Weight mirror = Weight.ZERO;
        for (ObjectNode rule : rules(route)) {
            Weight share = mirrored(rule);
            mirror = share.compareTo(mirror) > 0 ? share : mirror;
        }
        List<RequestMatch> cohort = Cohort.of(route);
        return new ExtraTraffic(copies(route, cohort) == 0 ? List.of() : cohort, mirror);
    }

    boolean agrees(KubeObject route) throws RouterException {
        Collection<ObjectNode> rules = rules(route);
        List<RequestMatch> cohort = Cohort.of(route);
        return copies(route, cohort) == (cohort.isEmpty() ? 0 : rules.size())
                && rules.stream().map(this::mirrored).distinct().count() == 1;
    }

    /** False when it is so already. */
    boolean set(KubeObject route, ExtraTraffic extra) throws RouterException {
        if (agrees(route) && read(route).equals(extra)) {
            return false;
        }
        remove(route);
        ArrayNode all = (ArrayNode) route.spec().path("rules");
        for (ObjectNode rule : List.copyOf(rules(route))) {
            if (!extra.match().isEmpty()) {
                all.add(copy(rule, extra.match()));
            }
            if (!extra.mirror().isZero()) {
                mirror(rule, extra.mirror());
            }
        }
        Cohort.note(route, extra.match());
        return true;
    }

    private void remove(KubeObject route) throws RouterException {
        List<RequestMatch> cohort = Cohort.of(route);
        removeIf(route.spec().path("rules"), rule -> isCopy(rule, cohort));
        for (ObjectNode rule : rules(route)) {
            removeIf(rule.path("filters"), this::isMirror);
            if (rule.path("filters").isEmpty()) {
                rule.remove("filters");
            }
        }
    }

    private static void removeIf(JsonNode list, java.util.function.Predicate<JsonNode> unwanted) {
        for (Iterator<JsonNode> items = list.elements(); items.hasNext(); ) {
            if (unwanted.test(items.next())) {
                items.remove();
            }
        }
    }

    private Collection<ObjectNode> rules(KubeObject route) throws RouterException {
        return weighted.rules(route).values();
    }

    private long copies(KubeObject route, List<RequestMatch> cohort) {
        long found = 0;
        for (JsonNode rule : route.spec().path("rules")) {
            found += isCopy(rule, cohort) ? 1 : 0;
        }
        return found;
    }

    /** Whether a rule is for the cohort and the canary alone. */
    private boolean isCopy(JsonNode rule, List<RequestMatch> cohort) {
        JsonNode refs = rule.path("backendRefs");
        boolean only = refs.size() == 1 && weighted.isService(refs.get(0), weighted.canary());
        for (JsonNode match : rule.path("matches")) {
            only &= cohort.stream().anyMatch(wanted -> hasHeader(match, condition(wanted)));
        }
        return only && !rule.path("matches").isEmpty();
    }

    private static boolean hasHeader(JsonNode match, ObjectNode condition) {
        for (JsonNode header : match.path("headers")) {
            if (header.path("name").equals(condition.path("name"))
                    && header.path("value").equals(condition.path("value"))) {
                return true;
            }
        }
        return false;
    }

    private ObjectNode copy(ObjectNode rule, List<RequestMatch> cohort) throws RouterException {
        ObjectNode copy = rule.deepCopy();
        copy.remove(List.of("name", "sessionPersistence"));
        List<JsonNode> matches = new ArrayList<>();
        rule.path("matches").forEach(matches::add);
        if (matches.isEmpty()) {
            ObjectNode any = Cluster.JSON.createObjectNode();
            any.putObject("path").put("type", "PathPrefix").put("value", "/");
            matches.add(any);
        }
        ArrayNode narrowed = copy.putArray("matches");
        for (JsonNode match : matches) {
            for (RequestMatch wanted : cohort) {
                ObjectNode one = match.deepCopy();
                one.withArray("/headers").add(condition(wanted));
                narrowed.add(one);
            }
        }
        copy.putArray("backendRefs").add(weighted.canaryRef(rule).put("weight", 1));
        return copy;
    }

    private static ObjectNode condition(RequestMatch match) {
        boolean cookie = match.kind() == RequestMatch.Kind.COOKIE;
        return Cluster.JSON
                .createObjectNode()
                .put("type", cookie ? "RegularExpression" : "Exact")
                .put("name", cookie ? "Cookie" : match.name())
                .put("value", cookie ? match.cookiePattern() : match.value());
    }

    private void mirror(ObjectNode rule, Weight share) throws RouterException {
        ObjectNode ref = weighted.canaryRef(rule);
        ref.remove(List.of("weight", "filters"));
        ObjectNode mirror =
                rule.withArray("/filters").addObject().put("type", MIRROR).putObject("requestMirror");
        mirror.set("backendRef", ref);
        if (share.equals(Weight.FULL)) {
            return; // as every version of the API reads it
        }
        if (share.tenths() % 10 == 0) {
            mirror.put("percent", share.tenths() / 10);
        } else {
            mirror.putObject("fraction").put("numerator", share.tenths()).put("denominator", 1000);
        }
    }

    private boolean isMirror(JsonNode filter) {
        return filter.path("type").asText().equals(MIRROR)
                && weighted.isService(filter.at("/requestMirror/backendRef"), weighted.canary());
    }

    private Weight mirrored(JsonNode rule) {
        for (JsonNode filter : rule.path("filters")) {
            if (isMirror(filter)) {
                JsonNode mirror = filter.path("requestMirror");
                if (mirror.has("fraction")) {
                    return WeightShares.read(
                            mirror.at("/fraction/numerator").asLong(),
                            Math.max(1, mirror.at("/fraction/denominator").asLong(100)));
                }
                return WeightShares.read(mirror.path("percent").asLong(100), 100);
            }
        }
        return Weight.ZERO;
    }
}

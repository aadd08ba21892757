package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of the subsets of one host in named http routes of a VirtualService.
 *
 * @param names the routes; each must be there
 * @param baseline null where the plan has none
 */
record HttpRoutes(List<String> names, String host, String canary, String stable, String baseline) {

    HttpRoutes {
        names = List.copyOf(names);
    }

    Map<String, TrafficSplit> splits(JsonNode virtualService) throws RouterException {
        Map<String, TrafficSplit> splits = new LinkedHashMap<>();
        for (Map.Entry<String, ArrayNode> route : routes(virtualService).entrySet()) {
            splits.put(route.getKey(), split(route.getKey(), route.getValue()));
        }
        return splits;
    }

    /**
     * A single destination gets everything whatever its weight; one of several without a weight gets nothing
     * (HTTPRouteDestination in the Istio reference).
     */
    private TrafficSplit split(String name, ArrayNode destinations) throws RouterException {
        long toCanary = 0;
        long toBaseline = 0;
        long total = 0;
        for (JsonNode destination : destinations) {
            long weight =
                    destinations.size() == 1 ? 100 : destination.path("weight").asLong();
            total += weight;
            if (is(destination, canary)) {
                toCanary += weight;
            } else if (baseline != null && is(destination, baseline)) {
                toBaseline += weight;
            } else if (!is(destination, stable) && weight > 0) {
                throw RouterException.permanent("route " + name + " also sends to "
                        + destination.path("destination").path("host").asText() + " "
                        + destination.path("destination").path("subset").asText()
                        + ", so a weight between " + canary + " and " + stable + " would not be what users see");
            }
        }
        if (total == 0) {
            throw RouterException.permanent("route " + name + " gives every destination the weight 0");
        }
        return TrafficSplit.read(toCanary, toBaseline, total);
    }

    /** Puts the split into every route, or the route back as it was; false when that is so already. */
    boolean set(KubeObject virtualService, TrafficSplit wanted) throws RouterException {
        WeightsBefore before = WeightsBefore.of(virtualService);
        boolean changed = false;
        for (Map.Entry<String, ArrayNode> route : routes(virtualService.tree()).entrySet()) {
            ArrayNode destinations = route.getValue();
            TrafficSplit now = split(route.getKey(), destinations);
            WeightsBefore.Entries entries = new WeightsBefore.Entries(
                    destinations,
                    destination(destinations, stable),
                    entry(destinations, canary),
                    baseline == null ? null : entry(destinations, baseline));
            if (entries.stable() == null && !now.equals(wanted)) {
                throw RouterException.permanent("route " + route.getKey() + " has no destination with the host " + host
                        + " and the subset " + stable);
            }
            changed |= entries.stable() != null && before.set(route.getKey(), entries, now, wanted);
        }
        if (changed) {
            before.write(virtualService);
        }
        return changed;
    }

    /** A subset's entry: what is there, and else a copy of the stable one with the subset. */
    private WeightsBefore.Entry entry(ArrayNode destinations, String subset) {
        ObjectNode there = destination(destinations, subset);
        ObjectNode stableOne = destination(destinations, stable);
        ObjectNode made = stableOne == null ? null : stableOne.deepCopy();
        if (made != null) {
            made.withObject("/destination").put("subset", subset);
        }
        return new WeightsBefore.Entry(there, made);
    }

    /** Whether any route at all leads to a subset, even with no weight. */
    boolean name(JsonNode virtualService, String subset) {
        for (JsonNode route : virtualService.path("spec").path("http")) {
            for (JsonNode destination : route.path("route")) {
                if (is(destination, subset)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The canary as a destination of this route: a copy of what is there, else of the stable one with the canary's subset. */
    ObjectNode canaryDestination(JsonNode route) throws RouterException {
        WeightsBefore.Entry entry = entry((ArrayNode) route.path("route"), canary);
        return entry.there() != null ? entry.there().deepCopy() : entry.made();
    }

    private Map<String, ArrayNode> routes(JsonNode virtualService) throws RouterException {
        Map<String, ArrayNode> found = new LinkedHashMap<>();
        List<String> all = new ArrayList<>();
        for (JsonNode route : virtualService.path("spec").path("http")) {
            String name = route.path("name").asText("(unnamed)");
            all.add(name);
            if (names.contains(name)) {
                if (!(route.path("route") instanceof ArrayNode destinations)
                        || (destination(destinations, stable) == null && destination(destinations, canary) == null)) {
                    throw RouterException.permanent("route " + name + " sends neither to the subset " + stable
                            + " nor to " + canary + " of the host " + host);
                }
                if (found.put(name, destinations) != null) {
                    throw RouterException.permanent("two http routes of the VirtualService are named " + name
                            + ", and only one of them would be shifted; give each a name of its own");
                }
            }
        }
        if (!found.keySet().containsAll(names)) {
            throw RouterException.permanent(
                    "the VirtualService has the http routes " + all + ", and the plan names " + names);
        }
        return found;
    }

    private ObjectNode destination(ArrayNode destinations, String subset) {
        for (JsonNode destination : destinations) {
            if (is(destination, subset)) {
                return (ObjectNode) destination;
            }
        }
        return null;
    }

    private boolean is(JsonNode destination, String subset) {
        JsonNode to = destination.path("destination");
        return to.path("host").asText().equals(host)
                && to.path("subset").asText().equals(subset);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The weights of the Services in the rules of a route of the Gateway API. The lists of rules and of backendRefs are atomic (whoever
 * writes one writes all of it), so they are changed in place, in a tree that holds everything that was read.
 *
 * @param wanted names or indexes of rules; empty for every rule that sends to the stable Service
 * @param ref the route
 * @param baseline null where the plan has none
 * @param namespace of the Services: a Service of the same name elsewhere is another one
 */
record RouteRules(ObjectRef ref, String canary, String stable, String baseline, List<String> wanted, String namespace) {

    /** A weight that is not given is 1 (BackendRef in the Gateway API reference). */
    private static final int DEFAULT_WEIGHT = 1;

    /** The shares by rule, as people find the rule: its name, or its index. */
    Map<String, TrafficSplit> splits(KubeObject route) throws RouterException {
        Map<String, TrafficSplit> splits = new LinkedHashMap<>();
        for (Map.Entry<String, ObjectNode> rule : rules(route).entrySet()) {
            refuseOthers(rule);
            splits.put(rule.getKey(), split(rule));
        }
        return splits;
    }

    private TrafficSplit split(Map.Entry<String, ObjectNode> rule) throws RouterException {
        long toCanary = weightOf(backend(rule.getValue(), canary));
        long toBaseline = baseline == null ? 0 : weightOf(backend(rule.getValue(), baseline));
        long total = toCanary + toBaseline + weight(stableBackend(rule));
        if (total == 0) {
            throw RouterException.permanent("rule " + rule.getKey() + " gives both Services the weight 0:"
                    + " every request there fails; give " + stable + " a weight");
        }
        return TrafficSplit.read(toCanary, toBaseline, total);
    }

    private static long weightOf(ObjectNode ref) {
        return ref == null ? 0 : weight(ref);
    }

    /** Why the share that the versions see is not the weight, by what the weighted rules say beside their backends. */
    List<String> warnings(KubeObject route) throws RouterException {
        List<String> warnings = new ArrayList<>();
        for (Map.Entry<String, ObjectNode> rule : rules(route).entrySet()) {
            String which = "rule " + rule.getKey() + " of " + ref;
            if (rule.getValue().path("sessionPersistence").isObject()) {
                warnings.add(
                        which + " has sessionPersistence: users stay with the version that they met first, so the share"
                                + " of the requests follows the weight late");
            }
            if (redirects(rule.getValue())) {
                warnings.add(
                        which + " redirects requests (RequestRedirect) before a version answers them, so the share that"
                                + " each version sees is not the weight");
            }
        }
        return warnings;
    }

    /** By a filter of its own, or of one of its backends. */
    private static boolean redirects(JsonNode rule) {
        return Stream.concat(
                        Stream.of(rule),
                        StreamSupport.stream(rule.path("backendRefs").spliterator(), false))
                .flatMap(one -> StreamSupport.stream(one.path("filters").spliterator(), false))
                .anyMatch(filter -> filter.path("type").asText().equals("RequestRedirect"));
    }

    /** Puts the split into every rule, or the rule back as it was; false when that is so already. */
    boolean set(KubeObject route, TrafficSplit wanted) throws RouterException {
        WeightsBefore before = WeightsBefore.of(route);
        boolean changed = false;
        for (Map.Entry<String, ObjectNode> rule : rules(route).entrySet()) {
            refuseOthers(rule);
            changed |= before.set(rule.getKey(), entries(rule), split(rule), wanted);
        }
        if (changed) {
            before.write(route);
        }
        return changed;
    }

    private WeightsBefore.Entries entries(Map.Entry<String, ObjectNode> rule) throws RouterException {
        return new WeightsBefore.Entries(
                (ArrayNode) rule.getValue().path("backendRefs"),
                stableBackend(rule),
                entry(rule.getValue(), canary),
                baseline == null ? null : entry(rule.getValue(), baseline));
    }

    /** The weighted rules. */
    Map<String, ObjectNode> rules(KubeObject route) throws RouterException {
        Map<String, ObjectNode> found = new LinkedHashMap<>();
        List<String> all = new ArrayList<>();
        int index = 0;
        for (JsonNode rule : route.spec().path("rules")) {
            String name = rule.path("name").asText("");
            String at = String.valueOf(index++);
            all.add(name.isEmpty() ? at : name);
            boolean meant = wanted.isEmpty()
                    ? backend(rule, stable) != null
                    : wanted.contains(at) || (!name.isEmpty() && wanted.contains(name));
            if (meant) {
                found.put(name.isEmpty() ? at : name, (ObjectNode) rule);
            }
        }
        if (found.size() < Math.max(1, wanted.size())) {
            throw RouterException.permanent(
                    wanted.isEmpty()
                            ? "no rule of " + ref + " sends to the Service " + stable
                            : ref + " has the rules " + all + ", and the plan names " + wanted);
        }
        return found;
    }

    private WeightsBefore.Entry entry(ObjectNode rule, String service) throws RouterException {
        return new WeightsBefore.Entry(
                backend(rule, service), backend(rule, stable).deepCopy().put("name", service));
    }

    /** The canary as a backend of this rule: a copy of what is there, else of the stable one with the canary's name. */
    ObjectNode canaryRef(ObjectNode rule) throws RouterException {
        WeightsBefore.Entry entry = entry(rule, canary);
        return entry.there() != null ? entry.there().deepCopy() : entry.made();
    }

    private ObjectNode stableBackend(Map.Entry<String, ObjectNode> rule) throws RouterException {
        ObjectNode ref = backend(rule.getValue(), stable);
        if (ref == null) {
            throw RouterException.permanent("rule " + rule.getKey() + " does not send to the Service " + stable);
        }
        return ref;
    }

    /** A share of "the requests of this rule" would not be true of a rule with a third party in it. */
    private void refuseOthers(Map.Entry<String, ObjectNode> rule) throws RouterException {
        for (JsonNode other : rule.getValue().path("backendRefs")) {
            boolean ours = isService(other, canary)
                    || isService(other, stable)
                    || baseline != null && isService(other, baseline);
            if (!ours && weight(other) > 0) {
                String at = namespace(other);
                throw RouterException.permanent("rule " + rule.getKey() + " also sends to "
                        + (at.equals(namespace) ? "" : at + "/")
                        + other.path("name").asText()
                        + ", so a weight between " + canary + " and " + stable + " would not be what users see;"
                        + " give it the weight 0, or name another rule");
            }
        }
    }

    /** @throws RouterException when a rule names the Service twice: it is not known which of the two is meant */
    private ObjectNode backend(JsonNode rule, String service) throws RouterException {
        ObjectNode found = null;
        for (JsonNode one : rule.path("backendRefs")) {
            if (isService(one, service)) {
                if (found != null) {
                    throw RouterException.permanent("a rule of the route sends to the Service " + service
                            + " twice (ports " + found.path("port").asText() + " and "
                            + one.path("port").asText() + "); keep one of the two backendRefs");
                }
                found = (ObjectNode) one;
            }
        }
        return found;
    }

    boolean isService(JsonNode backend, String service) {
        return backend.path("name").asText().equals(service)
                && namespace(backend).equals(namespace)
                && backend.path("kind").asText("Service").equals("Service")
                && backend.path("group").asText("").isEmpty();
    }

    /** A backend without a namespace is beside the route (BackendRef in the Gateway API reference). */
    private String namespace(JsonNode backend) {
        return backend.path("namespace").asText(ref.namespace());
    }

    /** The ports that the rules send to, or will, of one of the Services. */
    Set<String> ports(KubeObject route, String service) throws RouterException {
        Set<String> ports = new TreeSet<>();
        for (ObjectNode rule : rules(route).values()) {
            JsonNode ref = backend(rule, service);
            ports.add((ref == null ? backend(rule, stable) : ref).path("port").asText());
        }
        return ports;
    }

    private static long weight(JsonNode ref) {
        return ref.path("weight").asLong(DEFAULT_WEIGHT);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The weights of two Services in the rules of one HTTPRoute. The lists of rules and of backendRefs are atomic (whoever
 * writes one writes all of it), so they are changed in place, in a tree that holds everything that was read.
 *
 * @param wanted names or indexes of rules; empty for every rule that sends to the stable Service
 * @param namespace of both Services and the route: a Service of the same name elsewhere is another one
 */
record RouteRules(String canary, String stable, List<String> wanted, String namespace) {

    /** A weight that is not given is 1 (BackendRef in the Gateway API reference). */
    private static final int DEFAULT_WEIGHT = 1;

    /** The canary's share by rule, as people find the rule: its name, or its index. */
    Map<String, Weight> weights(JsonNode route) throws RouterException {
        Map<String, Weight> weights = new LinkedHashMap<>();
        for (Map.Entry<String, ObjectNode> rule : rules(route).entrySet()) {
            JsonNode canaryRef = backend(rule.getValue(), canary);
            JsonNode stableRef = stableBackend(rule);
            refuseOthers(rule);
            long to = canaryRef == null ? 0 : weight(canaryRef);
            long other = weight(stableRef);
            if (to + other == 0) {
                throw RouterException.permanent("rule " + rule.getKey() + " gives both Services the weight 0:"
                        + " every request there fails; give " + stable + " a weight");
            }
            weights.put(rule.getKey(), WeightShares.read(to, to + other));
        }
        return weights;
    }

    /** Puts the weight into every rule; false when it is there already. */
    boolean set(ObjectNode route, Weight weight) throws RouterException {
        boolean changed = false;
        WeightShares shares = WeightShares.of(weight);
        for (Map.Entry<String, ObjectNode> rule : rules(route).entrySet()) {
            refuseOthers(rule);
            ObjectNode stableRef = stableBackend(rule);
            ObjectNode canaryRef = backend(rule.getValue(), canary);
            Weight now = canaryRef == null ? Weight.ZERO : weights(route).get(rule.getKey());
            if (now.equals(weight)) {
                continue;
            }
            if (canaryRef == null) {
                canaryRef = canaryRef(rule.getValue());
                ((ArrayNode) rule.getValue().get("backendRefs")).add(canaryRef);
            }
            canaryRef.put("weight", shares.canary());
            stableRef.put("weight", shares.stable());
            changed = true;
        }
        return changed;
    }

    /** The weighted rules. */
    Map<String, ObjectNode> rules(JsonNode route) throws RouterException {
        Map<String, ObjectNode> found = new LinkedHashMap<>();
        List<String> all = new ArrayList<>();
        int index = 0;
        for (JsonNode rule : route.path("spec").path("rules")) {
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
                            ? "no rule of the HTTPRoute sends to the Service " + stable
                            : "the HTTPRoute has the rules " + all + ", and the plan names " + wanted);
        }
        return found;
    }

    /** The canary as a backend of this rule: a copy of what is there, else of the stable one with the canary's name. */
    ObjectNode canaryRef(ObjectNode rule) throws RouterException {
        ObjectNode there = backend(rule, canary);
        return there != null
                ? there.deepCopy()
                : backend(rule, stable).deepCopy().put("name", canary);
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
        for (JsonNode ref : rule.getValue().path("backendRefs")) {
            if (!isService(ref, canary) && !isService(ref, stable) && weight(ref) > 0) {
                String at = ref.path("namespace").asText(namespace);
                throw RouterException.permanent("rule " + rule.getKey() + " also sends to "
                        + (at.equals(namespace) ? "" : at + "/")
                        + ref.path("name").asText()
                        + ", so a weight between " + canary + " and " + stable + " would not be what users see;"
                        + " give it the weight 0, or name another rule");
            }
        }
    }

    /** @throws RouterException when a rule names the Service twice: it is not known which of the two is meant */
    private ObjectNode backend(JsonNode rule, String service) throws RouterException {
        ObjectNode found = null;
        for (JsonNode ref : rule.path("backendRefs")) {
            if (isService(ref, service)) {
                if (found != null) {
                    throw RouterException.permanent("a rule of the HTTPRoute sends to the Service " + service
                            + " twice (ports " + found.path("port").asText() + " and "
                            + ref.path("port").asText() + "); keep one of the two backendRefs");
                }
                found = (ObjectNode) ref;
            }
        }
        return found;
    }

    boolean isService(JsonNode ref, String service) {
        return ref.path("name").asText().equals(service)
                && ref.path("namespace").asText(namespace).equals(namespace)
                && ref.path("kind").asText("Service").equals("Service")
                && ref.path("group").asText("").isEmpty();
    }

    /** The ports that the rules send to, or will, of one of the two Services. */
    Set<String> ports(JsonNode route, String service) throws RouterException {
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

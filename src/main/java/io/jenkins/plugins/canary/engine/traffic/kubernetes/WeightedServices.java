package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;

/**
 * The weights of the Services in {@code spec.weighted.services} of a TraefikService. A canary that gets nothing has no
 * entry.
 *
 * @param baseline null where the plan has none
 * @param namespace of the TraefikService and the Services: a Service of the same name elsewhere is another one
 */
record WeightedServices(String canary, String stable, String baseline, String namespace) {

    /** Holds what there was before the canary got requests. */
    private static final String BEFORE = "canary-release.jenkins.io/services-before";

    /** A weight that is not given is 1 (WeightedRoundRobin in Traefik's Kubernetes provider). */
    private static final int DEFAULT_WEIGHT = 1;

    /**
     * What there was before the canary got requests.
     *
     * @param stableWeight null for none
     * @param canary its entry; null for none
     */
    record Before(Integer stableWeight, ObjectNode canary) {

        static Before of(ObjectNode stable, ObjectNode canary) {
            int weight = stable.path("weight").asInt();
            return new Before(weight > 0 ? weight : null, canary == null ? null : canary.deepCopy());
        }
    }

    /** The cookie that ties clients to one of the Services; "" for one without a name, null for none. */
    static String cookie(JsonNode traefikService) {
        JsonNode cookie = traefikService.at("/spec/weighted/sticky/cookie");
        return cookie.isObject() ? cookie.path("name").asText() : null;
    }

    TrafficSplit split(JsonNode traefikService) throws RouterException {
        ArrayNode services = services(traefikService);
        refuseOthers(services);
        long toCanary = weightOf(services, canary);
        long toBaseline = baseline == null ? 0 : weightOf(services, baseline);
        long total = toCanary + toBaseline + weightOf(stableEntry(services));
        if (total == 0) {
            throw RouterException.permanent("the TraefikService gives both Services the weight 0:"
                    + " every request there fails; give " + stable + " a weight");
        }
        return TrafficSplit.read(toCanary, toBaseline, total);
    }

    private long weightOf(ArrayNode services, String service) throws RouterException {
        ObjectNode entry = entry(services, service);
        return entry == null ? 0 : weightOf(entry);
    }

    /** Puts the split in place; false when it is there already. */
    boolean set(KubeObject traefikService, TrafficSplit wanted) throws RouterException {
        ArrayNode services = services(traefikService.tree());
        ObjectNode entry = entry(services, canary);
        ObjectNode third = baseline == null ? null : entry(services, baseline);
        boolean nothing = wanted.canary().isZero();
        boolean idle = third != null && wanted.baseline().isZero();
        if (split(traefikService.tree()).equals(wanted) && !idle && (entry == null || !nothing)) {
            return false;
        }
        ObjectNode stableOne = stableEntry(services);
        Before recorded = traefikService.annotation(BEFORE, Before.class);
        Before before = recorded == null ? Before.of(stableOne, entry) : recorded;
        if (idle) {
            services.remove(indexOf(services, third));
        }
        if (nothing) {
            if (entry != null) {
                services.remove(indexOf(services, entry));
            }
            stableOne.remove("weight");
            if (before.stableWeight() != null) {
                stableOne.put("weight", before.stableWeight());
            }
            traefikService.annotate(BEFORE, before.canary() == null ? null : before);
            return true;
        }
        if (entry == null) {
            entry = before.canary() == null
                    ? stableOne.deepCopy().put("name", canary)
                    : before.canary().deepCopy();
            services.add(entry);
        }
        WeightShares shares = WeightShares.of(wanted);
        if (shares.baseline() > 0) {
            if (third == null) {
                third = stableOne.deepCopy().put("name", baseline);
                services.add(third);
            }
            third.put("weight", shares.baseline());
        }
        entry.put("weight", shares.canary());
        stableOne.put("weight", shares.stable());
        traefikService.annotate(BEFORE, before);
        return true;
    }

    /** The port, by number or name, that one of the Services gets requests at, or would. */
    String port(KubeObject traefikService, String service) throws RouterException {
        ObjectNode entry =
                service.equals(canary) ? canaryEntry(traefikService) : stableEntry(services(traefikService.tree()));
        return entry.path("port").asText();
    }

    /** Where the canary's requests go: its entry, or what would be its entry, without a weight. */
    ObjectNode canaryEntry(KubeObject traefikService) throws RouterException {
        ArrayNode services = services(traefikService.tree());
        ObjectNode entry = entry(services, canary);
        Before before = traefikService.annotation(BEFORE, Before.class);
        if (entry == null && before != null) {
            entry = before.canary();
        }
        ObjectNode found = entry == null ? stableEntry(services).deepCopy().put("name", canary) : entry.deepCopy();
        found.remove("weight");
        return found;
    }

    /** Where the stable version's requests go, without a weight. */
    ObjectNode stableEntry(KubeObject traefikService) throws RouterException {
        ObjectNode found = stableEntry(services(traefikService.tree())).deepCopy();
        found.remove("weight");
        return found;
    }

    boolean isCanary(JsonNode entry) {
        return isService(entry, canary);
    }

    boolean isStable(JsonNode entry) {
        return isService(entry, stable);
    }

    private static ArrayNode services(JsonNode traefikService) throws RouterException {
        if (traefikService.at("/spec/weighted/services") instanceof ArrayNode services) {
            return services;
        }
        throw RouterException.permanent("the TraefikService has no weighted services; write"
                + " spec: { weighted: { services: [ { name: SERVICE, port: PORT } ] } }");
    }

    private ObjectNode stableEntry(ArrayNode services) throws RouterException {
        ObjectNode found = entry(services, stable);
        if (found == null) {
            throw RouterException.permanent("the TraefikService does not send to the Service " + stable);
        }
        return found;
    }

    /** A share of "the requests of this TraefikService" would not be true with a third party in it. */
    private void refuseOthers(ArrayNode services) throws RouterException {
        for (JsonNode other : services) {
            boolean ours = isCanary(other) || isStable(other) || baseline != null && isService(other, baseline);
            if (!ours && weightOf(other) > 0) {
                String at = other.path("namespace").asText(namespace);
                throw RouterException.permanent("the TraefikService also sends to the "
                        + other.path("kind").asText("Service") + " "
                        + (at.equals(namespace) ? "" : at + "/")
                        + other.path("name").asText() + ", so a weight between " + canary + " and " + stable
                        + " would not be what users see; give it the weight 0, or take it out");
            }
        }
    }

    /** @throws RouterException when the Service is there twice: it is not known which of the two is meant */
    private ObjectNode entry(ArrayNode services, String service) throws RouterException {
        ObjectNode found = null;
        for (JsonNode one : services) {
            if (isService(one, service)) {
                if (found != null) {
                    throw RouterException.permanent("the TraefikService sends to the Service " + service
                            + " twice (ports " + found.path("port").asText() + " and "
                            + one.path("port").asText() + "); keep one of the two entries");
                }
                found = (ObjectNode) one;
            }
        }
        return found;
    }

    private boolean isService(JsonNode entry, String service) {
        return entry.path("name").asText().equals(service)
                && entry.path("namespace").asText(namespace).equals(namespace)
                && entry.path("kind").asText("Service").equals("Service");
    }

    private static int indexOf(ArrayNode services, ObjectNode entry) {
        for (int i = 0; i < services.size(); i++) {
            if (services.get(i) == entry) {
                return i;
            }
        }
        throw new IllegalArgumentException("not in the list");
    }

    private static long weightOf(JsonNode entry) {
        return Math.max(0, entry.path("weight").asLong(DEFAULT_WEIGHT));
    }
}

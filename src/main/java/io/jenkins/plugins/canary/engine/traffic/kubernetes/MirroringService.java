package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;

/**
 * Copies of requests by a TraefikService. It is either weighted or mirroring, and Traefik does not look at the mirrors of a
 * weighted one. So for the time of the copies, in which the canary has no weight, it answers from the stable Service and
 * mirrors to the canary's; what it was before is kept in an annotation.
 */
record MirroringService(WeightedServices weighted) {

    /** Holds {@code spec.weighted} while the TraefikService mirrors. */
    static final String BEFORE = "canary-release.jenkins.io/weighted-before";

    /** Why this cannot be copied; null when it can. */
    static String refusal(ExtraTraffic extra) {
        return extra.mirror().tenths() % 10 == 0
                ? null
                : "Traefik copies whole percents of the requests, not " + extra.mirror() + "; round it";
    }

    /** The share that is copied to the canary; zero of a TraefikService that is weighted, whatever else it says. */
    Weight share(KubeObject traefikService) {
        JsonNode mirror = mirror(traefikService);
        return mirror == null || traefikService.spec().has("weighted")
                ? Weight.ZERO
                : WeightShares.read(mirror.path("percent").asLong(), 100);
    }

    /** Makes it weighted again, as it was before the copies; one that is weighted stays as it is. */
    void end(KubeObject traefikService) {
        if (mirror(traefikService) != null) {
            ObjectNode spec = (ObjectNode) traefikService.spec();
            ObjectNode main = (ObjectNode) spec.remove("mirroring");
            ObjectNode before = traefikService.annotation(BEFORE, ObjectNode.class);
            if (!spec.has("weighted")) {
                spec.set("weighted", before == null ? alone(main) : before);
            }
        }
        traefikService.annotate(BEFORE, null);
    }

    /** Of a TraefikService whose weights nobody knows any more: all to the stable Service. */
    private static ObjectNode alone(ObjectNode main) {
        ObjectNode stable = main.deepCopy();
        stable.remove("mirrors");
        ObjectNode made = Cluster.JSON.createObjectNode();
        made.putArray("services").add(stable);
        return made;
    }

    /**
     * Makes a weighted TraefikService copy a share of the requests to the canary.
     *
     * @param canaryService sends the copies to its pods. Traefik drops a whole TraefikService, the stable version's answers
     *     included, when a mirror has no endpoint; it asks for none where it sends to a Service's own address. So that is what
     *     a mirror gets, unless the entries say otherwise
     */
    void begin(KubeObject traefikService, Weight share, KubeObject canaryService) throws RouterException {
        ObjectNode main = weighted.stableEntry(traefikService);
        ObjectNode mirror = weighted.canaryEntry(traefikService).put("percent", share.tenths() / 10);
        String address = canaryService.spec().path("clusterIP").asText("None");
        if (!mirror.has("nativeLB") && !address.equals("None")) {
            mirror.put("nativeLB", true);
        }
        main.putArray("mirrors").add(mirror);
        ObjectNode spec = (ObjectNode) traefikService.spec();
        traefikService.annotate(BEFORE, spec.remove("weighted"));
        spec.set("mirroring", main);
    }

    /** Where the stable Service's requests are copied to the canary's; null where they are not. */
    private JsonNode mirror(KubeObject traefikService) {
        JsonNode mirroring = traefikService.spec().path("mirroring");
        if (weighted.isStable(mirroring)) {
            for (JsonNode mirror : mirroring.path("mirrors")) {
                if (weighted.isCanary(mirror)) {
                    return mirror;
                }
            }
        }
        return null;
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The stable version's Deployment and the canary's: reads both, and changes only images, replicas and our record. */
record Workloads(Cluster cluster, String namespace, String stableName, String canaryName) {

    /** Ends the names of what is made for the baseline. */
    static final String BASELINE = "-baseline";

    /** The same, each object of which is read once. */
    Workloads forOneLook() {
        return new Workloads(cluster.forOneLook(), namespace, stableName, canaryName);
    }

    /** The same with the baseline in the canary's place. */
    Workloads ofBaseline() {
        return new Workloads(cluster, namespace, stableName, stableName + BASELINE);
    }

    /** An object beside them. */
    ObjectRef ref(Kind kind, String name) {
        return new ObjectRef(kind, namespace, name);
    }

    private ObjectRef stableRef() {
        return ref(Kind.DEPLOYMENT, stableName);
    }

    /** @throws RouterException permanent when there is none */
    KubeObject stable() throws RouterException {
        return cluster.get(stableRef());
    }

    /** Empty when there is none (any more). */
    Optional<KubeObject> canary() throws RouterException {
        return cluster.find(ref(Kind.DEPLOYMENT, canaryName));
    }

    /** @throws RouterException permanent when a workload of another kind has the canary's name */
    void requireNoOtherCanary() throws RouterException {
        if (canary().isEmpty() && hasOtherCanary()) {
            throw RouterException.permanent(cluster.missing(ref(Kind.DEPLOYMENT, canaryName)));
        }
    }

    private boolean hasOtherCanary() {
        try {
            return cluster.insteadOf(ref(Kind.DEPLOYMENT, canaryName)).isPresent();
        } catch (RouterException notTold) {
            return false;
        }
    }

    /** Refuses when the images are no longer those that the record says they were. */
    void setImages(PromotionRecord record) throws RouterException {
        cluster.edit(stableRef(), stable -> {
            if (!Workload.of(stable).runs(record.from())) {
                throw RouterException.permanent("somebody changed the images of " + stable.ref()
                        + " while they were about to be set to the new version's");
            }
            Workload.setImages(stable.tree(), record.to());
            stable.annotate(PromotionRecord.ANNOTATION, record);
            return true;
        });
    }

    void noteTrafficBack(String rollout, long millis) throws RouterException {
        cluster.edit(stableRef(), stable -> {
            PromotionRecord record = PromotionRecord.of(stable, rollout);
            if (record == null || record.trafficBackAt() != 0) {
                return false;
            }
            stable.annotate(PromotionRecord.ANNOTATION, record.withTrafficBackAt(millis));
            return true;
        });
    }

    /** Leaves the images alone when somebody has set others since. */
    void restoreImages(PromotionRecord record) throws RouterException {
        cluster.edit(stableRef(), stable -> {
            if (!Workload.of(stable).runs(record.to())) {
                return false;
            }
            Workload.setImages(stable.tree(), record.from());
            stable.annotate(PromotionRecord.ANNOTATION, record.asUndone());
            return true;
        });
    }

    /**
     * Why a Service has nowhere to send requests to, by its EndpointSlices; null when it has.
     *
     * @param ports that the route sends to, by number or name; "" for any
     * @return permanent when there is no such Service, or it lacks a port
     */
    RouterException withoutEndpoint(Track track, String service, Set<String> ports) throws RouterException {
        ObjectRef ref = ref(Kind.SERVICE, service);
        KubeObject found = cluster.find(ref).orElse(null);
        if (found == null) {
            return RouterException.permanent(
                    "there is no " + ref + " (" + track.word() + "): requests sent there would fail");
        }
        RouterException withoutPort = withoutPort(track, found, ports);
        if (withoutPort != null) {
            return withoutPort;
        }
        return found.spec().path("type").asText().equals("ExternalName") || hasEndpoint(service)
                ? null
                : new RouterException(ref + " (" + track.word() + ") has no ready endpoint, so requests sent there"
                        + " would fail; are its pods scaled up and ready? kubectl -n " + namespace
                        + " get endpointslices -l kubernetes.io/service-name=" + service);
    }

    /** Null when a Service has all of some ports. */
    private static RouterException withoutPort(Track track, KubeObject service, Set<String> ports) {
        Set<Integer> has = new TreeSet<>();
        Set<String> named = new HashSet<>(Set.of(""));
        for (JsonNode port : service.spec().path("ports")) {
            has.add(port.path("port").asInt());
            named.add(port.path("port").asText());
            named.add(port.path("name").asText());
        }
        for (String port : ports) {
            if (!has.isEmpty() && !named.contains(port)) {
                return RouterException.permanent(service.ref() + " (" + track.word() + ") has no port " + port
                        + ", which the route sends to, so requests sent there would fail; it has " + has
                        + ": give both Services the same ports");
            }
        }
        return null;
    }

    private boolean hasEndpoint(String service) throws RouterException {
        return endpoints(service).stream()
                // Nothing said means ready (EndpointConditions in the API reference).
                .anyMatch(endpoint -> endpoint.at("/conditions/ready").asBoolean(true));
    }

    /** Of a Service, ready or not. */
    List<JsonNode> endpoints(String service) throws RouterException {
        List<JsonNode> all = new ArrayList<>();
        for (KubeObject slice : cluster.list(Kind.ENDPOINT_SLICE, namespace, "kubernetes.io/service-name=" + service)) {
            slice.tree().path("endpoints").forEach(all::add);
        }
        return all;
    }

    /** What Services select; nothing of one that is not there. */
    Map<Track, PodSelector> selectors(Map<Track, String> services) throws RouterException {
        Map<Track, PodSelector> found = new EnumMap<>(Track.class);
        for (Map.Entry<Track, String> one : services.entrySet()) {
            ObjectRef ref = ref(Kind.SERVICE, one.getValue());
            cluster.find(ref)
                    .ifPresent(service -> found.put(
                            one.getKey(), PodSelector.of(ref, "", service.spec().path("selector"))));
        }
        return found;
    }

    void scaleStable(int replicas) throws RouterException {
        scale(stableName, replicas);
    }

    void scaleCanary(int replicas) throws RouterException {
        scale(canaryName, replicas);
    }

    private void scale(String deployment, int replicas) throws RouterException {
        cluster.edit(ref(Kind.DEPLOYMENT, deployment), seen -> {
            boolean other = seen.spec().path("replicas").asInt(1) != replicas;
            seen.tree().withObject("/spec").put("replicas", replicas);
            return other;
        });
    }
}

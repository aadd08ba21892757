package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One version's requests also reach the other version's pods: the share is not what the weight says, and stays wrong at
 * a weight of 0.
 *
 * @param track whose requests go astray
 * @param object the Service or DestinationRule that picks too many pods
 * @param what it does, after its name
 * @param remedy a command, ready to be pasted
 */
public record SharedPods(Track track, ObjectRef object, String what, String remedy) {

    private static final String WHY =
            "the canary's share of the requests is not what the weight says, and a rollback does not end it";

    /** Null when each version's requests reach its own pods alone. May block. */
    static SharedPods find(Workloads workloads, WeightSplit split) throws RouterException {
        Map<Track, PodSelector> selectors = split.selectors();
        KubeObject stable = workloads.stable();
        KubeObject canary = workloads.canary().orElse(null);
        PodSelector ofStable = selectors.get(Track.STABLE);
        PodSelector ofCanary = selectors.get(Track.CANARY);
        if (ofStable != null && canary != null && ofStable.picks(canary)) {
            return picked(Track.STABLE, ofStable, canary, stable);
        }
        if (ofCanary != null && ofCanary.picks(stable)) {
            return picked(Track.CANARY, ofCanary, stable, canary);
        }
        return ofStable == null || ofCanary == null ? null : sameEndpoint(workloads, ofStable, ofCanary);
    }

    private static SharedPods picked(Track track, PodSelector by, KubeObject foreign, KubeObject own) {
        Map<String, String> labels = new TreeMap<>(own == null ? Map.of() : PodSelector.podLabels(own));
        PodSelector.podLabels(foreign).forEach(labels::remove);
        String what = "(" + track.word() + ") also selects the pods of " + foreign.ref()
                + (by.subset().isEmpty() ? "" : " (subset " + by.subset() + ")") + ": " + by.text()
                + (by.labels().size() == 1 ? " is a label" : " are labels") + " of both versions";
        return new SharedPods(track, by.object(), what, remedy(track, by, foreign, own, labels));
    }

    /** @param distinct labels that only the version's own pods have */
    private static String remedy(
            Track track, PodSelector by, KubeObject foreign, KubeObject own, Map<String, String> distinct) {
        String kubectl = "kubectl -n " + by.object().namespace();
        if (distinct.isEmpty()) {
            String deployment = own == null ? "DEPLOYMENT" : own.ref().name();
            return kubectl + " patch deployment " + deployment
                    + " --type=merge -p '{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"track\":\"" + track.word()
                    + "\"}}}}}'  # and another value for " + foreign.ref().name() + "; then select by it";
        }
        String first = distinct.entrySet().iterator().next().getKey();
        String label = distinct.containsKey("app") ? "app" : first;
        return by.subset().isEmpty()
                ? kubectl + " patch service " + by.object().name() + " --type=merge -p '{\"spec\":{\"selector\":{\""
                        + label + "\":\"" + distinct.get(label) + "\"}}}'"
                : kubectl + " edit destinationrule " + by.object().name() + "  # in the subset " + by.subset()
                        + " write labels: {" + label + ": " + distinct.get(label) + "}";
    }

    /** Pods of a third workload, or addresses that somebody wrote by hand. */
    private static SharedPods sameEndpoint(Workloads workloads, PodSelector ofStable, PodSelector ofCanary)
            throws RouterException {
        if (!ofStable.object().kind().equals(Kind.SERVICE)
                || !ofCanary.object().kind().equals(Kind.SERVICE)) {
            return null;
        }
        Set<String> both = endpoints(workloads, ofStable.object().name());
        both.retainAll(endpoints(workloads, ofCanary.object().name()));
        return both.isEmpty()
                ? null
                : new SharedPods(
                        Track.STABLE,
                        ofStable.object(),
                        "and " + ofCanary.object() + " both send to " + String.join(", ", both),
                        "kubectl -n " + workloads.namespace()
                                + " get endpointslices -l 'kubernetes.io/service-name in ("
                                + ofStable.object().name() + ","
                                + ofCanary.object().name()
                                + ")' -o wide  # then give each Service a selector that only its version's pods match");
    }

    /** By the pod where one is named: pods on the network of one node share its address. */
    private static Set<String> endpoints(Workloads workloads, String service) throws RouterException {
        Set<String> found = new LinkedHashSet<>();
        for (JsonNode endpoint : workloads.endpoints(service)) {
            String pod = endpoint.at("/targetRef/name").asText();
            if (!pod.isEmpty()) {
                found.add("pod " + pod);
            } else {
                endpoint.path("addresses").forEach(address -> found.add(address.asText()));
            }
        }
        return found;
    }

    /** Why it hurts. */
    public String why() {
        return WHY;
    }

    /** What a shift says that is refused for it. */
    RouterException refusal() {
        return RouterException.permanent(text());
    }

    String text() {
        return object + " " + what + ", so " + WHY + "; fix it with: " + remedy;
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.IstioDriver.IstioSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A split by the weights of an Istio VirtualService. The DestinationRule is always written first: its subsets must be
 * there before a route leads to them, also on the way back.
 *
 * @param subsets null when the plan leaves the DestinationRule to others
 */
record VirtualServiceSplit(Workloads workloads, ObjectRef virtualService, HttpRoutes routes, Subsets subsets)
        implements WeightSplit {

    @Override
    public WeightSplit by(Workloads other) {
        Subsets same = subsets == null ? null : new Subsets(other.cluster(), subsets.rule, subsets.settings);
        return new VirtualServiceSplit(other, virtualService, routes, same);
    }

    /** Routes that disagree are told, and the largest weight counts. Istio reports no more than that it is written. */
    @Override
    public Observation read() throws RouterException {
        KubeObject seen = workloads.cluster().get(virtualService);
        Map<String, TrafficSplit> splits = routes.splits(seen.tree());
        Map<String, Weight> weights = new LinkedHashMap<>();
        splits.forEach((route, split) -> weights.put(route, split.canary()));
        List<String> warnings = new ArrayList<>();
        if (weights.values().stream().distinct().count() > 1) {
            warnings.add("the routes of " + virtualService + " do not agree on the canary's weight: " + weights);
        }
        boolean agrees = extras().agrees(seen);
        String detail = agrees ? "" : "not every route has the cohort or the mirror yet";
        Observation told = Observation.of(Collections.max(weights.values()), agrees, detail, warnings)
                .withExtra(extras().read(seen));
        return withBaseline(told, splits.values());
    }

    @Override
    public void set(Weight weight) throws RouterException {
        set(weight, ExtraTraffic.NONE);
    }

    private VirtualServiceExtras extras() {
        return new VirtualServiceExtras(routes);
    }

    @Override
    public void set(Weight weight, ExtraTraffic extra) throws RouterException {
        if (subsets != null) {
            subsets.require(!weight.isZero() || !extra.isNone());
        }
        TrafficSplit wanted = wanted(weight);
        workloads.cluster().edit(virtualService, seen -> routes.set(seen, wanted) | extras().set(seen, extra));
    }

    /** By the Deployments: a subset is a choice of pods among those of one Service. */
    @Override
    public RouterException unserved(Track track) throws RouterException {
        KubeObject deployment =
                switch (track) {
                    case STABLE -> workloads.stable();
                    case CANARY -> workloads.canary().orElse(null);
                    case BASELINE -> workloads.ofBaseline().canary().orElse(null);
                };
        if (deployment == null) {
            return RouterException.permanent("there is no " + track.word() + " Deployment");
        }
        return Workload.of(deployment).ready() > 0
                ? null
                : new RouterException(deployment.ref() + " (" + track.word() + ") has no ready pod, so requests sent"
                        + " there would fail; is it scaled up? kubectl -n " + virtualService.namespace()
                        + " get deployment " + deployment.ref().name());
    }

    /** The labels of both subsets: they choose among the pods of one Service, which has those of both versions. */
    @Override
    public Map<Track, PodSelector> selectors() throws RouterException {
        return subsets == null ? Map.of() : subsets.selectors();
    }

    @Override
    public void cleanUp() throws RouterException {
        KubeObject after = workloads
                .cluster()
                .edit(
                        virtualService,
                        seen -> routes.set(seen, TrafficSplit.of(Weight.ZERO)) | extras().set(seen, ExtraTraffic.NONE));
        if (subsets != null
                && !routes.name(after.tree(), routes.canary())
                && !(hasBaseline() && routes.name(after.tree(), routes.baseline()))) {
            subsets.removeAdded();
        }
    }

    @Override
    public boolean hasBaseline() {
        return routes.baseline() != null;
    }

    @Override
    public boolean proxiesNeedWhatIsCleanedUp() {
        return subsets != null;
    }

    /** The two subsets in a DestinationRule: there before a route names them, gone after no route does. */
    record Subsets(Cluster cluster, ObjectRef rule, IstioSettings settings) {

        static final Kind DESTINATION_RULE =
                new Kind("networking.istio.io", "v1beta1", "DestinationRule", "destinationrules");

        /** Holds the subsets that we made, with commas between them. */
        private static final String ADDED = "canary-release.jenkins.io/added-subset";

        private static final Map<String, String> BASELINE_LABELS = Map.of(CanaryLabels.TRACK, Track.BASELINE.word());

        /**
         * Makes what is missing. A route to a subset that does not exist answers 503.
         *
         * @param canaryToo whether the canary is to get requests
         * @throws RouterException permanent when a subset is missing and the plan does not say what is in it
         */
        void require(boolean canaryToo) throws RouterException {
            cluster.edit(rule, seen -> {
                boolean canary = canaryToo
                        && addNoted(
                                seen, settings.canarySubset(), settings.rule().canaryLabels());
                boolean baseline = canaryToo
                        && settings.options().baseline()
                        && addNoted(seen, IstioDriver.BASELINE, BASELINE_LABELS);
                return add(seen.tree(), settings.stableSubset(), settings.rule().stableLabels(), "stableLabels")
                        || canary
                        || baseline;
            });
        }

        private boolean addNoted(KubeObject seen, String subset, Map<String, String> labels) throws RouterException {
            boolean added = add(seen.tree(), subset, labels, "canaryLabels");
            if (added) {
                String before = seen.annotation(ADDED);
                seen.annotate(ADDED, before == null ? subset : before + "," + subset);
            }
            return added;
        }

        /** Of the subsets that are there, and of those that are to be made. */
        Map<Track, PodSelector> selectors() throws RouterException {
            KubeObject seen = cluster.get(rule);
            Map<Track, PodSelector> found = new EnumMap<>(Track.class);
            found.put(
                    Track.STABLE,
                    selector(seen, settings.stableSubset(), settings.rule().stableLabels()));
            found.put(
                    Track.CANARY,
                    selector(seen, settings.canarySubset(), settings.rule().canaryLabels()));
            if (settings.options().baseline()) {
                found.put(Track.BASELINE, selector(seen, IstioDriver.BASELINE, BASELINE_LABELS));
            }
            return found;
        }

        private PodSelector selector(KubeObject seen, String name, Map<String, String> toMake) {
            int at = index(seen.tree(), name);
            return at < 0
                    ? new PodSelector(rule, name, toMake)
                    : PodSelector.of(
                            rule, name, seen.spec().path("subsets").get(at).path("labels"));
        }

        private boolean add(ObjectNode tree, String name, Map<String, String> labels, String key)
                throws RouterException {
            if (index(tree, name) >= 0) {
                return false;
            }
            if (labels.isEmpty()) {
                throw RouterException.permanent(rule + " has no subset " + name
                        + ": requests sent there would fail; add it, or write destinationRule: { name: " + rule.name()
                        + ", " + key + ": { LABEL: VALUE } }");
            }
            ObjectNode spec = tree.withObject("/spec");
            ArrayNode subsets = spec.path("subsets") instanceof ArrayNode there ? there : spec.putArray("subsets");
            ObjectNode made = subsets.addObject().put("name", name);
            labels.forEach(made.putObject("labels")::put);
            return true;
        }

        /** Takes the subsets away that we made. */
        void removeAdded() throws RouterException {
            cluster.edit(rule, seen -> {
                String added = seen.annotation(ADDED);
                if (added == null) {
                    return false;
                }
                seen.annotate(ADDED, null);
                for (String subset : added.split(",")) {
                    int at = index(seen.tree(), subset);
                    if (at >= 0) {
                        ((ArrayNode) seen.spec().path("subsets")).remove(at);
                    }
                }
                return true;
            });
        }

        private static int index(ObjectNode tree, String name) {
            JsonNode subsets = tree.path("spec").path("subsets");
            for (int i = 0; i < subsets.size(); i++) {
                if (subsets.get(i).path("name").asText().equals(name)) {
                    return i;
                }
            }
            return -1;
        }
    }
}

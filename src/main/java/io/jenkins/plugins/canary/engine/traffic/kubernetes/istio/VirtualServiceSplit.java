package io.jenkins.plugins.canary.engine.traffic.kubernetes.istio;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.WeightSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workloads;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A split by the weights of an Istio VirtualService. The DestinationRule is always written first: its subsets must be
 * there before a route leads to them, also on the way back.
 */
final class VirtualServiceSplit implements WeightSplit {

    /** Holds the routes that got the canary as a destination from us. */
    private static final String ADDED = "canary-release.jenkins.io/added-destination";

    private final Workloads workloads;
    private final ObjectRef virtualService;
    private final HttpRoutes routes;
    private final Subsets subsets;

    /**
     * @param subsets null when the plan leaves the DestinationRule to others
     */
    VirtualServiceSplit(Workloads workloads, String virtualService, HttpRoutes routes, Subsets subsets) {
        this.workloads = workloads;
        this.virtualService = workloads.ref(Kind.VIRTUAL_SERVICE, virtualService);
        this.routes = routes;
        this.subsets = subsets;
    }

    /** Routes that disagree are told, and the largest weight counts. Istio reports no more than that it is written. */
    @Override
    public View read() throws RouterException {
        Map<String, Weight> weights = routes.weights(workloads.cluster().get(virtualService).tree());
        List<String> warnings = new ArrayList<>();
        if (weights.values().stream().distinct().count() > 1) {
            warnings.add("the routes of " + virtualService + " do not agree on the canary's weight: " + weights);
        }
        return new View(Collections.max(weights.values()), true, "", warnings);
    }

    @Override
    public void set(Weight weight) throws RouterException {
        if (subsets != null) {
            subsets.require();
        }
        workloads.cluster().edit(virtualService, seen -> {
            List<String> added = routes.set(seen.tree(), weight);
            if (added != null && !added.isEmpty()) {
                seen.annotate(ADDED, String.join(",", added));
            }
            return added != null;
        });
    }

    /** By the Deployments: a subset is a choice of pods among those of one Service. */
    @Override
    public void requireReady(Track track) throws RouterException {
        KubeObject deployment = track == Track.STABLE
                ? workloads.stable()
                : workloads.canary().orElseThrow(() -> RouterException.permanent("there is no canary Deployment"));
        if (Workload.of(deployment).ready() == 0) {
            throw new RouterException(deployment.ref() + " (" + track.word() + ") has no ready pod, so requests sent"
                    + " there would fail; is it scaled up? kubectl -n " + virtualService.namespace()
                    + " get deployment "
                    + deployment.ref().name());
        }
    }

    @Override
    public void cleanUp() throws RouterException {
        KubeObject after = workloads.cluster().edit(virtualService, seen -> {
            String added = seen.annotation(ADDED);
            if (added == null) {
                return false;
            }
            seen.annotate(ADDED, null);
            routes.remove(seen.tree(), List.of(added.split(",")));
            return true;
        });
        if (subsets != null && !routes.nameCanary(after.tree())) {
            subsets.removeAdded();
        }
    }
}

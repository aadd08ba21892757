package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A split by the weights of routes of the Gateway API, all of which get the same weight.
 *
 * @param routes with the same Services; at least one
 */
record RouteSplit(Workloads workloads, List<RouteRules> routes) implements WeightSplit {

    RouteSplit {
        routes = List.copyOf(routes);
    }

    @Override
    public WeightSplit by(Workloads other) {
        return new RouteSplit(other, routes);
    }

    /**
     * Rules and routes that disagree (somebody edited one of them, or one could not be written) are told, and the largest
     * counts: what is watched is what the canary may do at worst. A backend that a Gateway cannot find only matters while
     * it is meant to get requests.
     */
    @Override
    public Observation read() throws RouterException {
        List<String> warnings = new ArrayList<>();
        List<RouteStatus> statuses = new ArrayList<>();
        Map<String, Weight> weights = new LinkedHashMap<>();
        List<TrafficSplit> splits = new ArrayList<>();
        ExtraTraffic extra = ExtraTraffic.NONE;
        boolean agree = true;
        for (RouteRules rules : routes) {
            KubeObject route = workloads.cluster().get(rules.ref());
            Map<String, Weight> own = new LinkedHashMap<>();
            rules.splits(route).forEach((rule, split) -> {
                own.put(rule, split.canary());
                splits.add(split);
            });
            if (own.values().stream().distinct().count() > 1) {
                warnings.add("the rules of " + rules.ref() + " do not agree on the canary's weight: " + own);
            }
            warnings.addAll(rules.warnings(route));
            weights.put(rules.ref().toString(), Collections.max(own.values()));
            statuses.add(RouteStatus.of(route));
            RouteExtras extras = new RouteExtras(rules);
            extra = extra.isNone() ? extras.read(route) : extra;
            agree &= extras.agrees(route) && extras.read(route).equals(extra);
        }
        if (weights.values().stream().distinct().count() > 1) {
            warnings.add("the routes do not agree on the canary's weight: " + weights);
        }
        Weight weight = Collections.max(weights.values());
        Observation seen = observed(weight, weight.isZero() && extra.isNone(), statuses, warnings)
                .withExtra(extra);
        Observation told = withBaseline(seen, splits);
        return agree ? told : told.unsettled("not every rule has the cohort or the mirror yet");
    }

    /** @param idle whether the canary gets nothing */
    private static Observation observed(
            Weight weight, boolean idle, List<RouteStatus> statuses, List<String> warnings) {
        List<String> details = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        boolean settled = true;
        for (RouteStatus status : statuses) {
            settled &= status.settled(idle);
            details.add(status.detail(idle));
            if (!status.untaken().isEmpty()) {
                warnings.add(status.untaken());
            }
            if (status.unresolved() && !idle) {
                refusals.add(status.problem());
            }
        }
        details.removeIf(String::isEmpty);
        Observation seen = Observation.of(weight, settled, String.join("; ", details), warnings);
        return refusals.isEmpty()
                ? seen
                : seen.withHealth(new CanaryHealth(CanaryHealth.State.REFUSED, String.join("; ", refusals)));
    }

    @Override
    public void set(Weight weight) throws RouterException {
        set(weight, ExtraTraffic.NONE);
    }

    /** On the way to nothing every route is tried, whatever becomes of the others. */
    @Override
    public void set(Weight weight, ExtraTraffic extra) throws RouterException {
        String refusal =
                refusal(extra, routes.stream().map(rules -> rules.ref().kind()).toList());
        if (refusal != null) {
            throw RouterException.permanent(refusal);
        }
        TrafficSplit wanted = wanted(weight);
        List<RouterException> failed = new ArrayList<>();
        for (RouteRules rules : routes) {
            try {
                set(rules, wanted, extra);
            } catch (RouterException e) {
                if (!weight.isZero() || !extra.isNone()) {
                    throw e;
                }
                failed.add(e);
            }
        }
        RouterException.throwAll(failed);
    }

    private void set(RouteRules rules, TrafficSplit wanted, ExtraTraffic extra) throws RouterException {
        RouteExtras extras = new RouteExtras(rules);
        KubeObject after =
                workloads.cluster().edit(rules.ref(), seen -> rules.set(seen, wanted) | extras.set(seen, extra));
        Weight mirror = extras.read(after).mirror();
        if (!mirror.equals(extra.mirror())) {
            workloads.cluster().edit(rules.ref(), seen -> extras.set(seen, ExtraTraffic.NONE));
            throw RouterException.permanent("this cluster's HTTPRoute mirrors " + mirror + " instead of "
                    + extra.mirror() + ": its definition is older than Gateway API 1.3 and drops percent and fraction;"
                    + " update it, or write mirror: 100%");
        }
    }

    /** Why routes of these kinds cannot give the canary that beside its weight; null when they can. */
    static String refusal(ExtraTraffic extra, List<Kind> kinds) {
        return extra.isNone() || kinds.stream().allMatch(Kind.HTTP_ROUTE::equals)
                ? null
                : "only HTTPRoutes can send a cohort's requests or copies to the canary; leave match and mirror out, or"
                        + " name HTTPRoutes only";
    }

    /** What is left of a weight that somebody else set to zero. */
    @Override
    public void cleanUp() throws RouterException {
        set(Weight.ZERO);
    }

    @Override
    public RouterException unserved(Track track) throws RouterException {
        Optional<MissingGrant> missing =
                track != Track.STABLE ? missingGrants().stream().findFirst() : Optional.empty();
        if (missing.isPresent()) {
            return missing.get().refusal();
        }
        String service = services().get(track);
        Set<String> ports = new TreeSet<>();
        for (RouteRules rules : routes) {
            ports.addAll(rules.ports(workloads.cluster().get(rules.ref()), service));
        }
        return workloads.withoutEndpoint(track, service, ports);
    }

    /** Nothing where the cluster does not tell: the Gateway says so in the route's status. */
    @Override
    public List<MissingGrant> missingGrants() {
        List<MissingGrant> missing = new ArrayList<>();
        for (RouteRules rules : routes) {
            for (String service : services().values()) {
                try {
                    MissingGrant.find(workloads.cluster(), rules.ref(), workloads.ref(Kind.SERVICE, service))
                            .ifPresent(missing::add);
                } catch (RouterException unknown) {
                    return missing;
                }
            }
        }
        return missing;
    }

    @Override
    public boolean hasBaseline() {
        return routes.get(0).baseline() != null;
    }

    private Map<Track, String> services() {
        Map<Track, String> services = new EnumMap<>(Track.class);
        services.put(Track.STABLE, routes.get(0).stable());
        services.put(Track.CANARY, routes.get(0).canary());
        if (hasBaseline()) {
            services.put(Track.BASELINE, routes.get(0).baseline());
        }
        return services;
    }

    @Override
    public Map<Track, PodSelector> selectors() throws RouterException {
        return workloads.selectors(services());
    }
}

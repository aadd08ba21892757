package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code traefik: { traefikService: api, canary: api-canary, stable: api }}. */
public final class TraefikDriver implements RouterDriver {

    private static final String NAME = "traefik";

    static final Kind TRAEFIK_SERVICE = new Kind("traefik.io", "v1alpha1", "TraefikService", "traefikservices");

    static final Kind INGRESS_ROUTE = new Kind("traefik.io", "v1alpha1", "IngressRoute", "ingressroutes");

    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Weights of the Services of a weighted TraefikService.",
            Map.of(),
            """
            traefikService | name | required, `api-weighted` | The TraefikService's name.
            canary         | canary | the canary Deployment's | Service of the canary, or whether the rollout makes the canary.
            stable         | name | the Deployment's | Service of the stable version.
            ingressRoute   | name | none | The IngressRoute that leads to it, for phases with a cohort (`match`).
            """ + KubernetesOptions.BASELINE_ROW);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public boolean canMatch() {
        return true;
    }

    @Override
    public boolean canMirror() {
        return true;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        String service = settings.get("traefikService");
        CanaryOptions canary = settings.getOr("canary", CanaryOptions.GIVEN);
        KubernetesOptions options = KubernetesOptions.read(settings).with(canary, settings);
        String stable = settings.get("stable");
        boolean same = KubernetesOptions.sameVersion(settings, canary.service(), stable, "Service");
        return same || options == null || service == null
                ? null
                : new TraefikSettings(options, service, canary.service(), stable, settings.get("ingressRoute"));
    }

    /**
     * @param canary the canary's Service; null for the canary Deployment's name
     * @param stable the stable version's Service; null for the Deployment's name
     * @param ingressRoute null when the plan has no cohorts
     */
    private record TraefikSettings(
            KubernetesOptions options, String traefikService, String canary, String stable, String ingressRoute)
            implements TwoDeployments {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(TRAEFIK_SERVICE, namespace, traefikService);
        }

        @Override
        public List<Right> rights() {
            List<Right> own = new ArrayList<>(Right.named(TRAEFIK_SERVICE, traefikService, "get", "update"));
            if (ingressRoute != null) {
                own.addAll(Right.named(INGRESS_ROUTE, ingressRoute, "get", "update"));
            }
            return Right.withServices(own);
        }

        @Override
        public String refusal(ExtraTraffic extra) {
            return ingressRoute == null && !extra.match().isEmpty()
                    ? "a cohort of Traefik is a route of the IngressRoute; write ingressRoute: NAME in traffic.traefik"
                    : MirroringService.refusal(extra);
        }

        @Override
        public WeightSplit split(Workloads workloads, String rollout) {
            WeightedServices services = new WeightedServices(
                    canary == null ? workloads.canaryName() : canary,
                    stable == null ? workloads.stableName() : stable,
                    options.baseline() ? workloads.ofBaseline().canaryName() : null,
                    workloads.namespace());
            return new TraefikSplit(
                    workloads,
                    workloads.ref(TRAEFIK_SERVICE, traefikService),
                    services,
                    ingressRoute == null ? null : workloads.ref(INGRESS_ROUTE, ingressRoute));
        }
    }

    /**
     * A split by the weights of a TraefikService, which has no status: it counts as settled when it is written.
     *
     * <p>Traefik drops a whole TraefikService, the stable version's requests included, when one of its Services has no
     * ready pod, even at weight 0 (unless its provider has allowEmptyServices). So a canary without traffic has no entry,
     * and the stable version must be ready also at 100%.
     */
    record TraefikSplit(Workloads workloads, ObjectRef service, WeightedServices services, ObjectRef ingressRoute)
            implements WeightSplit {

        @Override
        public WeightSplit by(Workloads other) {
            return new TraefikSplit(other, service, services, ingressRoute);
        }

        @Override
        public Observation read() throws RouterException {
            KubeObject found = workloads.cluster().get(service);
            Weight copied = copies().share(found);
            ObjectNode seen = weighted(found).tree();
            String cookie = WeightedServices.cookie(seen);
            List<String> warnings = cookie == null
                    ? List.of()
                    : List.of("the sticky cookie" + (cookie.isEmpty() ? "" : " " + cookie) + " of " + service
                            + " ties clients to a version: a higher weight reaches new clients only, so the share of the"
                            + " requests is not the weight");
            TrafficSplit split = services.split(seen);
            Observation weighted = withBaseline(Observation.of(split.canary(), true, "", warnings), List.of(split));
            if (ingressRoute == null) {
                return weighted.withExtra(ExtraTraffic.NONE.mirroring(copied));
            }
            KubeObject routes = workloads.cluster().get(ingressRoute);
            Observation told = weighted.withExtra(new ExtraTraffic(cohort().read(routes), copied));
            return cohort().agrees(routes) ? told : told.unsettled("not every route has the cohort yet");
        }

        /** As it is without copies. */
        private KubeObject weighted(KubeObject traefikService) {
            copies().end(traefikService);
            return traefikService;
        }

        private MirroringService copies() {
            return new MirroringService(services);
        }

        private IngressRouteCohort cohort() {
            return new IngressRouteCohort(service.name(), services);
        }

        @Override
        public void set(Weight weight) throws RouterException {
            set(weight, ExtraTraffic.NONE);
        }

        @Override
        public void set(Weight weight, ExtraTraffic extra) throws RouterException {
            requirePossible(weight, extra);
            KubeObject canary = extra.mirror().isZero()
                    ? null
                    : workloads.cluster().get(workloads.ref(Kind.SERVICE, services.canary()));
            TrafficSplit wanted = wanted(weight);
            KubeObject changed = workloads.cluster().edit(service, seen -> {
                ObjectNode before = seen.tree().deepCopy();
                services.set(weighted(seen), wanted);
                if (canary != null) {
                    copies().begin(seen, extra.mirror(), canary);
                }
                return !before.equals(seen.tree());
            });
            if (ingressRoute != null) {
                ObjectNode entry = services.canaryEntry(weighted(changed));
                workloads.cluster().edit(ingressRoute, seen -> cohort().set(seen, extra.match(), entry));
            }
        }

        private void requirePossible(Weight weight, ExtraTraffic extra) throws RouterException {
            if (ingressRoute == null) {
                new ExtraTraffic(extra.match(), Weight.ZERO).requireNone();
            }
            if (MirroringService.refusal(extra) != null) {
                throw RouterException.permanent(MirroringService.refusal(extra));
            }
            if (!weight.isZero() && !extra.mirror().isZero()) {
                throw RouterException.permanent("a TraefikService either mirrors or weights, and cannot send "
                        + extra.beside(weight) + " to the canary");
            }
        }

        @Override
        public RouterException unserved(Track track) throws RouterException {
            String name = names().get(track);
            return workloads.withoutEndpoint(
                    track,
                    name,
                    Set.of(services.port(weighted(workloads.cluster().get(service)), name)));
        }

        @Override
        public Map<Track, PodSelector> selectors() throws RouterException {
            return workloads.selectors(names());
        }

        @Override
        public boolean hasBaseline() {
            return services.baseline() != null;
        }

        private Map<Track, String> names() {
            Map<Track, String> names = new EnumMap<>(Track.class);
            names.put(Track.STABLE, services.stable());
            names.put(Track.CANARY, services.canary());
            if (hasBaseline()) {
                names.put(Track.BASELINE, services.baseline());
            }
            return names;
        }

        @Override
        public boolean alwaysNeedsStable() {
            return true;
        }

        /** Also when somebody has put the entry back since: the canary's pods are about to end. */
        @Override
        public void cleanUp() throws RouterException {
            set(Weight.ZERO);
        }
    }
}

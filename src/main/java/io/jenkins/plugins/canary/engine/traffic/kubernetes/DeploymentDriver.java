package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;

/** Reads {@code deployment: { stable: api, canary: api-canary, replicas: 10 }}. */
public final class DeploymentDriver implements RouterDriver {

    private static final String NAME = "deployment";
    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Replica counts of two Deployments behind one Service: coarse, for clusters without a mesh.",
            Map.of(),
            """
            stable   | name           | the target's Deployment | Deployment of the stable version.
            canary   | name           | the stable Deployment's, with `-canary` | Deployment of the canary; must exist, with `replicas: 0` before the rollout.
            replicas | whole 2..10000 | as many as both have when the rollout begins | Pods of both versions together.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        String stable = settings.get("stable");
        String canary = settings.get("canary");
        Long replicas = settings.get("replicas");
        KubernetesOptions options = KubernetesOptions.read(settings).naming(stable, canary);
        return KubernetesOptions.sameVersion(settings, canary, stable, "Deployment")
                ? null
                : new DeploymentSettings(options, replicas == null ? 0 : replicas.intValue());
    }

    /** @param replicas of both versions together; 0 for as many as there are when the rollout begins */
    private record DeploymentSettings(KubernetesOptions options, int replicas) implements TwoDeployments {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public boolean scalesCanary() {
            return true;
        }

        @Override
        public int pods() {
            return replicas;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(Kind.DEPLOYMENT, namespace, options.stable(target));
        }

        @Override
        public List<Right> rights() {
            return List.of();
        }

        @Override
        public WeightSplit split(Workloads workloads, String rollout) {
            return new ReplicaSplit(workloads, replicas, rollout);
        }

        @Override
        public String refusal(Weight weight) {
            return replicas == 0 ? null : ReplicaSplit.refusal(weight, replicas);
        }
    }

    /**
     * A split by the numbers of pods behind one Service, which are all that a cluster without a mesh offers. The weight is
     * the share of ready pods; it holds for connections rather than requests, and only in steps of one pod.
     *
     * @param wanted the replicas of both together; 0 for those that there are
     */
    record ReplicaSplit(Workloads workloads, int wanted, String rollout) implements WeightSplit {

        private record Pair(Workload stable, Workload canary, ScaleMove move) {}

        private Pair look() throws RouterException {
            KubeObject stable = workloads.stable();
            KubeObject canary = workloads
                    .canary()
                    .orElseThrow(() -> RouterException.permanent("there is no canary Deployment beside " + stable.ref()
                            + "; apply it with replicas: 0 behind the same Service"));
            ScaleMove move = stable.annotation(ScaleMove.ANNOTATION, ScaleMove.class);
            return new Pair(
                    Workload.of(stable),
                    Workload.of(canary),
                    move != null && rollout.equals(move.rollout()) ? move : null);
        }

        /** What this rollout wrote down first stays, however many pods there are on the way. */
        private int total(Pair pair) {
            if (wanted > 0) {
                return wanted;
            }
            return pair.move() != null
                    ? pair.move().total()
                    : pair.stable().replicas() + pair.canary().replicas();
        }

        @Override
        public WeightSplit by(Workloads other) {
            return new ReplicaSplit(other, wanted, rollout);
        }

        @Override
        public Observation read() throws RouterException {
            Pair pair = look();
            Workload canary = pair.canary();
            Workload stable = pair.stable();
            int ready = canary.ready() + stable.ready();
            Weight weight = ready == 0 ? Weight.ZERO : WeightShares.read(canary.ready(), ready);
            boolean halfway = pair.move() != null && pair.move().halfway(canary.replicas(), stable.replicas());
            // Without a canary's pod the weight is zero however the stable version's pods are doing.
            boolean settled = !halfway && atRest(canary) && (canary.replicas() == 0 || atRest(stable));
            return Observation.of(weight, settled, "canary " + says(canary) + ", stable " + says(stable), List.of());
        }

        private static boolean atRest(Workload workload) {
            return workload.observed()
                    && workload.pods() == workload.replicas()
                    && workload.ready() == workload.replicas();
        }

        private static String says(Workload workload) {
            return workload.ready() + " of " + workload.replicas() + " pods ready";
        }

        /** Adds pods on the one side; once they are ready, takes them away on the other. */
        @Override
        public void set(Weight weight) throws RouterException {
            go(weight, false);
        }

        /** Does not wait for the stable version to be back in full strength, only for one pod to be there. */
        @Override
        public void abandon() throws RouterException {
            go(Weight.ZERO, true);
        }

        private void go(Weight weight, boolean hurry) throws RouterException {
            Pair pair = look();
            int total = total(pair);
            String refusal = refusal(weight, total);
            if (refusal != null) {
                throw RouterException.permanent(refusal);
            }
            int from = pair.canary().replicas();
            int to = nearest(weight, total);
            int stable = total - to;
            if (pair.move() == null || pair.move().to() != to) {
                note(new ScaleMove(rollout, total, from, to), stable);
                pair = look();
            } else if (pair.stable().replicas() < stable) {
                workloads.scaleStable(stable);
            }
            if (from < to || from > to && enough(pair.stable(), hurry ? 1 : stable)) {
                workloads.scaleCanary(to);
            } else if (from == to && pair.stable().replicas() > stable && enough(pair.canary(), to)) {
                workloads.scaleStable(stable);
            }
        }

        /** Why no share of so many pods reads as exactly this weight, to a tenth of a percent, and what instead; else null. */
        static String refusal(Weight weight, int total) {
            int near = nearest(weight, total);
            if (WeightShares.read(near, total).equals(weight)) {
                return null;
            }
            int low = weight.tenths() * total < near * 1000 ? near - 1 : near;
            Weight below = WeightShares.read(Math.max(0, low), total);
            Weight above = WeightShares.read(Math.min(total, low + 1), total);
            return "with " + total + " pods a canary gets " + below + " or " + above + " of the requests, not " + weight
                    + "; write one of these, or raise replicas";
        }

        private static int nearest(Weight weight, int total) {
            return (int) Math.round(weight.share() * total);
        }

        private static boolean enough(Workload workload, int ready) {
            return workload.ready() >= ready;
        }

        /** In the same write the stable version gets the pods that it will need. */
        private void note(ScaleMove move, int stableReplicas) throws RouterException {
            workloads.cluster().edit(workloads.ref(Kind.DEPLOYMENT, workloads.stableName()), stable -> {
                stable.annotate(ScaleMove.ANNOTATION, move);
                if (stable.spec().path("replicas").asInt(1) < stableReplicas) {
                    stable.tree().withObject("/spec").put("replicas", stableReplicas);
                }
                return true;
            });
        }

        /** One Service has the pods of both versions, on purpose. */
        @Override
        public Map<Track, PodSelector> selectors() {
            return Map.of();
        }

        /** Its pods come with the weight, so there need not be any before. */
        @Override
        public RouterException unserved(Track track) {
            return null;
        }

        /**
         * A change of the split that takes two writes, kept in an annotation on the stable Deployment until the next one: pods
         * are added on one side first and taken away on the other when the new ones are ready. Whoever comes later knows from
         * it what to finish, and that a sum of pods above the total is on the way and no foreign edit.
         *
         * @param rollout whose move it is
         * @param total of both versions' replicas, before and after
         * @param from the canary's replicas before
         * @param to the canary's replicas after
         */
        record ScaleMove(String rollout, int total, int from, int to) {

            static final String ANNOTATION = "canary-release.jenkins.io/replicas";

            /** Whether these replicas are the ones in the middle: more of one version, not yet fewer of the other. */
            boolean halfway(int canary, int stable) {
                return from != to && canary == Math.max(from, to) && stable == total - Math.min(from, to);
            }
        }
    }
}

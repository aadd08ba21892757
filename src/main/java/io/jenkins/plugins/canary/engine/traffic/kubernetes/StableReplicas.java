package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The stable version's pods follow the weight where the plan says so: fewer once a weight is in force, more before it
 * falls. Keeps no state: how many there were before is in an annotation on the stable Deployment, which changes in one
 * write with the number of pods. A number that somebody else has set is left alone.
 *
 * @param dynamic whether the plan says so; nothing is scaled otherwise
 */
record StableReplicas(Workloads workloads, String rollout, boolean dynamic) {

    static final String ANNOTATION = "canary-release.jenkins.io/stable-replicas";

    /**
     * What a rollout did to the number of pods.
     *
     * @param original how many there were before
     * @param set how many it asked for last; another number is somebody else's
     * @param wanted the weight that these are for
     */
    record Scaled(String rollout, int original, int set, Weight wanted) {

        Scaled {
            Objects.requireNonNull(rollout, "rollout");
            Objects.requireNonNull(wanted, "wanted");
        }

        /** Rounded up, and at least one: a router refuses a stable version without pods. */
        private int at(Weight weight) {
            long share = ((long) original * (1000 - weight.tenths()) + 999) / 1000;
            return (int) Math.min(original, Math.max(1, share));
        }
    }

    /**
     * Null when nobody scaled it. What an earlier rollout left counts as long as nobody has set another number since, so
     * that its number of before comes back in the end.
     */
    private static Scaled scaled(KubeObject stable, String rollout) {
        Scaled record = stable.annotation(ANNOTATION, Scaled.class);
        boolean counts = record != null
                && (record.rollout().equals(rollout)
                        || record.set() == Workload.of(stable).replicas());
        return counts ? record : null;
    }

    private Scaled ours(KubeObject stable) {
        Scaled record = scaled(stable, rollout);
        return dynamic && record != null && record.rollout().equals(rollout) ? record : null;
    }

    /** How many pods the stable version has when it gets everything: a made canary's pods are a share of these. */
    static int original(KubeObject stable, String rollout) {
        int replicas = Workload.of(stable).replicas();
        Scaled record = scaled(stable, rollout);
        return record == null ? replicas : Math.max(record.original(), replicas);
    }

    /**
     * Two that set one number undo each other's work.
     *
     * @throws RouterException permanent when an autoscaler scales the stable Deployment
     */
    void requireNoAutoscaler() throws RouterException {
        if (!dynamic) {
            return;
        }
        KubeObject stable = workloads.stable();
        if (ours(stable) != null) {
            return;
        }
        for (KubeObject autoscaler : workloads.cluster().listKnown(Kind.AUTOSCALER, workloads.namespace())) {
            if (scales(autoscaler, stable.ref())) {
                throw RouterException.permanent(autoscaler.ref() + " scales " + stable.ref()
                        + ", and dynamicStableScale does too: " + remedy(autoscaler.ref()));
            }
        }
    }

    private static boolean scales(KubeObject autoscaler, ObjectRef deployment) {
        return autoscaler
                        .spec()
                        .at("/scaleTargetRef/kind")
                        .asText()
                        .equals(deployment.kind().name())
                && autoscaler.spec().at("/scaleTargetRef/name").asText().equals(deployment.name());
    }

    private static String remedy(ObjectRef autoscaler) {
        return "leave out dynamicStableScale, or delete the autoscaler for as long as the rollout lasts (kubectl -n "
                + autoscaler.namespace() + " delete hpa " + autoscaler.name() + ")";
    }

    /**
     * Before a weight: adds the pods that the stable version needs at it, where this scaled it down.
     *
     * @return whether it has them, or there is nothing to wait for
     */
    boolean prepare(Weight weight) throws RouterException {
        if (!dynamic) {
            return true;
        }
        KubeObject stable = workloads.stable();
        if (isTheirs(stable)) {
            return true;
        }
        Scaled before = scaled(stable, rollout);
        if (before == null) {
            return true;
        }
        int needs = before.at(weight);
        if (before.set() >= needs && before.wanted().compareTo(weight) <= 0) {
            return ready(stable, needs);
        }
        return ready(set(weight, Math.max(needs, before.set())), needs);
    }

    /** The weight is in force: no more pods than the stable version needs at it. */
    void served(Weight weight) throws RouterException {
        if (dynamic) {
            set(weight, 0);
        }
    }

    /** The number of pods and the record of it, in one write. */
    private KubeObject set(Weight weight, int atLeast) throws RouterException {
        return workloads.cluster().edit(ref(), fresh -> {
            if (isTheirs(fresh)) {
                return false;
            }
            int replicas = Workload.of(fresh).replicas();
            Scaled before = scaled(fresh, rollout);
            Scaled all = before == null ? new Scaled(rollout, replicas, replicas, Weight.ZERO) : before;
            int next = Math.max(atLeast, all.at(weight));
            Scaled after = new Scaled(rollout, all.original(), next, weight);
            if (after.equals(before) || before == null && next == replicas) {
                return false;
            }
            fresh.annotate(ANNOTATION, after);
            fresh.tree().withObject("/spec").put("replicas", next);
            return true;
        });
    }

    /** As many pods as before, and no trace. */
    void restore() throws RouterException {
        if (!isScaled()) {
            return;
        }
        workloads.cluster().edit(ref(), fresh -> {
            Scaled record = ours(fresh);
            if (record == null) {
                return false;
            }
            if (!isTheirs(fresh)) {
                fresh.tree().withObject("/spec").put("replicas", record.original());
            }
            fresh.annotate(ANNOTATION, null);
            return true;
        });
    }

    /** Whether this rollout's record is still there. */
    boolean isScaled() throws RouterException {
        return dynamic && ours(workloads.stable()) != null;
    }

    /** With what people should know of the stable version's pods; not settled while a falling weight waits for them. */
    Observation told(Observation seen) throws RouterException {
        if (!dynamic || seen.promoted()) {
            return seen;
        }
        KubeObject stable = workloads.stable();
        Workload pods = Workload.of(stable);
        if (isTheirs(stable)) {
            return seen.withWarnings(Stream.concat(
                            seen.warnings().stream(),
                            Stream.of(pods.ref() + " has " + pods.replicas() + " replicas, which somebody else has set"
                                    + " instead of " + ours(stable).set() + ": this rollout scales it no more"))
                    .toList());
        }
        Scaled record = ours(stable);
        boolean falls = record != null && record.wanted().compareTo(seen.weight()) < 0;
        if (falls ? ready(stable, record.set()) : pods.ready() >= pods.replicas()) {
            return seen;
        }
        String lacks = pods.ready() + " of " + pods.replicas() + " pods of the stable version ready";
        String detail = seen.detail().isEmpty() ? lacks : seen.detail() + "; " + lacks;
        return falls ? seen.unsettled(detail) : seen.withDetail(detail);
    }

    private boolean isTheirs(KubeObject stable) {
        Scaled record = ours(stable);
        return record != null && record.set() != Workload.of(stable).replicas();
    }

    private static boolean ready(KubeObject stable, int pods) {
        Workload workload = Workload.of(stable);
        return workload.onlyCurrentPods() && workload.ready() >= pods;
    }

    private ObjectRef ref() {
        return workloads.ref(Kind.DEPLOYMENT, workloads.stableName());
    }
}

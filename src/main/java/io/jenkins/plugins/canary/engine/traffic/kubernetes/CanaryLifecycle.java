package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A router whose canary is made by the rollout: its pods are there before the weight rises, go after it has fallen, and are
 * removed at the end. What comes next follows from the cluster alone, so that whoever comes after a crash goes on. A baseline
 * is made after the canary and removed before it, so that it is never there alone.
 *
 * @param router moves the weight between the two Deployments
 * @param baseline null where the plan has none
 * @param stable the stable version's pods, which follow the weight where the plan says so
 * @param onlyWeights whether the router can send nothing to the canary beside its weight
 * @param drain how long the canary keeps running once its weight is 0
 */
record CanaryLifecycle(
        TrafficRouter router,
        WeightSplit split,
        CanaryDeployment canary,
        CanaryDeployment baseline,
        StableReplicas stable,
        boolean onlyWeights,
        Duration drain,
        InstantSource clock)
        implements TrafficRouter {

    /** How long a roll back of a canary with ready pods waits for those of the stable version. */
    static final Duration ROLL_BACK_WAITS = Duration.ofSeconds(60);

    @Override
    public Observation observe() throws RouterException {
        return stable.told(look());
    }

    private Observation look() throws RouterException {
        Observation seen = router.observe();
        KubeObject made = canary.made().orElse(null);
        if (made == null) {
            if (!seen.promoted() && !seen.isClear()) {
                return seen;
            }
            if (baseline != null && baseline.made().isPresent()) {
                return seen.asPromoted(false).unsettled("the baseline's Deployment is removed");
            }
            return stable.isScaled()
                    ? seen.asPromoted(false).unsettled("the stable version gets its number of pods back")
                    : seen;
        }
        if (seen.promoted()) {
            return seen.asPromoted(false).unsettled("the canary's Deployment is removed");
        }
        return switch (CanaryRecord.of(made).stage()) {
            case SERVING -> seen;
            case ENDING -> seen.unsettled(seen.detail().isEmpty() ? "the canary is rolled back" : seen.detail());
            case DRAINING -> seen.unsettled("the canary ends the requests that it has, and is removed then");
            case MOVING -> seen.unsettled(moving(made, seen));
        };
    }

    private String moving(KubeObject made, Observation seen) throws RouterException {
        Weight wanted = CanaryRecord.of(made).wanted();
        String waits = wanted.compareTo(seen.weight()) >= 0 ? waitsFor(made) : null;
        return waits != null ? waits : seen.detail().isEmpty() ? "the weight goes to " + wanted : seen.detail();
    }

    /** What the made pods wait for before they can serve; null for nothing. */
    private String waitsFor(KubeObject made) throws RouterException {
        String waits = canary.waitsFor(made, clock.millis());
        if (waits != null || baseline == null) {
            return waits;
        }
        Optional<KubeObject> beside = baseline.made();
        return beside.isEmpty() ? "the baseline is made" : baseline.waitsFor(beside.get(), clock.millis());
    }

    private void remove(KubeObject made) throws RouterException {
        removeBaseline();
        canary.remove(made);
    }

    private void removeBaseline() throws RouterException {
        Optional<KubeObject> made = baseline == null ? Optional.empty() : baseline.made();
        if (made.isPresent()) {
            baseline.remove(made.get());
        }
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        shift(weight, ExtraTraffic.NONE);
    }

    /** A canary with a cohort or copies beside a weight of 0 needs pods too. */
    @Override
    public void shift(Weight weight, ExtraTraffic extra) throws RouterException {
        if (onlyWeights) {
            extra.requireNone(); // before pods are made for it
        }
        if (weight.isZero() && extra.isNone()) {
            if (stable.prepare(weight)) {
                router.shift(weight, extra);
            }
            return;
        }
        stable.requireNoAutoscaler();
        KubeObject made = canary.prepare(weight, null, clock.millis());
        if (baseline != null) {
            baseline.prepare(weight, made, clock.millis());
        }
        Observation before = router.observe();
        boolean rises = weight.compareTo(before.weight()) > 0 || before.isClear();
        boolean stableIsReady = stable.prepare(weight);
        if (rises ? waitsFor(made) != null : falls(weight, before) && !stableIsReady) {
            return;
        }
        router.shift(weight, extra);
        Observation seen = router.observe();
        if (seen.weight().equals(weight) && seen.settled()) {
            stable.served(weight);
            canary.served(weight, clock.millis());
            if (baseline != null) {
                baseline.served(weight, clock.millis());
            }
        }
    }

    private static boolean falls(Weight weight, Observation before) {
        return weight.compareTo(before.weight()) < 0;
    }

    /** The stable version gets all of its pods first: a promotion sends it the traffic when every one is updated. */
    @Override
    public void promote(String version) throws RouterException {
        if (router.observe().promoted()) {
            stable.restore();
            Optional<KubeObject> made = canary.made();
            if (made.isPresent()) {
                remove(made.get());
            } else {
                removeBaseline();
            }
        } else {
            stable.prepare(Weight.ZERO);
            router.promote(version);
        }
    }

    /** What is to be removed is written down first, but nothing that goes wrong there keeps the traffic from moving. */
    @Override
    public void rollBack() throws RouterException {
        RouterException unnoted = null;
        Optional<KubeObject> there = Optional.empty();
        boolean stableIsReady = false;
        try {
            there = canary.made();
            if (there.isPresent()) {
                there = Optional.of(canary.end(CanaryRecord.Stage.ENDING, clock.millis()));
                stableIsReady = stable.prepare(Weight.ZERO);
            }
        } catch (RouterException e) {
            unnoted = e;
        }
        if (stable.dynamic() && !stableIsReady && there.isPresent() && mayWait(there.get())) {
            takeImagesBack();
            if (unnoted != null) {
                throw unnoted;
            }
            return;
        }
        router.rollBack();
        if (unnoted != null) {
            throw unnoted;
        }
        Observation seen = router.observe();
        if (seen.isClear() && there.isEmpty()) {
            removeBaseline();
            stable.restore();
        }
        if (!seen.isClear() || there.isEmpty() || !seen.settled() && !isShared()) {
            return;
        }
        KubeObject made = canary.end(CanaryRecord.Stage.DRAINING, clock.millis());
        boolean drained = clock.millis() - CanaryRecord.of(made).since() >= drain.toMillis();
        if (drained || Workload.of(made).ready() == 0 && !baselineServes()) {
            split.cleanUp();
            stable.restore();
            remove(made);
        }
    }

    /** A canary that serves is left the traffic for a while, until the stable version has its pods back. */
    private boolean mayWait(KubeObject made) throws RouterException {
        CanaryRecord record = CanaryRecord.of(made);
        return record.stage() == CanaryRecord.Stage.ENDING
                && clock.millis() - record.since() < ROLL_BACK_WAITS.toMillis()
                && Workload.of(made).ready() > 0
                && !split.read().isClear();
    }

    /** Whether it may have requests under way. */
    private boolean baselineServes() throws RouterException {
        return baseline != null
                && baseline.made().filter(made -> Workload.of(made).ready() > 0).isPresent();
    }

    /** Those of a promotion, which need not wait: pods take long to come back. */
    private void takeImagesBack() throws RouterException {
        PromotionRecord begun = PromotionRecord.of(canary.workloads().stable(), canary.rollout());
        if (begun != null && !begun.undone()) {
            canary.workloads().restoreImages(begun);
        }
    }

    /** Requests of the stable version reach the canary's pods whatever the weight, until these are gone. */
    private boolean isShared() throws RouterException {
        return SharedPods.find(canary.workloads(), split) != null;
    }

    /** Also what a roll back had no reason to look at, since the weight was 0 already. */
    @Override
    public void release(Release how) throws RouterException {
        Optional<KubeObject> made = how == Release.ENDED ? canary.made() : Optional.empty();
        if (made.isPresent() && router.observe().isClear()) {
            split.cleanUp();
            remove(made.get());
        }
        stable.restore();
        router.release(how);
    }

    @Override
    public void close() {
        router.close();
    }
}

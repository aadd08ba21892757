package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Two Deployments behind a {@link WeightSplit}. While a promotion is under way the router does not count as settled; once it
 * is done the new version gets everything, so the weight reads 100% although the route's weights are back at zero.
 *
 * @param drain how long requests under way may take after the traffic has left the canary
 * @param movedAt when this process last moved traffic, milliseconds since the epoch; or 0
 */
record KubernetesRouter(
        Workloads workloads, WeightSplit split, String rollout, Duration drain, InstantSource clock, AtomicLong movedAt)
        implements TrafficRouter {

    /** How long proxies may still send requests by the weights of before. */
    private static final Duration PROXIES_FOLLOW = Duration.ofSeconds(5);

    KubernetesRouter(Workloads workloads, WeightSplit split, String rollout, Duration drain, InstantSource clock) {
        this(workloads, split, rollout, drain, clock, new AtomicLong());
    }

    /** What the parts of a look ask for is the same few objects. */
    @Override
    public Observation observe() throws RouterException {
        Workloads once = workloads.forOneLook();
        return new KubernetesRouter(once, split.by(once), rollout, drain, clock, movedAt).seen();
    }

    private Observation seen() throws RouterException {
        Observation seen = look();
        if (seen.promoted()) {
            return seen;
        }
        Observation told = withShared(seen);
        if (told.isClear()) {
            return told;
        }
        Observation known = told.health() != null ? told : told.withHealth(health(Track.CANARY, workloads));
        return known.baseline() == null
                ? known
                : known.withBaseline(known.baseline().withHealth(health(Track.BASELINE, workloads.ofBaseline())));
    }

    /**
     * A canary whose pods the stable version's requests reach is not out of traffic, whatever the weight; above 0 the
     * share is not what it says. Where the cluster does not tell, the weight is all that is known.
     */
    private Observation withShared(Observation seen) {
        try {
            SharedPods shared = SharedPods.find(workloads, split);
            if (shared == null) {
                return seen;
            }
            if (!seen.isClear()) {
                return seen.withWarnings(Stream.concat(seen.warnings().stream(), Stream.of(shared.text()))
                        .toList());
            }
            boolean canaryIsReached = shared.track() == Track.STABLE
                    && workloads
                            .canary()
                            .filter(canary -> Workload.of(canary).ready() > 0)
                            .isPresent();
            return canaryIsReached ? seen.unsettled(shared.text()) : seen;
        } catch (RouterException unknown) {
            return seen;
        }
    }

    /** Null when the cluster does not tell: the weight was read, and that counts. */
    private CanaryHealth health(Track track, Workloads of) {
        try {
            RouterException unserved = split.unserved(track);
            return PodHealth.of(of, unserved == null ? null : unserved.getMessage(), clock.millis());
        } catch (RouterException unknown) {
            return null;
        }
    }

    private void requireServed(Track track) throws RouterException {
        RouterException unserved = split.unserved(track);
        if (unserved != null) {
            throw unserved;
        }
    }

    private Observation look() throws RouterException {
        Observation route = split.read();
        Promotion promotion = promotion(route, false);
        if (promotion.imagesSet()) {
            return promotion.next() instanceof Promotion.Step.Done
                    ? Observation.of(Weight.FULL, true, "", route.warnings()).asPromoted(true)
                    : underWay(route, promotion.next());
        }
        return promotion.takingBack() ? underWay(route, promotion.undo()) : route;
    }

    private static Observation underWay(Observation route, Promotion.Step step) {
        return Observation.of(route.weight(), false, says(step), route.warnings())
                .withExtra(route.extra());
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        shift(weight, ExtraTraffic.NONE);
    }

    @Override
    public void shift(Weight weight, ExtraTraffic extra) throws RouterException {
        if (!weight.isZero() || !extra.isNone()) {
            SharedPods shared = SharedPods.find(workloads, split);
            if (shared != null) {
                throw shared.refusal();
            }
            workloads.requireNoOtherCanary();
            requireServed(Track.CANARY);
        }
        if (!weight.equals(Weight.FULL) || split.alwaysNeedsStable()) {
            requireServed(Track.STABLE);
        }
        movedAt.set(clock.millis());
        split.set(weight, extra);
    }

    @Override
    public void promote(String version) throws RouterException {
        Promotion promotion = promotion(split.read(), true);
        Promotion.Step step = promotion.next();
        if (step instanceof Promotion.Step.SetImages set) {
            if (split.alwaysNeedsStable() && promotion.stable().recreates()) {
                throw RouterException.permanent(promotion.stable().ref() + " has the strategy Recreate: while it is"
                        + " updated it has no pod, and this router then fails the canary's requests as well;"
                        + " use RollingUpdate");
            }
            workloads.setImages(PromotionRecord.begun(rollout, version, set.from(), set.to()));
        } else if (step instanceof Promotion.Step.TrafficToStable) {
            shift(Weight.ZERO);
        } else if (step instanceof Promotion.Step.NoteTrafficBack) {
            workloads.noteTrafficBack(rollout, clock.millis());
        } else if (step instanceof Promotion.Step.ScaleCanaryDown) {
            split.cleanUp();
            workloads.scaleCanary(0);
        } else if (step instanceof Promotion.Step.Refuse refuse) {
            throw RouterException.permanent(refuse.why());
        }
    }

    /**
     * The images first, since pods take long to come back, but nothing that goes wrong there keeps the traffic from
     * moving.
     */
    @Override
    public void rollBack() throws RouterException {
        Observation route = split.read();
        RouterException images = null;
        try {
            if (promotion(route, false).undo() instanceof Promotion.Step.RestoreImages restore) {
                workloads.restoreImages(restore.record());
            }
        } catch (RouterException e) {
            images = e;
        }
        if (!route.isClear() || !route.settled()) {
            requireServed(Track.STABLE);
            movedAt.set(clock.millis());
            split.abandon();
        }
        if (images != null) {
            throw images;
        }
    }

    /** What the rollout put in place goes when no proxy can need it any more. */
    @Override
    public void release(Release how) throws RouterException {
        if (how != Release.ENDED || !split.read().weight().isZero()) {
            return;
        }
        long wait = Math.min(PROXIES_FOLLOW.toMillis(), drain.toMillis());
        if (split.proxiesNeedWhatIsCleanedUp() && clock.millis() - movedAt.get() < wait) {
            throw new RouterException("what the rollout added to the route is removed once every proxy has followed");
        }
        split.cleanUp();
    }

    @Override
    public void close() {
        workloads.cluster().close();
    }

    /** The canary's Deployment is looked at only when a promotion has begun or is about to. */
    private Promotion promotion(Observation route, boolean promoting) throws RouterException {
        KubeObject stable = workloads.stable();
        PromotionRecord record = PromotionRecord.of(stable, rollout);
        Optional<KubeObject> canary = promoting || record != null ? workloads.canary() : Optional.empty();
        boolean drained = record != null
                && record.trafficBackAt() != 0
                && clock.millis() - record.trafficBackAt() >= drain.toMillis();
        return new Promotion(Workload.of(stable), canary.map(Workload::of).orElse(null), record, route, drained);
    }

    private static String says(Promotion.Step step) {
        if (step instanceof Promotion.Step.Wait wait) {
            return wait.why();
        }
        return step instanceof Promotion.Step.Refuse refuse ? refuse.why() : "the promotion is under way";
    }
}

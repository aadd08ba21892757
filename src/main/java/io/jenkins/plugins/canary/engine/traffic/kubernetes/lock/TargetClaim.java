package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a rollout leaves at its target for others to see: that it has it (a Lease, which runs out when nobody renews it)
 * and what it last wanted there (an annotation, which stays). Keeps nothing itself; any thread.
 */
public final class TargetClaim {

    /** Several renewals may fail before anybody else gets the target. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration RENEWAL = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final ObjectRef target;
    private final RouterContext context;
    private final TargetLease lease;
    private final InstantSource clock;

    public TargetClaim(Cluster cluster, ObjectRef target, RouterContext context, InstantSource clock) {
        this.cluster = cluster;
        this.target = target;
        this.context = context;
        this.lease = new TargetLease(cluster, target, context.claimant().id(), context.owner(), LEASE, clock);
        this.clock = clock;
    }

    public ObjectRef target() {
        return target;
    }

    /**
     * Takes the target or keeps it.
     *
     * @return when to ask again, at the latest
     * @throws RouterException permanent when somebody else has it
     */
    public Duration hold() throws RouterException {
        if (context.claimant().evenSo()) {
            lease.take();
            return RENEWAL;
        }
        Optional<TargetLease.Holder> other = lease.hold();
        if (other.isPresent()) {
            throw new TakenException(target + " is taken by " + named(other.get().rollout(), other.get().owner())
                    + ", which says so until " + other.get().until().truncatedTo(ChronoUnit.SECONDS)
                    + " and may renew it: wait for it to end, or end it there");
        }
        return RENEWAL;
    }

    /** What a rollout wrote down last; empty when there is nothing. */
    public Optional<TargetRecord> record() throws RouterException {
        return cluster.find(target).flatMap(TargetRecord::read);
    }

    /** What another rollout left here without coming to its end; empty when there is nothing of the kind. */
    public Optional<TargetRecord> leftBehind() throws RouterException {
        return record().filter(r -> !r.rollout().equals(context.rollout()) && !r.weight().isZero());
    }

    /** Who has, or has had, the target since this rollout let go of it, for people; null when nobody has. */
    public String successor() throws RouterException {
        return lease.successor().map(other -> named(other.rollout(), other.owner())).orElse(null);
    }

    /** Refuses to go on from what another rollout left behind. */
    public static RouterException unsettled(ObjectRef target, TargetRecord left, Weight seen) {
        return RouterException.permanent("the canary of " + target + " has " + seen + " of the requests since "
                + named(left.rollout(), left.owner()) + " last set " + left.weight()
                + ", and nobody has held the target since: let that one go on, or take the canary out of traffic with"
                + " canary traffic PLAN rollback, and start again");
    }

    /**
     * Writes down what is about to be set, before anything is; nothing when the record says so already. A changed annotation
     * is a new generation of a Deployment, whose rollout counts as begun until its controller has seen it: written at every
     * look, it would keep a promotion waiting for itself.
     */
    public void note(Weight weight) throws RouterException {
        if (target.kind().equals(Kind.LEASE) && cluster.find(target).isEmpty()) {
            return; // whoever deleted the lock meant it
        }
        new TargetRecord(context.rollout(), context.version(), context.owner(), context.claimant().sequence().getAsLong(),
                weight, clock.millis()).write(cluster, target);
    }

    /**
     * Lets others have the target.
     *
     * @param settled whether the record has done its duty
     */
    public void release(boolean settled) throws RouterException {
        if (settled) {
            TargetRecord.clear(cluster, target, context.rollout());
        }
        lease.release();
    }

    private static String named(String rollout, String owner) {
        return "the rollout " + rollout + (owner.isEmpty() ? "" : " of " + owner);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess.Incarnation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Taking;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a rollout leaves at its target for others to see: that it has it (a Lease, which runs out when nobody renews it)
 * and what it last wanted there (an annotation, which stays). Keeps nothing itself; any thread.
 */
public record TargetClaim(Cluster cluster, ObjectRef target, RouterContext context) {

    /** Several renewals may fail before anybody else gets the target. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration RENEWAL = Duration.ofSeconds(20);

    private TargetLease lease() {
        Incarnation life = context.clusters() == null
                ? Incarnation.ONLY
                : context.clusters().incarnation();
        TargetLease.Self self = new TargetLease.Self(context.claimant().id(), context.rollout(), context.owner(), life);
        return new TargetLease(cluster, target, self, LEASE, context.clock());
    }

    /**
     * Takes the target or keeps it.
     *
     * @return when to ask again, at the latest
     * @throws RouterException permanent when somebody else has it
     */
    public Duration hold() throws RouterException {
        if (context.claimant().taking() == Taking.EVEN_SO) {
            lease().take();
            return RENEWAL;
        }
        Optional<TargetLease.Holder> other = lease().hold();
        if (other.isPresent()) {
            throw new TakenException(target + " is taken" + words(other.get()));
        }
        return RENEWAL;
    }

    private static String words(TargetLease.Holder other) {
        if (other.ended()) {
            return ": the rollout " + other.rollout()
                    + " has ended already in another copy of this controller, and this copy"
                    + " knows an older state of it; nothing is moved from here";
        }
        String until = other.until().truncatedTo(ChronoUnit.SECONDS).toString();
        return other.copy()
                ? " by the same rollout in another copy of this controller, or in this one before a crash: it holds the"
                        + " target until " + until
                        + " and renews that if it is alive. This copy goes on when it is not, and"
                        + " moves nothing before; stop one of the two copies"
                : " by " + named(other.rollout(), other.owner()) + ", which says so until " + until
                        + " and may renew it: wait for it to end, or end it there";
    }

    /**
     * Refuses to go on where others have been meanwhile: a rollout that is resumed has claimed its target before, and whoever
     * claimed it since has settled what it left.
     */
    public void requireNobodySince() throws RouterException {
        String since = context.claimant().taking() == Taking.AGAIN ? successor() : null;
        if (since != null) {
            throw new TakenException(target + " has been taken since by " + since + ": the rollout " + context.rollout()
                    + " is out of date, and nothing is moved from here");
        }
    }

    /** What a rollout wrote down last; empty when there is nothing. */
    public Optional<TargetRecord> record() throws RouterException {
        return cluster.find(target).flatMap(TargetRecord::read);
    }

    /**
     * Refuses to go on from what another rollout left behind without coming to its end, as long as its canary gets requests.
     * The target is let go then: that rollout may come back to it.
     */
    void requireSettled(TrafficRouter router) throws RouterException {
        TargetRecord left = record().orElse(null);
        if (left == null
                || left.rollout().equals(context.rollout())
                || left.weight().isZero()) {
            return;
        }
        Weight seen = router.observe().weight();
        if (!seen.isZero()) {
            lease().giveBack(left.rollout());
            throw RouterException.permanent("the canary of " + target + " has " + seen + " of the requests since "
                    + named(left.rollout(), left.owner()) + " last set " + left.weight()
                    + ", and nobody has held the target since: let that one go on, or take the canary out of traffic with"
                    + " canary traffic PLAN rollback, and start again");
        }
    }

    /** Who has, or has had, the target since this rollout let go of it, for people; null when nobody has. */
    public String successor() throws RouterException {
        return lease().successor()
                .map(other -> named(other.rollout(), other.owner()))
                .orElse(null);
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
        new TargetRecord(
                        context.rollout(),
                        context.version(),
                        context.owner(),
                        context.claimant().sequence().getAsLong(),
                        weight,
                        context.clock().millis())
                .write(cluster, target);
    }

    /** Lets others have the target. */
    public void release(Release how) throws RouterException {
        if (how != Release.LEFT_BEHIND) {
            TargetRecord.clear(cluster, target, context.rollout());
        }
        lease().release(how != Release.HANDED_OVER);
    }

    private static String named(String rollout, String owner) {
        return "the rollout " + rollout + (owner.isEmpty() ? "" : " of " + owner);
    }

    /** Another rollout has the target. */
    public static final class TakenException extends RouterException {
        private static final long serialVersionUID = 1L;

        TakenException(String message) {
            super(message, null, true);
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim.TakenException;
import java.time.Duration;

/**
 * A router whose target can be claimed. Once it is, nothing is moved without the claim being looked at again first, and
 * what is about to be set is written down at the target. Taking the canary out of traffic waits for neither. Once it was
 * let go, it is told who has had it since, and claimed again before a promotion is taken back.
 */
public final class ClaimedRouter implements TrafficRouter {

    private final TrafficRouter router;
    private final TargetClaim claim;
    private volatile boolean claimed;
    private volatile boolean letGo;

    public ClaimedRouter(TrafficRouter router, TargetClaim claim) {
        this.router = router;
        this.claim = claim;
    }

    @Override
    public Duration claim() throws RouterException {
        if (!claimed) {
            claim.requireNobodySince();
        }
        Duration again = claim.hold();
        if (!claimed) {
            claim.requireSettled(router);
            claimed = true;
        }
        return again;
    }

    /** The router's own part comes first, while the target is still claimed; what it can never do keeps nobody waiting. */
    @Override
    public synchronized void release(Release how) throws RouterException {
        letGo = true;
        if (claimed) {
            try {
                router.release(how);
            } catch (RouterException e) {
                if (!e.permanent()) {
                    throw e;
                }
            }
            claim.release(how);
            claimed = false;
        }
    }

    @Override
    public Observation observe() throws RouterException {
        Observation seen = router.observe();
        return letGo ? seen.withSuccessor(claim.successor()) : seen;
    }

    @Override
    public void intend(String key) {
        router.intend(key);
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        shift(weight, ExtraTraffic.NONE);
    }

    @Override
    public void shift(Weight weight, ExtraTraffic extra) throws RouterException {
        before(weight);
        router.shift(weight, extra);
    }

    @Override
    public void promote(String version) throws RouterException {
        before(Weight.FULL);
        router.promote(version);
    }

    private void before(Weight weight) throws RouterException {
        if (claimed) {
            claim.hold();
            claim.note(weight);
        }
    }

    /** Not beside a release of before: what is written down here must not be left there. */
    @Override
    public synchronized void rollBack() throws RouterException {
        if (claimed) {
            requireNotTaken();
        } else if (letGo) {
            claim.hold();
            claimed = true;
        }
        router.rollBack();
        if (claimed) {
            noteZero();
        }
    }

    /** Who has lost the target must not take another rollout's canary out of traffic; anything less stops nobody. */
    private void requireNotTaken() throws RouterException {
        try {
            claim.hold();
        } catch (RouterException e) {
            if (e instanceof TakenException) {
                throw e;
            }
        }
    }

    /** The record only says what is true already. */
    private void noteZero() {
        try {
            claim.note(Weight.ZERO);
        } catch (RouterException e) {
            // It stays at the weight of before, and whoever finds it looks at the router first.
        }
    }

    @Override
    public void close() {
        router.close();
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;

/**
 * Brings a router to what is intended: looks first, asks only when that is needed, and looks again. After a crash the
 * same look finds out what the call before it came to, so that nothing is ever repeated blindly.
 */
final class RouterReconciler {

    private RouterReconciler() {}

    /**
     * Blocks on the router; never throws.
     *
     * @param intent null for a look
     */
    static Input ask(TrafficRouter router, Intent intent, String version) {
        try {
            return new Input.Seen(intent, settle(router, intent, version));
        } catch (RouterException e) {
            return new Input.Refused(intent, e.getMessage(), e.permanent());
        } catch (Throwable e) {
            return new Input.Refused(intent, "the router's driver failed: " + e, false);
        }
    }

    /** @return what the router was seen to do at the end */
    static Observation settle(TrafficRouter router, Intent intent, String version) throws RouterException {
        Observation seen = router.observe();
        if (intent == null || isDone(intent, seen)) {
            return seen;
        }
        switch (intent.kind()) {
            case SHIFT -> {
                boolean ours =
                        seen.weight().equals(intent.from()) || seen.weight().equals(intent.to());
                if (seen.settled() && !ours) {
                    return seen;
                }
                router.shift(intent.to());
            }
            case PROMOTE -> router.promote(version);
            case ROLL_BACK -> router.rollBack();
        }
        return router.observe();
    }

    /** Whether the router was seen to do what is intended. */
    static boolean isDone(Intent intent, Observation seen) {
        return switch (intent.kind()) {
            case SHIFT -> seen.weight().equals(intent.to()) && seen.settled();
            case PROMOTE -> seen.promoted() && seen.settled();
            case ROLL_BACK -> seen.successor() != null || seen.weight().isZero() && seen.settled();
        };
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import java.util.List;

/**
 * Whether the canary could serve what it got, tick by tick; and what follows when it cannot.
 *
 * @param last as last seen while the canary got something; null before
 * @param downTicks ticks in a row without a ready pod; a tick at which nothing was known does not count
 * @param cameBack whether a pod is ready again since the phase's clock last began
 */
public record HealthFold(CanaryHealth last, int downTicks, boolean cameBack) {

    static final HealthFold UNKNOWN = new HealthFold(null, 0, false);

    /** @param extra what the canary gets beside its weight */
    HealthFold tick(RolloutEvent.Ticked e, ExtraTraffic extra) {
        if (e.weight() != null && e.weight().isZero() && extra.isNone()) {
            return UNKNOWN;
        }
        if (e.health() == null) {
            return new HealthFold(last, downTicks, cameBack);
        }
        boolean down = fails(e.health());
        return new HealthFold(e.health(), down ? downTicks + 1 : 0, !down && (isDown() || cameBack));
    }

    /** The phase's clock has begun anew. */
    HealthFold begun() {
        return new HealthFold(last, downTicks, false);
    }

    private static boolean fails(CanaryHealth health) {
        return health.is(CanaryHealth.State.DOWN) || isRefused(health);
    }

    /** Whether requests to the canary fail, as far as is known. */
    public boolean isDown() {
        return downTicks > 0;
    }

    /** Why the canary is rolled back; null when it is not for its health. */
    String breach(CanaryPlan plan) {
        if (!isDown()) {
            return null;
        }
        if (isRefused(last)) {
            return refused(last);
        }
        int most = plan.timing().unavailableTicks();
        return most > 0 && downTicks >= most
                ? "the canary has had no ready pod for " + downTicks + (downTicks == 1 ? " tick: " : " ticks: ")
                        + last.detail()
                : null;
    }

    static boolean isRefused(CanaryHealth health) {
        return health != null && health.is(CanaryHealth.State.REFUSED);
    }

    static String refused(CanaryHealth health) {
        return "the router refuses the canary as a destination: " + health.detail();
    }

    /** What people are told when it changes. */
    List<RolloutEvent> reports(HealthFold before, long at) {
        if (last == null) {
            return List.of(); // nothing is known any more, which is no recovery
        }
        CanaryHealth.State now = last.state();
        CanaryHealth.State then = before.last == null ? CanaryHealth.State.READY : before.last.state();
        if (now == then) {
            return List.of();
        }
        boolean back = before.isDown() && !isDown();
        return List.of(new RolloutEvent.Warned(
                at,
                switch (now) {
                    case READY ->
                        "Every pod of the canary is ready again" + (back ? "; the phase's clock begins anew" : "");
                    case DEGRADED ->
                        "Pods of the canary fail: " + last.detail()
                                + (back ? "; others are ready again, and the phase's clock begins anew" : "");
                    case DOWN -> "The canary has no ready pod: " + last.detail();
                    case REFUSED -> "The router refuses the canary as a destination: " + last.detail();
                }));
    }
}

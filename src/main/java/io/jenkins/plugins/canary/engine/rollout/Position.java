package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;

/**
 * Where the traffic is, and where it is to go.
 *
 * @param phase index of the phase whose weight was last verified; -1 before the first
 * @param target the weight that the phase is to have: what it was last shifted to
 * @param changedAt when the weight was last read back after a change; 0 before
 * @param appliedAt when the current phase's weight was read back; 0 before
 * @param routerError what the router last said about the open intent; null when nothing went wrong
 * @param extra what the canary was last seen to get beside the weight
 */
public record Position(
        int phase,
        Weight weight,
        Weight target,
        long changedAt,
        long appliedAt,
        boolean everShifted,
        Intent intent,
        String routerError,
        ExtraTraffic extra) {

    static final Position START =
            new Position(-1, Weight.ZERO, Weight.ZERO, 0, 0, false, null, null, ExtraTraffic.NONE);

    Position intending(Intent next) {
        boolean shifted = everShifted || next.kind() == Intent.Kind.SHIFT;
        return new Position(phase, weight, target, changedAt, appliedAt, shifted, next, null, extra);
    }

    Position applied(RolloutEvent.ShiftApplied e) {
        long entered = isWithin(e) ? appliedAt : e.at();
        return new Position(e.phase(), e.weight(), e.weight(), e.at(), entered, everShifted, null, routerError, extra);
    }

    /** Whether a shift moved the weight within the phase, whose clocks run on. */
    boolean isWithin(RolloutEvent.ShiftApplied e) {
        return intent != null && intent.reason() != null && e.phase() == phase;
    }

    /** The router has a weight, and nothing is intended any more. */
    Position at(Weight found) {
        return new Position(phase, found, target, changedAt, appliedAt, everShifted, null, routerError, extra);
    }

    /** The canary gets that beside the weight. */
    Position beside(ExtraTraffic found) {
        return new Position(phase, weight, target, changedAt, appliedAt, everShifted, intent, routerError, found);
    }

    /** Whether the router was seen to give the canary something else. */
    boolean differs(Observation router) {
        return !router.weight().equals(weight) || !router.extra().equals(extra);
    }

    /** Whether the canary gets nothing at all. */
    boolean isClear() {
        return weight.isZero() && extra.isNone();
    }

    Position error(String says) {
        return new Position(phase, weight, target, changedAt, appliedAt, everShifted, intent, says, extra);
    }

    /** What happened before is not known: the router may have been asked for anything. */
    Position unknown() {
        return new Position(phase, weight, target, changedAt, appliedAt, true, intent, routerError, extra);
    }
}

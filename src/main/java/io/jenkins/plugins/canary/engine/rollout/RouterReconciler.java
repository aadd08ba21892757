package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.RollbackIntended;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Brings a router to what is intended: looks first, asks only when that is needed, and looks again. After a crash the
 * same look finds out what the call before it came to, so that nothing is ever repeated blindly. What follows of the
 * router's answers is decided here as well.
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
        } catch (RouterException.Pending e) {
            return new Input.Pending(intent);
        } catch (RouterException e) {
            return new Input.Refused(intent, e.getMessage(), e.permanent());
        } catch (Throwable e) {
            return new Input.Refused(intent, "the router's driver failed: " + e, false);
        }
    }

    /** @return what the router was seen to do at the end */
    static Observation settle(TrafficRouter router, Intent intent, String version) throws RouterException {
        Observation seen = router.observe();
        if (intent == null || isDone(intent, seen) || isElsewhere(intent, seen)) {
            return seen;
        }
        router.intend(intent.key());
        switch (intent.kind()) {
            case SHIFT -> router.shift(intent.to(), intent.extra());
            case PROMOTE -> router.promote(version);
            case ROLL_BACK -> router.rollBack();
        }
        return router.observe();
    }

    /** Whether the router was seen to do what is intended. */
    static boolean isDone(Intent intent, Observation seen) {
        return switch (intent.kind()) {
            case SHIFT -> seen.weight().equals(intent.to()) && seen.extra().equals(intent.extra()) && seen.settled();
            case PROMOTE -> seen.promoted() && seen.extra().isNone() && seen.settled();
            case ROLL_BACK -> seen.successor() != null || seen.isClear() && seen.settled();
        };
    }

    /** Whether somebody else moved the weight that is to be shifted. */
    private static boolean isElsewhere(Intent intent, Observation seen) {
        return intent.kind() == Intent.Kind.SHIFT
                && seen.settled()
                && !seen.weight().equals(intent.from())
                && !seen.weight().equals(intent.to());
    }

    /** What follows of an answer of {@link #ask}: pure, like all decisions. */
    static List<RolloutEvent> on(CanaryPlan plan, RolloutState s, Input answer, long now) {
        if (answer instanceof Input.Seen seen) {
            return onSeen(plan, s, seen, now);
        }
        return answer instanceof Input.Refused refused ? onRefused(s, refused, now) : List.of();
    }

    private static List<RolloutEvent> onSeen(CanaryPlan plan, RolloutState s, Input.Seen answer, long now) {
        Intent intent = s.intent();
        Observation seen = answer.router();
        if (s.isEnded() || !Objects.equals(intent, answer.intent())) {
            return List.of();
        }
        if (intent == null) {
            return s.phase() < 0 ? begin(plan, s, seen, now) : List.of();
        }
        if (intent.kind() == Intent.Kind.SHIFT && HealthFold.isRefused(seen.health())) {
            return List.of(new RollbackIntended(now, HealthFold.refused(seen.health()), null, null));
        }
        if (!isDone(intent, seen)) {
            return isElsewhere(intent, seen)
                    ? List.of(RolloutEvent.WeightFound.of(
                            now, intent.to(), s.position().extra(), seen))
                    : List.of();
        }
        return switch (intent.kind()) {
            case SHIFT ->
                List.of(new RolloutEvent.ShiftApplied(
                        now, intent.phase(), intent.to(), intent.extra().isNone() ? seen.requests() : null));
            case PROMOTE -> List.of(PostPromotionPolicy.promoted(plan, seen, now));
            case ROLL_BACK ->
                seen.successor() == null
                        ? warnedAnd(
                                seen, new RolloutEvent.Ended(now, Outcome.ROLLED_BACK, intent.reason(), Weight.ZERO))
                        : List.of(new RolloutEvent.Ended(
                                now, Outcome.PROMOTED, PostPromotionPolicy.superseded(seen), s.weight()));
        };
    }

    private static List<RolloutEvent> begin(CanaryPlan plan, RolloutState s, Observation router, long now) {
        if (s.people().held() != null) {
            return List.of();
        }
        if (!router.isClear() && !s.position().everShifted()) {
            String why = "the canary gets " + router.extra().beside(router.weight())
                    + " already, before the first phase: another rollout is under way, or one was left behind;"
                    + " set its weight to 0 and start again";
            return List.of(new RolloutEvent.Ended(now, Outcome.FAILED, why, router.weight()));
        }
        Phase first = plan.phases().get(0);
        return s.mayShift(plan, first.weight(), first.extra()) && s.staleProof(plan, false, now) == null
                ? warnedAnd(router, new RolloutEvent.ShiftIntended(now, 0, router.weight(), first.weight()))
                : List.of();
    }

    /** What the router has to tell people, before what follows from it. */
    private static List<RolloutEvent> warnedAnd(Observation router, RolloutEvent next) {
        List<RolloutEvent> events = new ArrayList<>();
        router.warnings().forEach(warning -> events.add(new RolloutEvent.Warned(next.at(), warning)));
        events.add(next);
        return events;
    }

    private static List<RolloutEvent> onRefused(RolloutState s, Input.Refused refused, long now) {
        if (s.isEnded() || !Objects.equals(s.intent(), refused.intent())) {
            return List.of();
        }
        if (s.intent() == null) {
            return s.phase() < 0 && !s.position().everShifted()
                    ? List.of(new RolloutEvent.Ended(now, Outcome.FAILED, refused.error(), s.weight()))
                    : List.of();
        }
        List<RolloutEvent> events = new ArrayList<>();
        if (!refused.error().equals(s.position().routerError())) {
            events.add(new RolloutEvent.RouterFailed(now, refused.error()));
        }
        if (refused.permanent() && !s.isRollingBack()) {
            events.add(new RollbackIntended(now, refused.error(), null, null));
        }
        return events;
    }
}

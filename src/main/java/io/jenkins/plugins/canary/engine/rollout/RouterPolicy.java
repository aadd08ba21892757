package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.RollbackIntended;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What follows of a router's answers: pure, like all decisions. */
final class RouterPolicy {

    private RouterPolicy() {}

    static List<RolloutEvent> onSeen(CanaryPlan plan, RolloutState s, Input.Seen seen, long now) {
        Intent intent = s.intent();
        Observation router = seen.router();
        if (s.isEnded() || !Objects.equals(intent, seen.intent())) {
            return List.of();
        }
        if (intent == null) {
            return s.phase() < 0 ? begin(plan, s, router, now) : List.of();
        }
        return switch (intent.kind()) {
            case SHIFT -> {
                if (!router.settled()) {
                    yield List.of();
                }
                if (router.weight().equals(intent.to())) {
                    yield List.of(new RolloutEvent.ShiftApplied(now, intent.phase(), intent.to(), router.requests()));
                }
                yield router.weight().equals(intent.from())
                        ? List.of()
                        : List.of(new RolloutEvent.WeightFound(now, intent.to(), router.weight()));
            }
            case PROMOTE ->
                router.promoted() && router.settled()
                        ? List.of(PostPromotionPolicy.promoted(plan, router, now))
                        : List.of();
            case ROLL_BACK ->
                router.successor() != null
                        ? List.of(new RolloutEvent.Ended(
                                now, Outcome.PROMOTED, PostPromotionPolicy.superseded(router), s.weight()))
                        : router.weight().isZero() && router.settled()
                                ? warnedAnd(
                                        router,
                                        new RolloutEvent.Ended(now, Outcome.ROLLED_BACK, intent.reason(), Weight.ZERO))
                                : List.of();
        };
    }

    private static List<RolloutEvent> begin(CanaryPlan plan, RolloutState s, Observation router, long now) {
        if (s.people().held() != null) {
            return List.of();
        }
        if (!router.weight().isZero() && !s.position().everShifted()) {
            return List.of(new RolloutEvent.Ended(
                    now,
                    Outcome.FAILED,
                    "the canary gets " + router.weight()
                            + " of the requests already, before the first phase: another rollout is under way, or one was left "
                            + "behind; set its weight to 0 and start again",
                    router.weight()));
        }
        Weight first = plan.phases().get(0).weight();
        return BlockingChecklist.beforeShift(plan, s, first) == null && s.staleProof(plan, false, now) == null
                ? warnedAnd(router, new RolloutEvent.ShiftIntended(now, 0, router.weight(), first))
                : List.of();
    }

    /** What the router has to tell people, before what follows from it. */
    private static List<RolloutEvent> warnedAnd(Observation router, RolloutEvent next) {
        List<RolloutEvent> events = new ArrayList<>();
        router.warnings().forEach(warning -> events.add(new RolloutEvent.Warned(next.at(), warning)));
        events.add(next);
        return events;
    }

    static List<RolloutEvent> onRefused(RolloutState s, Input.Refused refused, long now) {
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

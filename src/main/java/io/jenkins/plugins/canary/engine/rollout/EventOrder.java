package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Started;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ticked;

/**
 * Whether an event can follow those before it under a plan. The engine writes no other; a journal that somebody edited, or
 * that belongs to another plan, may hold any. What does not fit is never folded to something that looks sound: a tick with
 * too few checks would be green.
 */
final class EventOrder {

    /** The year 10000 in milliseconds; no clock that anybody waits for. */
    private static final long LATEST = 253_402_300_800_000L;

    private EventOrder() {}

    /**
     * @param s the state before the event
     * @throws IllegalArgumentException says what does not fit
     */
    static void check(RolloutState s, RolloutEvent event) {
        must(event.at() >= 0 && event.at() < LATEST, "its time, " + event.at() + ", is none");
        boolean decidesNothing = event instanceof RolloutEvent.Warned
                || event instanceof RolloutEvent.Probed
                || event instanceof RolloutEvent.Loaded
                || event instanceof RolloutEvent.Captured;
        must(s.ended() == null || decidesNothing, "the rollout had ended");
        must(s.started() == null || !(event instanceof Started), "the rollout had begun");
    }

    static void ticked(CanaryPlan plan, Ticked e) {
        must(e.phase() >= -1 && e.phase() <= plan.afterwards(), "there is no phase " + e.phase());
        must(e.phase() < plan.afterwards() || plan.aftercare() != null, "the plan has no watch");
        int criteria = plan.gate(e.phase()).size();
        must(
                e.gate().size() == criteria,
                "it has " + e.gate().size() + " checks for the " + criteria + " criteria of its gate");
        long rules = plan.abort(e.phase()).stream()
                .filter(r -> r.criterion() != null)
                .count();
        must(e.abort().size() == rules, "it has " + e.abort().size() + " checks for " + rules + " abort rules");
        must(
                e.requests() == null
                        || e.requests().canary() >= 0
                                && e.requests().stable() >= 0
                                && e.requests().total() >= 0,
                "its requests are no counts");
        must(e.countedMillis() == null || e.countedMillis() >= 0 && e.countedMillis() < LATEST, "its window is none");
    }

    static void phase(CanaryPlan plan, int phase) {
        must(phase >= 0 && phase < plan.phases().size(), "there is no phase " + phase);
    }

    static void must(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}

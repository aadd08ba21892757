package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;

/**
 * What a rollout waits for: a checklist with open items, or a cap that nothing lifts.
 *
 * @param checklist null where the cap names none
 */
public record BlockingChecklist(String checklist, int open, int items) {

    /** The first that holds back a shift that gives the canary more; null when nothing does. */
    static BlockingChecklist beforeShift(CanaryPlan plan, RolloutState s, Weight to, ExtraTraffic extra) {
        BlockingChecklist before = s.rises(to, extra) ? first(plan, s, Checklist.When.BEFORE) : null;
        return before != null || s.capped(plan, to).equals(to)
                ? before
                : of(plan, s, plan.cap().until());
    }

    /** The first that holds back the promotion; null when nothing does. */
    static BlockingChecklist beforePromotion(CanaryPlan plan, RolloutState s) {
        BlockingChecklist before = first(plan, s, Checklist.When.BEFORE);
        BlockingChecklist during = before == null ? first(plan, s, Checklist.When.DURING) : before;
        return during != null || s.capped(plan, Weight.FULL).equals(Weight.FULL)
                ? during
                : of(plan, s, plan.cap().until());
    }

    /** The first list of a kind that is not complete; null when all are. */
    static BlockingChecklist first(CanaryPlan plan, RolloutState s, Checklist.When when) {
        for (String name : plan.checklists().keySet()) {
            if (plan.checklists().get(name).when() == when && !s.complete(plan, name)) {
                return of(plan, s, name);
            }
        }
        return null;
    }

    static BlockingChecklist of(CanaryPlan plan, RolloutState s, String name) {
        if (name == null) {
            return new BlockingChecklist(null, 0, 0);
        }
        var texts = plan.checklists().get(name).texts();
        return new BlockingChecklist(
                name, (int) texts.stream().filter(t -> !s.isTicked(name, t)).count(), texts.size());
    }

    /** {@code checklist redis-ready: 1 of 2 open}. */
    public String says() {
        return checklist == null
                ? "cap, which nothing lifts"
                : "checklist " + checklist + ": " + open + " of " + items + " open";
    }
}

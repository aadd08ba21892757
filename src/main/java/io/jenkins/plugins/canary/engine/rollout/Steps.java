package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Events in a row, each with the state after it. Who decides folds while deciding, and hands the states on to whoever writes
 * and shows them, so that no event is folded twice. For one thread while events are added.
 */
public final class Steps {

    private final CanaryPlan plan;
    private final List<RolloutEvent> events = new ArrayList<>();
    private final List<RolloutState> after = new ArrayList<>();
    private RolloutState state;

    Steps(CanaryPlan plan, RolloutState before) {
        this.plan = plan;
        state = before;
    }

    Steps addAll(List<RolloutEvent> more) {
        more.forEach(this::add);
        return this;
    }

    Steps add(RolloutEvent event) {
        return add(event, state.apply(plan, event));
    }

    Steps add(RolloutEvent event, RolloutState next) {
        events.add(event);
        after.add(next);
        state = next;
        return this;
    }

    public List<RolloutEvent> events() {
        return events;
    }

    /** After all of them. */
    public RolloutState state() {
        return state;
    }

    /** @param consumer gets each event with the state after it */
    public void forEach(BiConsumer<RolloutEvent, RolloutState> consumer) {
        for (int i = 0; i < events.size(); i++) {
            consumer.accept(events.get(i), after.get(i));
        }
    }
}

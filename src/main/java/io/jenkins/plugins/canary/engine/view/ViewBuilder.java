package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Folds a journal into its view, event by event: a long rollout has more of them than are to be held in memory. The plan
 * is the one in its first event. For one thread.
 */
public final class ViewBuilder implements Consumer<RolloutEvent> {

    private final Plans plans;
    private RolloutView view;
    private IOException failure;

    /** Makes the plan out of the text in a journal's first event. */
    public interface Plans {

        /** @throws IOException when the text is no plan any more; the message is for people */
        CanaryPlan of(RolloutEvent.Started started) throws IOException;
    }

    public ViewBuilder(Plans plans) {
        this.plans = plans;
    }

    @Override
    public void accept(RolloutEvent event) {
        if (view == null && failure == null && event instanceof RolloutEvent.Started started) {
            try {
                view = new RolloutView(plans.of(started));
            } catch (IOException e) {
                failure = e;
            }
        }
        if (view != null) {
            view.apply(event);
        }
    }

    /**
     * Null when no rollout began.
     *
     * @throws IOException when its plan could not be read
     */
    public RolloutView view() throws IOException {
        if (failure != null) {
            throw failure;
        }
        return view;
    }
}

package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.Steps;
import java.util.Locale;
import java.util.function.Consumer;

/** Counts what happens in one rollout. Called under the rollout's lock. */
public final class RolloutMeter implements Consumer<Steps> {

    private final PluginMetrics metrics;
    private final long intervalMillis;
    private long lastTick;

    /** @param intervalMillis the time between two ticks that are not late */
    public RolloutMeter(PluginMetrics metrics, long intervalMillis) {
        this.metrics = metrics;
        this.intervalMillis = intervalMillis;
    }

    @Override
    public void accept(Steps steps) {
        for (RolloutEvent event : steps.events()) {
            if (event instanceof RolloutEvent.Ticked) {
                ticked(event.at());
            } else if (event instanceof RolloutEvent.GatePassed) {
                metrics.verdict("pass");
            } else if (event instanceof RolloutEvent.GateFailed) {
                metrics.verdict("fail");
            } else if (event instanceof RolloutEvent.RollbackIntended e) {
                metrics.rolledBack(RollbackReason.of(e, steps.state()));
            } else if (event instanceof RolloutEvent.Ended e) {
                metrics.ended(e.outcome().name().toLowerCase(Locale.ROOT));
            }
        }
    }

    private void ticked(long at) {
        if (lastTick != 0) {
            metrics.late(Math.max(0, at - lastTick - intervalMillis) / 1000.0);
        }
        lastTick = at;
    }
}

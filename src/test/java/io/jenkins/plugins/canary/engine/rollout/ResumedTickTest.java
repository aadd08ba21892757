package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a rollout looks at its metrics again after the process that watched it has died. */
class ResumedTickTest {

    private static final long INTERVAL = SamplePlans.INTERVAL.toMillis();

    private final CanaryPlan plan =
            SamplePlans.plan(SamplePlans.table(), List.of(SamplePlans.TOO_MANY_ERRORS), null, OnBuildEnd.HOLD);
    private final VirtualRelease release = new VirtualRelease(plan).pass(4 * VirtualRelease.MINUTE);

    private long lastTick() {
        List<RolloutEvent.Ticked> ticks = release.written(RolloutEvent.Ticked.class);
        return ticks.get(ticks.size() - 1).at();
    }

    @Test
    void atOnceWhenATickIsOverdue() {
        long resumed = release.crashed(2 * VirtualRelease.MINUTE).clock.now();
        release.pass(INTERVAL / 2);
        assertEquals(resumed, lastTick(), INTERVAL / 10.0);
    }

    @Test
    void notSoonerThanAnIntervalAfterTheLastTick() {
        long before = lastTick();
        release.crashed(INTERVAL / 3).pass(INTERVAL);
        assertEquals(before + INTERVAL, lastTick(), INTERVAL / 10.0);
    }

    @Test
    void withinAnIntervalWhateverTheClockSays() {
        release.clock.jump(-VirtualRelease.HOUR);
        int before = release.written(RolloutEvent.Ticked.class).size();
        release.crashed(0).pass(INTERVAL * 3 / 2);
        assertEquals(before + 1, release.written(RolloutEvent.Ticked.class).size());
    }
}

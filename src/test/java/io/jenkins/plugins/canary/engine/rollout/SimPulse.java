package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** Whether somebody watches the simulated canary all the time, and how soon a breach is rolled back; by the world's time. */
final class SimPulse {

    /** No rollout is without a tick for longer: three until the supervisor finds it, and what its looks take. */
    private static final long SILENT_INTERVALS = 6;

    private static final long LOOKS = 4_000;
    private static final long IDLE = 60_000;

    private final CanaryPlan plan;
    private final LongSupplier time;
    private final BiConsumer<Boolean, String> check;
    private final long usual = SamplePlans.INTERVAL.toMillis();
    private long lastTick;
    private long restarts;
    private long shiftedAt;
    private long takenBackAt;
    private long bootedAt;

    /** @param check takes whether an invariant holds, and which it is */
    SimPulse(CanaryPlan plan, LongSupplier time, BiConsumer<Boolean, String> check) {
        this.check = check;
        this.plan = plan;
        this.time = time;
    }

    /** The process has begun, or begun again. */
    void booted() {
        lastTick = 0;
        bootedAt = time.getAsLong();
    }

    void seen(Steps steps) {
        RolloutState state = steps.state();
        long now = time.getAsLong();
        for (RolloutEvent e : steps.events()) {
            if (e instanceof RolloutEvent.Ticked) {
                boolean idle = state.watch() != null && plan.watch() == null;
                check.accept(
                        lastTick == 0 || now - lastTick <= SILENT_INTERVALS * (idle ? IDLE : usual) + LOOKS,
                        "nobody watched for " + (now - lastTick) + " ms");
                lastTick = now;
            } else if (e instanceof RolloutEvent.TicksRestarted) {
                restarts++;
            } else if (e instanceof RolloutEvent.ShiftApplied && shiftedAt == 0) {
                shiftedAt = now;
            } else if (e instanceof RolloutEvent.RollbackIntended && takenBackAt == 0) {
                takenBackAt = now;
            }
        }
    }

    /**
     * The breach of a source that is well is rolled back in time.
     *
     * @param badFrom when the canary broke and the source could tell
     * @param ticks after which it must have been found
     * @param lossy whether timers are lost, so that it may take a restart of the ticks
     */
    void checkRolledBackInTime(long badFrom, int ticks, boolean lossy) {
        long late = takenBackAt - Math.max(bootedAt, Math.max(badFrom, shiftedAt));
        check.accept(
                shiftedAt == 0 || late <= ticks * (lossy ? SILENT_INTERVALS : 1) * usual + 250,
                "the breach was rolled back after " + late + " ms");
    }

    /** Times that ticks were started again. */
    long restarts() {
        return restarts;
    }
}

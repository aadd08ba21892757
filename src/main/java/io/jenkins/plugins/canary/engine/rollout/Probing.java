package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.Loads.Load;
import io.jenkins.plugins.canary.engine.probe.Loads;
import io.jenkins.plugins.canary.engine.probe.ProbeSource;
import io.jenkins.plugins.canary.engine.probe.Prober;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * The probes and the load of one rollout: begun and ended as its phases are. What they come to is written into the journal
 * and decides nothing by itself.
 */
final class Probing {

    private final CanaryPlan plan;
    private final ProbeSource source;
    private final Loads loads;
    private int phase = -1;
    private boolean hungUp;

    Probing(CanaryPlan plan, MetricSource metrics, Prober prober, LongSupplier now) {
        this.plan = plan;
        this.source = new ProbeSource(metrics, prober, now, plan.metrics().interval());
        this.loads = new Loads(prober);
    }

    MetricSource source() {
        return source;
    }

    /** @param notes writes what came of probes and loads, outside of the rollout's lock */
    void attach(RolloutRun run, Executor notes) {
        source.listen(result -> notes.execute(() -> run.probed(result)));
        run.listen(steps -> follow(run, steps.state(), notes));
        run.ended().thenRun(() -> loads.bring(-1, null, Duration.ZERO, () -> false));
    }

    /** Under the rollout's lock: begins and ends, and waits for nothing. */
    private void follow(RolloutRun run, RolloutState state, Executor notes) {
        boolean stays = state.intent() == null
                || state.intent().kind() == Intent.Kind.SHIFT && state.intent().phase() == state.phase();
        int now = stays && !state.isEnded() && state.phase() < plan.phases().size() ? state.phase() : -1;
        if (state.phase() != phase) {
            phase = state.phase();
            source.begin();
        }
        boolean rolling = state.isRollingBack();
        if (rolling && !hungUp) {
            source.hangUp();
        }
        hungUp = rolling;
        Phase of = now < 0 ? null : plan.phases().get(now);
        Load load = of == null ? null : of.load();
        int ended = state.phase();
        List.copyOf(loads.bring(now, load, of == null ? Duration.ZERO : of.deadline(), () -> !run.isOver()))
                .forEach(report -> notes.execute(() -> run.note(at -> new RolloutEvent.Loaded(at, ended, report))));
    }
}

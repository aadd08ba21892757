package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.Loads;
import io.jenkins.plugins.canary.engine.probe.Loads.Load;
import io.jenkins.plugins.canary.engine.probe.ProbeSource;
import io.jenkins.plugins.canary.engine.probe.Prober;
import io.jenkins.plugins.canary.engine.probe.kubernetes.DeploymentRestart;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Opens probers, for rollouts and for steps and commands that probe without one. They share HTTP connections and threads
 * of their own: whatever a probe does, no thread is missing where decisions are made or routers asked. Safe for several
 * threads.
 */
public final class Probers {

    private static final int THREADS = 4;

    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS, task -> {
        Thread thread = Executors.defaultThreadFactory().newThread(task);
        thread.setName("canary-probe");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClientPool clients = new HttpClientPool();

    public Probers(InstantSource clock) {
        this.clock = clock;
        executor.setKeepAliveTime(30, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Opens the probes of a release's plan. Sends nothing.
     *
     * @throws MetricException for people, when the plan has no probes, an address is none or not on the plan's list, or a
     *     secret is missing
     */
    public Prober open(RolloutEngine.Release release) throws MetricException {
        if (release.plan().probes() == null) {
            throw new MetricException(
                    "the plan has no probes: add probes: { allow: [ ... ], canary: { url: ... }, run: ... }");
        }
        DeploymentRestart restart = new DeploymentRestart(
                release.plan().traffic(),
                release.plan().target(),
                release.place().clusters(),
                executor,
                clock);
        return new Prober(release.plan().probes(), release.sourceContext(), clients, executor, clock, restart);
    }

    /**
     * The probes and the load of one rollout: begun and ended as its phases are. What they come to is written into the journal
     * and decides nothing by itself.
     */
    static final class Probing {

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
                    || state.intent().kind() == Intent.Kind.SHIFT
                            && state.intent().phase() == state.phase();
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
}

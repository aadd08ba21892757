package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.probe.Prober;
import io.jenkins.plugins.canary.engine.probe.kubernetes.DeploymentRestart;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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
        SourceContext context = new SourceContext(
                release.plan().target(), release.version(), release.secrets(), release.servers(), release.addresses());
        return new Prober(
                release.plan().probes(),
                context,
                clients,
                executor,
                clock,
                new DeploymentRestart(
                        release.plan().traffic(), release.plan().target(), release.clusters(), executor, clock));
    }
}

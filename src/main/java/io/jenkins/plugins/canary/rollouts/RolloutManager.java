package io.jenkins.plugins.canary.rollouts;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.config.ControllerLife;
import io.jenkins.plugins.canary.config.JenkinsClusters;
import io.jenkins.plugins.canary.config.PlanCheck;
import io.jenkins.plugins.canary.config.PlanConnections;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.probe.Prober;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.Probers;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.security.ImpersonatingExecutorService;

/**
 * Keeps every open rollout of the controller watched, whatever its pipeline does: begins them, takes them up again
 * after a restart, and applies the plan's {@code onBuildEnd} when the build is gone. One per controller; any thread.
 */
@Extension
public final class RolloutManager {

    private static final Logger LOGGER = Logger.getLogger(RolloutManager.class.getName());
    private static final int WORKERS = 8;
    private static final int UPDATERS = 2;

    private final LiveRuntimeServices clock = new LiveRuntimeServices();
    private final Probers probers = new Probers(clock);
    private final PluginMetrics metrics = new PluginMetrics();
    private final RolloutEngine engine = new RolloutEngine(
            clock, metrics::timed, Jenkins.get().getRootDir().toPath().resolve("canary/calendars"));
    private final OpenRollout.Index index =
            new OpenRollout.Index(Jenkins.get().getRootDir().toPath().resolve("canary/open"));
    private final Map<String, LiveRollout> open = new ConcurrentHashMap<>();
    private final ExecutorService workers = pool(WORKERS, "canary-worker", new LinkedBlockingQueue<>());
    private final ExecutorService updaters = pool(UPDATERS, "canary-updater", new LinkedBlockingQueue<>());
    private final BuildUpdater updater = new BuildUpdater(this);
    private final Notices notices = new Notices(clock);
    private final EndedRollouts ended = new EndedRollouts(this);
    private volatile boolean stopped;

    /** Reads which rollouts were open, so that their steps find them however early they wake up. */
    public RolloutManager() {
        index.read().forEach(entry -> open.put(entry.id(), new LiveRollout(this, entry, null)));
        engine.supervisor().listen(finding -> {
            metrics.silent(finding.kind());
            SilentRollouts.get().add(finding);
        });
    }

    public static RolloutManager get() {
        return ExtensionList.lookupSingleton(RolloutManager.class);
    }

    /** Daemon threads with all rights, which go when they have nothing to do. */
    static ExecutorService pool(int threads, String name, BlockingQueue<Runnable> queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                queue,
                new NamingThreadFactory(new DaemonThreadFactory(), name));
        pool.allowCoreThreadTimeOut(true);
        return new ImpersonatingExecutorService(pool, ACL.SYSTEM2);
    }

    public InstantSource clock() {
        return clock;
    }

    /** Milliseconds since the epoch, on {@link #clock}. */
    public long now() {
        return clock.now();
    }

    /** Runs something of a step's that may block: reading plans, opening routers, commands. */
    public void work(Runnable task) {
        submit(workers, task);
    }

    /** Whether the controller is shutting down: what fails now may only fail because of that. */
    public boolean isStopped() {
        return stopped;
    }

    void keep(Runnable task) {
        submit(updaters, task);
    }

    private void submit(ExecutorService pool, Runnable task) {
        try {
            pool.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | LinkageError e) {
                    LOGGER.log(Level.WARNING, "A canary rollout's task failed", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.FINE, "The controller is shutting down", e);
        }
    }

    BuildUpdater updater() {
        return updater;
    }

    public PluginMetrics metrics() {
        return metrics;
    }

    /** The rollouts that have ended. */
    public EndedRollouts ended() {
        return ended;
    }

    Notices notices() {
        return notices;
    }

    RolloutEngine engine() {
        return engine;
    }

    /** The open rollout of an id, when it is the build's own. */
    public Optional<LiveRollout> find(Run<?, ?> build, String id) {
        return Optional.ofNullable(open.get(id)).filter(r -> r.isOf(build));
    }

    /** Whether a rollout has neither ended nor been found never to have begun. */
    public boolean isOpen(LiveRollout rollout) {
        return open.get(rollout.id()) == rollout;
    }

    public List<LiveRollout> open() {
        return List.copyOf(open.values());
    }

    /** The open rollouts of a build, in the order of their start. */
    public List<LiveRollout> openOf(Run<?, ?> build) {
        return RolloutsAction.rolloutsOf(build).stream()
                .flatMap(r -> find(build, r.getId()).stream())
                .toList();
    }

    /**
     * Begins a rollout, or finds it when it has begun already. Blocks while the router is opened.
     *
     * @throws StartRefused when it cannot begin; traffic is where it was, and the message says what to do
     */
    public LiveRollout begin(StartRequest start) throws StartRefused {
        if (stopped) {
            throw new StartRefused("the controller is shutting down: the rollout begins when it is back");
        }
        Optional<String> misnamed = StartRequest.problemOf(start.name());
        if (misnamed.isPresent()) {
            throw new StartRefused(misnamed.get());
        }
        if (!start.build().isBuilding()) {
            throw new StartRefused("the build has ended: the rollout would have nobody to go on with it");
        }
        return new RolloutStarter(this, start).begin();
    }

    /** Takes a name and a target for a rollout that is about to begin, or says who has them. */
    synchronized Optional<LiveRollout> reserve(LiveRollout rollout, StartRequest start) throws StartRefused {
        LiveRollout same = open.get(rollout.id());
        if (same != null && !same.isOf(start.build())) {
            throw new StartRefused("the rollout id " + rollout.id() + " is in use by "
                    + same.entry().owner()
                    + ": wait for that rollout to end, or give this one another name with rollout: '...'");
        }
        if (same != null) {
            return Optional.of(same);
        }
        for (LiveRollout other : open.values()) {
            start.refuseBeside(other);
        }
        open.put(rollout.id(), rollout);
        return Optional.empty();
    }

    /** Ends the watch over what a rollout replaces that has begun to shift. */
    void supersede(LiveRollout next) {
        Run<?, ?> build = next.build();
        for (LiveRollout other : open.values()) {
            if (build != null && other != next && other.isPromoted() && other.isAbout(next.plan(), build)) {
                endWatch(
                        other,
                        "replaced by the next rollout, " + next.name() + " of "
                                + next.entry().owner());
            }
        }
    }

    /** The promoted version stays. */
    static void endWatch(LiveRollout rollout, String reason) {
        unlessEnded(rollout, new Input.EndWatch(null, reason));
    }

    private static void unlessEnded(LiveRollout rollout, Input.Command command) {
        try {
            rollout.command(command);
        } catch (CommandRefused e) {
            LOGGER.log(Level.FINE, "The rollout " + rollout.id() + " ended by itself meanwhile", e);
        }
    }

    /** What is watched from now on is found as such after a restart, even without its journal. */
    void promoted(LiveRollout rollout) {
        if (!rollout.entry().promoted()) {
            String lost = "That canary rollout " + rollout.id() + " is promoted is only in its journal";
            rewrite(rollout, rollout.entry().asPromoted(), lost);
            ended.changed();
        }
    }

    /** The build was renamed or moved. */
    synchronized void moved(LiveRollout rollout, String owner) {
        String lost = "The new name of the build of canary rollout " + rollout.id() + " is not kept";
        rewrite(rollout, rollout.entry().ownedBy(owner), lost);
    }

    private void rewrite(LiveRollout rollout, OpenRollout entry, String lost) {
        rollout.entry(entry);
        try {
            index.write(entry);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, lost, e);
        }
    }

    void register(OpenRollout entry) throws IOException {
        index.write(entry);
    }

    /** Forgets a rollout that has ended or never began; true the first time. */
    boolean close(LiveRollout rollout) {
        if (!open.remove(rollout.id(), rollout)) {
            return false;
        }
        try {
            index.remove(rollout.id());
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Canary rollout " + rollout.id() + " has ended and is still listed as open", e);
        }
        ended.changed();
        return true;
    }

    /** Takes up again what was open when the controller stopped. Returns at once. */
    void resumeAll() {
        open.values().forEach(rollout -> work(rollout.resumer()::resume));
        ended.known();
    }

    void later(long millis, Runnable task) {
        clock.at(clock.now() + millis, () -> work(task));
    }

    /** The plan's {@code onBuildEnd} for every rollout that a build leaves open. Returns at once. */
    void buildEnded(Run<?, ?> build, String reason) {
        if (!stopped) {
            openOf(build).forEach(rollout -> gone(rollout, reason));
        }
    }

    /** The plan's {@code onBuildEnd} for the rollouts of builds that ended without anybody saying so. */
    void lookForLostBuilds() {
        for (LiveRollout rollout : open.values()) {
            Run<?, ?> build = rollout.build();
            if (rollout.run() != null && (build == null || !build.isBuilding())) {
                gone(rollout, RolloutResumer.lost(build));
            }
        }
    }

    private static void gone(LiveRollout rollout, String reason) {
        RolloutState state = rollout.state();
        if (state != null && !state.isEnded()) {
            unlessEnded(rollout, new Input.OwnerGone(null, reason));
        }
    }

    RolloutEngine.Release release(OpenRollout entry, CanaryPlan plan, Run<?, ?> build) {
        String job = entry.job();
        RolloutEngine.Place place = new RolloutEngine.Place(
                new JenkinsSecrets(build, job),
                new Configured(job)::prometheus,
                new JenkinsClusters(job, build),
                page(build),
                PlanConnections.POLICY);
        return new RolloutEngine.Release(
                plan, entry.id(), entry.version(), entry.mode(), entry.owner(), entry.by(), place);
    }

    /** Null while nobody has told Jenkins its own address. */
    private static String page(Run<?, ?> build) {
        String root = Jenkins.get().getRootUrl();
        return root == null || build == null ? null : root + build.getUrl();
    }

    /**
     * Opens a plan's probes for a step; they need no rollout.
     *
     * @throws StartRefused when the plan has none, or names an address or a secret that it must not; says what to do
     */
    public Prober prober(Run<?, ?> build, CanaryPlan plan, String version) throws StartRefused {
        Optional<String> problem = PlanCheck.configured().problem(plan, version);
        if (problem.isPresent()) {
            throw new StartRefused("nothing was sent: " + problem.get());
        }
        StartRequest none = new StartRequest(build, plan, null, version, AdvanceMode.STEPWISE, "probe");
        try {
            return probers.open(release(none.entry(), plan, build));
        } catch (MetricException e) {
            throw new StartRefused("nothing was sent: " + e.getMessage(), e);
        }
    }

    /** The controller stops: rollouts stay open, and are taken up again when it is back. */
    @Terminator
    public static void stop() {
        RolloutManager manager = get();
        manager.stopped = true;
        manager.open.values().forEach(LiveRollout::stop);
        manager.workers.shutdown();
        manager.updaters.shutdown();
        manager.updater.close();
        manager.notices.close();
        manager.clock.close();
        ControllerLife.stopsInOrder();
    }
}

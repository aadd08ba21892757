package io.jenkins.plugins.canary.rollouts;

import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.config.JenkinsClusters;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.Journal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Steps;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * An open rollout of this controller: what the engine runs, and who in the pipeline waits for it. After a restart it
 * exists before it is under way again: until then it has no state and takes no commands. Safe for any thread.
 */
public final class LiveRollout {

    private static final Logger LOGGER = Logger.getLogger(LiveRollout.class.getName());

    /** A step that waits for the rollout. */
    public interface Watcher {

        /** Something happened; called on a worker thread, may block for a moment. */
        void changed(LiveRollout rollout);

        /** Where the step's log goes; null when there is none. */
        TaskListener log();
    }

    private final RolloutManager manager;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean keepingDue = new AtomicBoolean();
    private final AtomicBoolean endTold = new AtomicBoolean();
    private volatile CanaryPlan planned;
    private volatile OpenRollout entry;
    private volatile RolloutEngine.Launched launched;
    private volatile Journal journal;
    private volatile RolloutView view;
    private volatile CanaryFailure.FailedCheck failed;
    private volatile String problem;
    private volatile String waited;
    private volatile Input.RollBack ordered;
    private final RolloutResumer resumer;

    /** @param planned null to have the entry's read when it is asked for */
    LiveRollout(RolloutManager manager, OpenRollout entry, CanaryPlan planned) {
        this.manager = manager;
        this.entry = entry;
        this.planned = planned;
        this.resumer = new RolloutResumer(manager, this);
    }

    /** Takes it up again after a restart, or takes it back. */
    RolloutResumer resumer() {
        return resumer;
    }

    public String id() {
        return entry.id();
    }

    public String name() {
        return entry.name();
    }

    /** Full name of the build's job; it may be gone. */
    public String job() {
        return entry.job();
    }

    OpenRollout entry() {
        return entry;
    }

    void entry(OpenRollout moved) {
        entry = moved;
    }

    /** The build that owns the rollout; null when it is gone. */
    public Run<?, ?> build() {
        return entry.build();
    }

    /** Null while the rollout is not under way. */
    public RolloutRun run() {
        RolloutEngine.Launched now = launched;
        return now == null ? null : now.run();
    }

    /** Null while the rollout is not under way. */
    public RolloutView view() {
        return view;
    }

    /** Null while the rollout is not under way. */
    public RolloutState state() {
        RolloutRun run = run();
        return run == null ? null : run.state();
    }

    /** Whether the new version is the stable one, and only watched. */
    public boolean isPromoted() {
        RolloutState state = state();
        return state == null ? entry.promoted() : state.isPromoted();
    }

    /** Whether the rollout is a build's own: ids alone do not tell, since those of older versions can collide. */
    public boolean isOf(Run<?, ?> owner) {
        return entry.owner().equals(owner.getExternalizableId());
    }

    /** Whether its target, behind the same router, is also that of another plan, as another build may reach it. */
    boolean isAbout(CanaryPlan other, Run<?, ?> by) {
        CanaryPlan ours = planned();
        return ours != null
                && place(ours, entry.job(), build())
                        .equals(place(other, by.getParent().getFullName(), by));
    }

    private static Object place(CanaryPlan plan, String job, Run<?, ?> build) {
        return plan.traffic().place(plan.target(), new JenkinsClusters(job, build));
    }

    /** What a build keeps of the rollout, as it stands now; only while it is under way. */
    public RolloutRecord record() {
        RolloutState now = state();
        String version = now.started() == null ? null : now.started().version();
        RolloutRecord record = new RolloutRecord(id(), name(), version);
        record.update(plan(), now);
        if (now.isPromoted()) {
            record.promoted();
        }
        return record;
    }

    /** Null while the rollout is not under way. */
    public CanaryPlan plan() {
        RolloutRun run = run();
        return run == null ? null : run.plan();
    }

    /** The plan, also of a rollout that is not under way yet; null when it cannot be read any more. */
    CanaryPlan planned() {
        if (planned == null && entry.plan() != null) {
            try {
                planned = PlanReader.read(entry.plan());
            } catch (PlanException e) {
                return null;
            }
        }
        return planned;
    }

    /** What the rollout does and why, in one line. */
    public String headline() {
        RolloutView seen = view;
        if (seen == null) {
            return problem == null ? "being taken up again" : "cannot be taken up again yet: " + problem;
        }
        return seen.headline().line();
    }

    /** Why the rollout is not under way; null when it is, or nothing is known yet. */
    public String problem() {
        return problem;
    }

    void problem(String why) {
        problem = why;
    }

    /**
     * Has a rollout taken back that may not be under way, and does not need to be: its plan and its router are enough.
     * Returns at once; it is tried until it succeeds.
     *
     * @throws CommandRefused when it is under way and does not take the command
     */
    public void orderRollBack(Input.RollBack order) throws CommandRefused {
        if (run() != null) {
            command(order);
            return;
        }
        ordered = order;
        manager.work(() -> {
            resumer.resume();
            RolloutState state = state();
            if (state != null && !state.isEnded()) {
                try {
                    // It may have been taken up just before the order was given.
                    command(order);
                } catch (CommandRefused itIsOnItsWay) {
                    LOGGER.log(Level.FINE, "Being rolled back already", itIsOnItsWay);
                }
            }
        });
    }

    /** What a person ordered before the rollout was under way; null when nothing. */
    Input.RollBack ordered() {
        return ordered;
    }

    /**
     * Tells the rollout something.
     *
     * @throws CommandRefused when it does not fit; the message says what would
     */
    public void command(Input.Command command) throws CommandRefused {
        RolloutRun run = run();
        if (run == null) {
            throw new CommandRefused("the rollout is " + headline() + "; try again in a moment");
        }
        run.command(command);
    }

    /** Adds a step that waits; it is called once at least. */
    public void watch(Watcher watcher) {
        watchers.add(watcher);
        keep();
    }

    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    List<Watcher> watchers() {
        return watchers;
    }

    /** True once: for whoever is the first to bring the rollout's end to the pipeline. */
    public boolean claimEnd() {
        return endTold.compareAndSet(false, true)
                && RolloutsAction.find(build(), id())
                        .map(RolloutRecord::claimEnd)
                        .orElse(true);
    }

    /** The checklist that the log last said is waited for, in words; null when none is. */
    String waited() {
        return waited;
    }

    void waited(String says) {
        waited = says;
    }

    CanaryFailure.FailedCheck failed() {
        return failed;
    }

    /** From now on the rollout is under way. The events before are in the view already. */
    void launched(RolloutEngine.Launched now, Journal writing, RolloutView seen) {
        journal = writing;
        view = seen;
        now.run().listen(this::happened);
        now.run().listen(manager.metrics().meter(now.run().plan().metrics().interval()));
        manager.notices().follow(this, now);
        launched = now;
        problem = null;
    }

    /** Under the engine's lock: quick. */
    private void happened(Steps steps) {
        view.follow(steps);
        List<RolloutEvent> events = steps.events();
        CanaryPlan plan = view.plan();
        CanaryFailure.FailedCheck found = CanaryFailure.FailedCheck.in(plan, events);
        boolean byPerson =
                events.stream().anyMatch(e -> e instanceof RolloutEvent.RollbackIntended r && r.by() != null);
        failed = byPerson ? null : found != null ? found : failed;
        if (!events.stream().allMatch(e -> e instanceof RolloutEvent.Ticked)) {
            keep();
        }
    }

    /** Has the manager write down where the rollout stands and tell those who wait; once for many events. */
    void keep() {
        if (keepingDue.compareAndSet(false, true)) {
            manager.keep(() -> {
                keepingDue.set(false);
                manager.updater().changed(this);
            });
        }
    }

    /** Lets go without ending the rollout. */
    void stop() {
        RolloutEngine.Launched now = launched;
        if (now != null) {
            now.run().stop();
            now.source().close();
            now.router().close();
            journal.close();
        }
    }
}

package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.CanaryFailure;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * A step that waits for a rollout without holding a thread: everything happens on the manager's workers when the rollout
 * changes. After a restart it begins again from what it kept, and finds what it had done already.
 */
abstract class CanaryExecution extends StepExecution {
    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(CanaryExecution.class.getName());

    /** The cause of a build that was restarted from a stage. */
    protected static final Set<String> RESTARTED = Set.of("RestartDeclarativePipelineCause");

    private transient volatile boolean over;
    private transient volatile RolloutManager manager;
    private transient volatile LiveRollout followed;
    private transient volatile LiveRollout.Watcher watcher;
    private transient Object working;
    /** The rollout that the step is about, where it is about one and has found it. */
    private String id;

    private final CanaryStep step;

    CanaryExecution(StepContext context, CanaryStep step) {
        super(context);
        this.step = step;
    }

    @Override
    public boolean start() {
        begin();
        return false;
    }

    @Override
    public void onResume() {
        begin();
    }

    private void begin() {
        manager = RolloutManager.get();
        manager.work(() -> guarded(this::open));
    }

    /** Finds or begins what the step is about, and follows it. On a worker; called again after a restart. */
    protected abstract void open() throws Exception;

    /**
     * Looks at the rollout after something happened, and at least once; ends the step when it is time. On a worker, one
     * call at a time.
     */
    protected abstract void look(LiveRollout rollout, RolloutState state) throws Exception;

    interface Work {
        void run() throws Exception;
    }

    /** One at a time, under a lock of its own: the pipeline's thread must never wait for a worker. */
    private void guarded(Work work) {
        synchronized (working()) {
            if (!over) {
                attempt(work);
            }
        }
    }

    private synchronized Object working() {
        if (working == null) {
            working = new Object();
        }
        return working;
    }

    private void attempt(Work work) {
        try {
            work.run();
        } catch (Exception | LinkageError | ServiceConfigurationError e) {
            boolean interrupted = e instanceof InterruptedException;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (manager.isStopped()) {
                // Not the rollout's fault: the step begins again when the controller is back.
                LOGGER.log(Level.FINE, "The controller stops while a canary step works", e);
            } else {
                fail(interrupted ? new AbortException("interrupted by the controller's shutdown") : e);
            }
        }
    }

    protected final void follow(LiveRollout rollout) throws IOException, InterruptedException {
        id = rollout.id();
        TaskListener log = log();
        watcher = new LiveRollout.Watcher() {
            @Override
            public void changed(LiveRollout changed) {
                RolloutState state = changed.state();
                if (state != null) {
                    guarded(() -> {
                        mark(changed, state);
                        look(changed, state);
                    });
                } else if (!manager.isOpen(changed)) {
                    guarded(() -> {
                        unfollow();
                        open();
                    });
                }
            }

            @Override
            public TaskListener log() {
                return log;
            }
        };
        followed = rollout;
        rollout.watch(watcher);
    }

    /** Index of the phase whose gate the step waits for; {@link NodeMarks#NO_GATE} when it waits for the whole rollout. */
    protected int gate(RolloutState state) {
        return NodeMarks.NO_GATE;
    }

    /** Marks are for people who look at the graph: whether they can be kept decides nothing. */
    private void mark(LiveRollout rollout, RolloutState state) throws InterruptedException {
        try {
            new NodeMarks(getContext(), gate(state)).show(rollout, state);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "What graph views show of canary rollout " + rollout.id() + " is out of date", e);
        }
    }

    protected final void unfollow() {
        if (followed != null) {
            followed.unwatch(watcher);
        }
        followed = null;
    }

    /** Whether the step was stopped or has ended. */
    protected final boolean isOver() {
        return over;
    }

    protected final Run<?, ?> build() throws IOException, InterruptedException {
        return getContext().get(Run.class);
    }

    /** A line of the step's log about a rollout. */
    protected final void say(String rollout, String line) throws InterruptedException {
        say("[canary " + rollout + "] " + line);
    }

    /** A line of the step's log, and never more than one; none where there is no such log any more. */
    protected final void say(String line) throws InterruptedException {
        TaskListener log = log();
        if (log != null) {
            log.getLogger().println(line.replaceAll("\\R", " "));
        }
    }

    /** Null after a crash in which the step's end was written down and what the pipeline did then was not. */
    private TaskListener log() throws InterruptedException {
        try {
            return getContext().get(TaskListener.class);
        } catch (IOException finished) {
            return null;
        }
    }

    protected final LiveRollout followed() {
        return followed;
    }

    /** What the step knows by now is found again after a restart. */
    protected final void saveState() throws Exception {
        getContext().saveState().get(1, TimeUnit.MINUTES);
    }

    /** Follows the build's rollout of a name; after a restart the very one that the step followed before, however it ended. */
    protected final void openOne(String name, String function) throws Exception {
        Optional<RolloutRecord> ended = id == null ? endedBefore(name) : endedMeanwhile(id);
        if (ended.isPresent()) {
            if (id == null && Outcome.PROMOTED.name().equals(ended.get().getOutcome())) {
                say(ended.get().getName(), "Nothing to wait for: the rollout is promoted");
            }
            ended(ended.get());
            return;
        }
        Optional<LiveRollout> known = id == null ? Optional.empty() : manager.find(build(), id);
        LiveRollout rollout = known.isPresent() ? known.get() : openRollout(name, function);
        if (id == null) {
            id = rollout.id();
            saveState();
        }
        follow(rollout);
    }

    /** Ends the step when its rollout has begun. No gate has ended yet, so that no journal is read for test results. */
    protected final void begun(Serializable value) {
        if (close()) {
            getContext().onSuccess(value);
        }
    }

    protected final void succeed(Serializable value) {
        if (close()) {
            GateResults.addEnded(getContext(), rollouts());
            getContext().onSuccess(value);
        }
    }

    /** Ends the step, as its {@code onFail} says where that decides. */
    protected final void fail(Throwable cause) {
        Throwable end = cause;
        if (cause instanceof StepFailure failure && !over) {
            try {
                step.tolerate(failure, getContext());
                succeed(failure.value());
                return;
            } catch (IOException e) {
                end = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end = failure;
            }
        }
        if (close()) {
            GateResults.addEnded(getContext(), rollouts());
            getContext().onFailure(end);
        }
    }

    /** Ids of the rollouts that the step was about. */
    protected Collection<String> rollouts() {
        return id == null ? List.of() : List.of(id);
    }

    /** Ends the step, whose rollout is promoted or has ended. */
    protected final void ended(LiveRollout rollout) throws IOException, InterruptedException {
        ended(rollout.record(), () -> CanaryFailure.of(rollout), rollout::claimEnd);
    }

    /** The same for a rollout that ended while the controller was away. */
    protected final void ended(RolloutRecord record) throws IOException, InterruptedException {
        id = record.getId();
        ended(record, () -> CanaryFailure.of(record), record::claimEnd);
    }

    private void ended(RolloutRecord record, Supplier<CanaryFailure> failure, Runnable claimEnd)
            throws IOException, InterruptedException {
        if (Outcome.PROMOTED.name().equals(record.getOutcome())) {
            succeed(record.data());
            return;
        }
        claimEnd.run();
        fail(StepFailure.of(record, failure.get()));
    }

    /** The build's last rollout of a name, when none of that name is open and it has ended. */
    private Optional<RolloutRecord> endedBefore(String name) throws IOException, InterruptedException {
        boolean open = manager.openOf(build()).stream()
                .anyMatch(r -> name == null || r.name().equals(name));
        return open
                ? Optional.empty()
                : RolloutsAction.of(build()).flatMap(a -> a.last(name)).filter(RolloutRecord::isEnded);
    }

    /** The rollout that this step waited for before the controller stopped, when it has ended since. */
    protected final Optional<RolloutRecord> endedMeanwhile(String id) throws IOException, InterruptedException {
        return id == null || manager.find(build(), id).isPresent()
                ? Optional.empty()
                : RolloutsAction.find(build(), id).filter(RolloutRecord::isEnded);
    }

    /**
     * Asks for something, unless the rollout has ended or is being rolled back by now: another step, a person or an
     * abort rule was quicker, and the end that this step waits for is on its way.
     *
     * @throws CommandRefused for any other reason
     */
    protected final void command(LiveRollout rollout, Input.Command command) throws CommandRefused {
        try {
            rollout.command(command);
        } catch (CommandRefused e) {
            RolloutState now = rollout.state();
            if (now == null || !now.isEnded() && !now.isRollingBack()) {
                throw e;
            }
        }
    }

    /** Answers a gate that failed: where the pipeline leads, the engine leaves that to its steps. */
    protected final void rollBack(LiveRollout rollout, RolloutState state) throws CommandRefused {
        command(rollout, new Input.RollBack(null, state.failedGate()));
    }

    private synchronized boolean close() {
        if (over) {
            return false;
        }
        over = true;
        if (followed != null) {
            followed.unwatch(watcher);
        }
        return true;
    }

    @Override
    public void stop(Throwable cause) throws Exception {
        if (close()) {
            getContext().onFailure(cause);
        }
    }

    @Override
    public String getStatus() {
        LiveRollout rollout = followed;
        return rollout == null ? "looking for the rollout" : rollout.name() + ": " + rollout.headline();
    }

    /**
     * The open rollout that a step means.
     *
     * @param name null when the build has only one
     * @throws AbortException when there is none, or several; says what to do
     * @throws StepFailure when the rollout has ended already
     */
    protected final LiveRollout openRollout(String name, String function) throws IOException, InterruptedException {
        Run<?, ?> build = build();
        List<LiveRollout> open = manager.openOf(build).stream()
                .filter(r -> name == null || r.name().equals(name))
                .toList();
        if (open.size() > 1 && !open.stream().allMatch(LiveRollout::isPromoted)) {
            // What is only watched any more is not what a step is about.
            open = open.stream().filter(r -> !r.isPromoted()).toList();
        }
        if (open.size() == 1) {
            return open.get(0);
        }
        if (open.size() > 1) {
            throw new AbortException("this build has several open rollouts ("
                    + String.join(", ", open.stream().map(LiveRollout::name).toList())
                    + "): say which one with " + function + " rollout: '...'");
        }
        Optional<RolloutRecord> ended = RolloutsAction.of(build).flatMap(a -> a.last(name));
        if (ended.isPresent()) {
            ended.get().claimEnd();
            throw StepFailure.of(ended.get(), CanaryFailure.of(ended.get()));
        }
        String restarted = origin(build, RESTARTED)
                .map(origin -> ". " + origin
                        + ": it does not go on with that build's rollout; restart from the stage that runs"
                        + " canaryStart or canaryRollout")
                .orElse("");
        throw new AbortException((name == null ? "this build has no rollout" : "this build has no rollout " + name)
                + ": run canaryStart before " + function + restarted);
    }

    /**
     * Which build this one was made of, for people; empty when it was not.
     *
     * @param kinds simple names of causes, whose plugins need not be there
     */
    protected static Optional<String> origin(Run<?, ?> build, Set<String> kinds) {
        return build.getCauses().stream()
                .filter(cause -> kinds.contains(cause.getClass().getSimpleName()))
                .map(cause -> PlainText.line(cause.getShortDescription().replaceAll("<[^<>]*>", "")))
                .findFirst();
    }
}

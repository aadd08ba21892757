package io.jenkins.plugins.canary.rollouts;

import hudson.console.HyperlinkNote;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.engine.rollout.BlockingChecklist;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;

/** Carries what happens in a rollout into its build: the log, build.xml, the steps that wait, and the end. */
final class BuildUpdater {

    private static final Logger LOGGER = Logger.getLogger(BuildUpdater.class.getName());

    private static final long LOADING_MILLIS = 500;

    private final RolloutManager manager;
    private final SaveThrottle saves;

    BuildUpdater(RolloutManager manager) {
        this.manager = manager;
        this.saves = new SaveThrottle(manager::now, manager::later);
    }

    /** The controller stops: what was not saved yet is. */
    void close() {
        saves.close();
    }

    /** Called after anything but a tick, on a updater thread; for one rollout, one at a time. */
    void changed(LiveRollout rollout) {
        synchronized (rollout) {
            RolloutState state = rollout.state();
            if (state == null && !manager.isOpen(rollout)) {
                // It never began, and never will: who waits for it must not wait for ever.
                tell(rollout, () -> {});
            }
            if (state == null || state.started() == null) {
                return;
            }
            boolean promoted = state.isPromoted() && !state.isEnded();
            if (!promoted && state.position().everShifted() && !state.isEnded()) {
                // First of all: the watch over what is being replaced would take the shift for somebody else's.
                manager.supersede(rollout);
            }
            Run<?, ?> build = rollout.build();
            RolloutsAction.find(build, rollout.id()).ifPresent(r -> {
                narrate(rollout, build, r);
                waits(rollout, build, state);
                r.update(rollout.plan(), state);
                r.stopped(rollout.view().stopTimes());
                if (state.isEnded() && manager.isOpen(rollout)) {
                    // On disk before the rollout is no longer listed as open.
                    saves.now(build);
                } else {
                    saves.soon(build);
                }
            });
            if (promoted) {
                manager.promoted(rollout);
            }
            boolean first = state.isEnded() && manager.close(rollout);
            tell(rollout, first && taken(state) && build != null ? () -> deliver(rollout, build) : () -> {});
            if (first) {
                snapshot(rollout, build);
            }
        }
    }

    /** @param after runs when every step that waits has looked: one of them may have been about to end anyhow */
    private void tell(LiveRollout rollout, Runnable after) {
        List<LiveRollout.Watcher> watchers = List.copyOf(rollout.watchers());
        if (watchers.isEmpty()) {
            after.run();
            return;
        }
        AtomicInteger looking = new AtomicInteger(watchers.size());
        for (LiveRollout.Watcher watcher : watchers) {
            manager.work(() -> {
                try {
                    watcher.changed(rollout);
                } finally {
                    if (looking.decrementAndGet() == 0) {
                        after.run();
                    }
                }
            });
        }
    }

    static boolean taken(RolloutState state) {
        return state.ended().outcome() == Outcome.ROLLED_BACK || state.ended().outcome() == Outcome.FAILED;
    }

    private void narrate(LiveRollout rollout, Run<?, ?> build, RolloutRecord record) {
        TaskListener log = log(rollout, build);
        for (RolloutStatusResponse.EventRow event : rollout.view().eventsSince(record.narrated())) {
            if (log != null) {
                String by = event.by() == null ? "" : " (" + event.by() + ")";
                String link = event.kind().equals("approvalAsked") ? ": " + decision(build, rollout.id()) : "";
                say(log, rollout.name(), event.text() + by + link);
            }
            record.narrated(event.seq());
        }
    }

    /** One event, one line: a reason with line breaks must not pass for other lines of the log. */
    static void say(TaskListener log, String rollout, String line) {
        log.getLogger().println("[canary " + rollout + "] " + line.replaceAll("\\R", " "));
    }

    /** Leads to where the decision is made. */
    private static String decision(Run<?, ?> build, String rollout) {
        return HyperlinkNote.encodeTo("/" + build.getUrl() + "canary/" + rollout + "/", Messages.Approval_link());
    }

    /** Says which checklist is waited for, each time that this changes. */
    private static void waits(LiveRollout rollout, Run<?, ?> build, RolloutState state) {
        BlockingChecklist open = state.waitsFor(rollout.plan());
        String says = open == null ? null : open.says();
        TaskListener log = says == null || says.equals(rollout.waited()) ? null : log(rollout, build);
        if (log != null) {
            say(log, rollout.name(), "Waits for " + says);
        }
        rollout.waited(says);
    }

    private static TaskListener log(LiveRollout rollout, Run<?, ?> build) {
        return rollout.watchers().stream()
                .map(LiveRollout.Watcher::log)
                .filter(l -> l != null)
                .findFirst()
                .orElseGet(() -> buildLog(build));
    }

    /** The log of a pipeline that is doing something else; null when it has ended. */
    private static TaskListener buildLog(Run<?, ?> build) {
        if (!build.isBuilding() || !(build instanceof FlowExecutionOwner.Executable pipeline)) {
            return null;
        }
        FlowExecutionOwner owner = pipeline.asFlowExecutionOwner();
        try {
            return owner == null ? null : owner.getListener();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "no log for " + build, e);
            return null;
        }
    }

    private static void snapshot(LiveRollout rollout, Run<?, ?> build) {
        if (build == null) {
            return;
        }
        try {
            ViewStore.save(RolloutsAction.journal(build, rollout.id()), rollout.view());
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The view of " + rollout.id() + " is made from its journal when it is asked for", e);
        }
    }

    /**
     * Stops a pipeline in which no step has taken the end. Waits for one that is still being loaded; one that is
     * complete is left to {@link BuildEnds}, which finds the end unclaimed.
     */
    private void deliver(LiveRollout rollout, Run<?, ?> build) {
        FlowExecutionOwner owner = build.isBuilding() && build instanceof FlowExecutionOwner.Executable pipeline
                ? pipeline.asFlowExecutionOwner()
                : null;
        if (owner == null) {
            return;
        }
        FlowExecution execution = owner.getOrNull();
        if (execution == null) {
            manager.later(LOADING_MILLIS, () -> deliver(rollout, build));
        } else if (!execution.isComplete() && rollout.claimEnd()) {
            interrupt(build, execution, CanaryFailure.of(rollout));
        }
    }

    private static void interrupt(Run<?, ?> build, FlowExecution execution, CanaryFailure cause) {
        try {
            execution.interrupt(Result.FAILURE, cause);
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING, "The build " + build + " could not be stopped after its canary was rolled back", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

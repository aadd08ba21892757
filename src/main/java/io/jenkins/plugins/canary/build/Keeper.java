package io.jenkins.plugins.canary.build;

import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.Answer;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.io.IOException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;

/** Carries what happens in a rollout into its build: the log, build.xml, the steps that wait, and the end. */
final class Keeper {

    private static final Logger LOGGER = Logger.getLogger(Keeper.class.getName());

    private final Guard guard;

    Keeper(Guard guard) {
        this.guard = guard;
    }

    /** Called after anything but a tick, on a keeper thread; for one rollout, one at a time. */
    void changed(LiveRollout rollout) {
        synchronized (rollout) {
            RolloutState state = rollout.state();
            if (state == null || state.started() == null) {
                return;
            }
            Run<?, ?> build = rollout.build();
            Optional<RolloutRecord> record =
                    Optional.ofNullable(build).flatMap(RolloutsAction::of).flatMap(a -> a.find(rollout.id()));
            record.ifPresent(r -> {
                narrate(rollout, build, r);
                r.update(rollout.plan(), state);
                save(build);
            });
            boolean first = state.isEnded() && guard.close(rollout);
            rollout.watchers().forEach(w -> guard.work(() -> w.changed(rollout)));
            if (first) {
                snapshot(rollout, build);
                if (rollout.watchers().isEmpty() && taken(state) && build != null && rollout.claimEnd()) {
                    interrupt(build, CanaryFailure.of(rollout));
                }
            }
        }
    }

    private static boolean taken(RolloutState state) {
        return state.ended().outcome() == Outcome.ROLLED_BACK || state.ended().outcome() == Outcome.FAILED;
    }

    private void narrate(LiveRollout rollout, Run<?, ?> build, RolloutRecord record) {
        RolloutView view = rollout.view();
        Answer answer = view.answer(record.narrated(), -1, guard.now(), Person.reader(""), true, null);
        TaskListener log = rollout.watchers().stream()
                .map(LiveRollout.Watcher::log)
                .filter(l -> l != null)
                .findFirst()
                .orElseGet(() -> buildLog(build));
        for (Answer.EventRow event : answer.events()) {
            if (log != null) {
                // One event, one line: a reason with line breaks must not pass for other lines of the log.
                log.getLogger().println("[canary " + rollout.name() + "] "
                        + event.text().replaceAll("\\R", " ") + (event.by() == null ? "" : " (" + event.by() + ")")
                        + (event.kind().equals("approvalAsked") ? ": " + Approvals.link(build, rollout.id()) : ""));
            }
            record.narrated(event.seq());
        }
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

    private static void save(Run<?, ?> build) {
        try {
            build.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The state of a canary rollout is not in the build record of " + build
                    + "; its journal has it", e);
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

    private static void interrupt(Run<?, ?> build, CanaryFailure cause) {
        FlowExecutionOwner owner = build instanceof FlowExecutionOwner.Executable pipeline
                ? pipeline.asFlowExecutionOwner()
                : null;
        FlowExecution execution = owner == null ? null : owner.getOrNull();
        if (execution == null || execution.isComplete()) {
            return;
        }
        try {
            execution.interrupt(Result.FAILURE, cause);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The build " + build + " could not be stopped after its canary was rolled back", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

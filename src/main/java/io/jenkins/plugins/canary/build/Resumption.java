package io.jenkins.plugins.canary.build;

import hudson.model.Run;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.PlanException;
import io.jenkins.plugins.canary.engine.plan.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** Takes a rollout up again after the controller was away. Tries until it succeeds: a canary is not left alone. */
final class Resumption {

    private static final Logger LOGGER = Logger.getLogger(Resumption.class.getName());
    private static final long RETRY_MILLIS = 10_000;

    private final Guard guard;
    private final LiveRollout rollout;

    Resumption(Guard guard, LiveRollout rollout) {
        this.guard = guard;
        this.rollout = rollout;
    }

    void resume() {
        if (rollout.run() != null) {
            return;
        }
        try {
            attempt();
        } catch (IOException | PlanException | RolloutEngine.LaunchException | RuntimeException | LinkageError e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            if (!why.equals(rollout.problem())) {
                LOGGER.log(Level.SEVERE, "Canary rollout " + rollout.id() + " of " + rollout.entry().owner()
                        + " cannot be taken up again; it is tried every " + RETRY_MILLIS / 1000 + " s: "
                        + why, e);
            }
            rollout.problem(why);
            guard.later(RETRY_MILLIS, this::resume);
        }
    }

    private void attempt() throws IOException, PlanException, RolloutEngine.LaunchException {
        CanaryPlan plan = PlanReader.read(rollout.entry().plan());
        Run<?, ?> build = rollout.build();
        RolloutView view = new RolloutView(plan);
        Path file = build == null ? orphan() : RolloutsAction.journal(build, rollout.id());
        FileJournal journal = FileJournal.open(file, view::apply);
        try {
            if (view.state().started() == null && rollout.entry().promoted()) {
                LOGGER.log(Level.WARNING, "The build {0} was lost, and with it the watch over the version that it promoted,"
                        + " which stays", rollout.entry().owner());
                journal.close();
                guard.close(rollout);
                rollout.keep();
                return;
            }
            if (view.state().started() == null && build != null) {
                // Stopped after it was listed and before its first line: nothing was ever asked of the router.
                journal.close();
                guard.close(rollout);
                rollout.keep();
                return;
            }
            if (view.state().started() == null) {
                salvage(journal, view);
            }
            RolloutEngine.Launched launched =
                    guard.engine().open(guard.release(rollout.entry(), plan, build), view.state(), journal);
            rollout.launched(launched, journal, view);
        } catch (IOException | RolloutEngine.LaunchException | RuntimeException | LinkageError e) {
            journal.close();
            throw e;
        }
        boolean lost = build == null || !build.isBuilding();
        rollout.run().resume(lost ? new Input.OwnerGone(null, lost(build)) : null);
        rollout.keep();
    }

    static String lost(Run<?, ?> build) {
        return build == null ? "the build that owned the rollout is gone"
                : "the build ended with the rollout open" + (build.getResult() == null ? "" : " (" + build.getResult() + ")");
    }

    private Path orphan() {
        return Jenkins.get().getRootDir().toPath().resolve("canary/orphans").resolve(rollout.id() + ".jsonl");
    }

    /**
     * Build and journal are gone: nobody knows the weight, so the canary is taken to have been at the first phase's,
     * which makes the plan's {@code onBuildEnd} apply.
     */
    private void salvage(FileJournal journal, RolloutView view) throws IOException {
        OpenRollout entry = rollout.entry();
        long now = guard.now();
        List<RolloutEvent> events = List.of(
                new RolloutEvent.Started(now, entry.id(), entry.name(), entry.version(), entry.plan(), entry.drive(),
                        entry.owner(), entry.by(), Map.of()),
                new RolloutEvent.Warned(now, "The journal was lost together with the build: this one is a new one"),
                new RolloutEvent.ShiftIntended(now, 0, Weight.ZERO, view.plan().phases().get(0).weight()));
        journal.append(events);
        events.forEach(view::apply);
        LOGGER.log(Level.WARNING, "The build {0} was lost with an open canary rollout; its new journal is {1}",
                new Object[] {entry.owner(), orphan()});
    }
}

package io.jenkins.plugins.canary.rollouts;

import hudson.model.Run;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Journal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.JournalException.Trouble;
import io.jenkins.plugins.canary.engine.rollout.JournalRecovery;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.LaunchException;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Takes a rollout up again after the controller was away. Tries until it succeeds: a canary is not left alone. What cannot
 * be taken up is taken back instead, as far as the plan, the record and the router still tell how.
 */
final class RolloutResumer {

    private static final Logger LOGGER = Logger.getLogger(RolloutResumer.class.getName());
    private static final long RETRY_MILLIS = 10_000;

    /** After so many attempts nobody watches the canary for good, and the plan's {@code onBuildEnd} applies. */
    private static final int MOST_ATTEMPTS = 6;

    private final RolloutManager manager;
    private final LiveRollout rollout;
    private final AtomicBoolean retryDue = new AtomicBoolean();
    private int failed;

    RolloutResumer(RolloutManager manager, LiveRollout rollout) {
        this.manager = manager;
        this.rollout = rollout;
    }

    /** Blocks on the router. */
    synchronized void resume() {
        if (rollout.run() != null || !manager.isOpen(rollout) || manager.isStopped()) {
            return;
        }
        try {
            attempt();
        } catch (IOException | LaunchException | RuntimeException | LinkageError e) {
            String why = words(e);
            if (!why.equals(rollout.problem())) {
                LOGGER.log(
                        Level.SEVERE,
                        "Canary rollout " + rollout.id() + " of "
                                + rollout.entry().owner()
                                + " cannot be taken up again; it is tried every " + RETRY_MILLIS / 1000 + " s: "
                                + why,
                        e);
            }
            rollout.problem(why);
            if (retryDue.compareAndSet(false, true)) {
                manager.later(RETRY_MILLIS, () -> {
                    retryDue.set(false);
                    resume();
                });
            }
        }
    }

    private static String words(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private void attempt() throws IOException, LaunchException {
        Run<?, ?> build = rollout.build();
        Input.RollBack order = rollout.ordered();
        if (build == null && !rollout.entry().promoted()) {
            takeBack(null, lost(null), order);
            return;
        }
        try {
            takeUp(build, order);
        } catch (IOException | LaunchException | RuntimeException e) {
            boolean gone =
                    e instanceof JournalException j && (j.trouble() == Trouble.MISSING || j.trouble() == Trouble.EMPTY);
            if (++failed < MOST_ATTEMPTS && order == null && !gone) {
                throw e;
            }
            takeBack(build, words(e), order);
        }
    }

    /** With all that a rollout needs. */
    private void takeUp(Run<?, ?> build, Input.RollBack order) throws IOException, LaunchException {
        CanaryPlan plan = plan();
        RolloutView view = new RolloutView(plan);
        FileJournal journal = FileJournal.open(file(build), view::apply);
        try {
            if (view.state().started() == null) {
                journal.close();
                withoutJournal(build, plan, order);
                return;
            }
            RolloutEngine.Launched launched =
                    manager.engine().open(manager.release(rollout.entry(), plan, build), view.state(), journal);
            rollout.launched(launched, journal, view);
        } catch (IOException | LaunchException | RuntimeException | LinkageError e) {
            journal.close();
            throw e;
        }
        boolean gone = build == null || !build.isBuilding();
        rollout.run().resume(order != null ? order : gone ? new Input.OwnerGone(null, lost(build)) : null);
        rollout.keep();
    }

    /** Neither a missing journal nor an empty one tells whether the rollout had begun: the record and the router do. */
    private void withoutJournal(Run<?, ?> build, CanaryPlan plan, Input.RollBack order)
            throws IOException, LaunchException {
        if (rollout.entry().promoted() && order == null) {
            LOGGER.log(
                    Level.WARNING,
                    "The journal of canary rollout {0} of {1} was lost, and with it the watch over the"
                            + " version that it promoted, which stays",
                    new Object[] {rollout.id(), rollout.entry().owner()});
            close(
                    build,
                    Outcome.PROMOTED,
                    "the journal was lost after the promotion: the version stays, and nobody watches it");
            return;
        }
        boolean recorded = record(build).map(RolloutRecord::hasBegun).orElse(false);
        if (!recorded
                && order == null
                && manager.engine()
                        .look(manager.release(rollout.entry(), plan, build))
                        .isClear()) {
            // Stopped after it was listed and before its first line: nothing was ever asked of the router.
            close(build, null, null);
            return;
        }
        takeBack(build, "its file is missing or empty", order);
    }

    /**
     * Takes the canary out of traffic without watching it, or leaves it where the plan says so; without a journal by the
     * plan and by what the router reports.
     *
     * @param why the rollout cannot be taken up
     * @param order a person's; null for the plan's {@code onBuildEnd}
     */
    private void takeBack(Run<?, ?> build, String why, Input.RollBack order) throws IOException, LaunchException {
        CanaryPlan plan = plan();
        RolloutEngine.Release release = manager.release(rollout.entry(), plan, build);
        RolloutView view = new RolloutView(plan);
        Journal journal = usable(build, view);
        if (journal == null) {
            Observation seen = manager.engine().look(release);
            if (seen.promoted() && order == null) {
                close(
                        build,
                        Outcome.PROMOTED,
                        "the journal was lost (" + why + "), and the router reports that the version is"
                                + " promoted: it stays, and nobody watches it");
                return;
            }
            view = new RolloutView(plan);
            journal = anew(
                    file(build),
                    why + "; the router reports " + seen.extra().label(seen.weight()) + " for the canary",
                    fate(plan, seen, order),
                    view);
        }
        RolloutEngine.Launched launched;
        try {
            launched = manager.engine()
                    .openForRollBack(release, view.state(), journal, "nobody watches this rollout any more: " + why);
        } catch (LaunchException | RuntimeException | LinkageError e) {
            journal.close();
            throw e;
        }
        LOGGER.log(Level.WARNING, "Canary rollout {0} of {1} is not watched any more, and is ended: {2}", new Object[] {
            rollout.id(), rollout.entry().owner(), why
        });
        rollout.launched(launched, journal, view);
        rollout.run().resume(order != null ? order : new Input.OwnerGone(null, why));
        rollout.keep();
    }

    /** Null when there is no journal, or it cannot be used. */
    private Journal usable(Run<?, ?> build, RolloutView view) {
        try {
            FileJournal journal = FileJournal.open(file(build), view::apply);
            if (view.state().started() != null) {
                return journal;
            }
            journal.close();
        } catch (JournalException | RuntimeException damaged) {
            LOGGER.log(Level.FINE, "A new journal takes the place of a damaged one", damaged);
        }
        return null;
    }

    /**
     * What becomes of a rollout of which nobody knows the gates that it passed.
     *
     * @param order a person's; null for the plan's {@code onBuildEnd}
     */
    private Function<String, RolloutEvent> fate(CanaryPlan plan, Observation seen, Input.RollBack order) {
        long now = manager.now();
        if (order != null) {
            return loss -> new RolloutEvent.RollbackIntended(now, order.reason(), null, order.by());
        }
        return plan.timing().onBuildEnd() == OnBuildEnd.HOLD
                ? loss -> new RolloutEvent.Ended(now, Outcome.HELD, "the journal was lost: " + loss, seen.weight())
                : loss -> new RolloutEvent.RollbackIntended(now, "the journal was lost: " + loss, null, null);
    }

    /** A disk that takes no new journal keeps nobody from a roll back. */
    private Journal anew(Path file, String loss, Function<String, RolloutEvent> fate, RolloutView view) {
        OpenRollout entry = rollout.entry();
        RolloutEvent.Started started = new RolloutEvent.Started(
                manager.now(),
                entry.id(),
                entry.name(),
                entry.version(),
                view.plan().text(),
                entry.mode(),
                entry.owner(),
                entry.by(),
                Map.of());
        try {
            JournalRecovery.replace(file, started, loss, fate.apply(loss));
            return FileJournal.open(file, view::apply);
        } catch (JournalException e) {
            LOGGER.log(Level.SEVERE, "Canary rollout " + entry.id() + " is taken back without a journal", e);
            JournalRecovery.ending(started, loss, null, fate.apply(loss)).forEach(view::apply);
            return events -> {};
        }
    }

    /** The entry's plan; when that cannot be read, the one that the journal began with. */
    private CanaryPlan plan() throws IOException {
        CanaryPlan plan = rollout.planned();
        if (plan != null) {
            return plan;
        }
        RolloutEvent.Started began = JournalRecovery.began(file(rollout.build()));
        try {
            if (began != null) {
                return PlanReader.read(began.plan());
            }
        } catch (PlanException e) {
            throw new IOException("the plan of the rollout cannot be read any more: " + e.getMessage(), e);
        }
        throw new IOException(
                "the plan of the rollout is lost, and so nobody knows its router: set the weight by hand, then"
                        + " remove the file " + rollout.id() + ".json from canary/open in Jenkins' home");
    }

    static String lost(Run<?, ?> build) {
        return build == null
                ? "the build that owned the rollout is gone"
                : "the build ended with the rollout open"
                        + (build.getResult() == null ? "" : " (" + build.getResult() + ")");
    }

    private Path file(Run<?, ?> build) {
        return build != null
                ? RolloutsAction.journal(build, rollout.id())
                : Jenkins.get().getRootDir().toPath().resolve("canary/orphans").resolve(rollout.id() + ".jsonl");
    }

    private Optional<RolloutRecord> record(Run<?, ?> build) {
        return RolloutsAction.find(build, rollout.id());
    }

    /** @param outcome null when it never began: its step, if it still runs, begins it anew */
    private void close(Run<?, ?> build, Outcome outcome, String reason) throws IOException {
        Optional<RolloutRecord> record = outcome == null ? Optional.empty() : record(build);
        if (record.isPresent()) {
            record.get().close(outcome, reason, manager.now());
            build.save();
        }
        manager.close(rollout);
        rollout.keep();
    }
}

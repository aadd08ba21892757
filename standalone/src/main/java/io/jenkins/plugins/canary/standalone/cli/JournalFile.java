package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.JournalRecovery;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The journal of the rollout that the command line runs. An open rollout found in it is gone on with, under the plan
 * that it began with; an ended one is put aside under its own id.
 *
 * @param view what the open rollout came to so far; without events for a new one, under the given plan
 */
record JournalFile(FileJournal journal, RolloutView view) {

    /** The file that is named, or the plan's own beside it. */
    static Path place(Path named, Path planFile, CanaryPlan plan) {
        return named != null
                ? named
                : planFile.toAbsolutePath().resolveSibling(".canary").resolve(plan.name() + ".jsonl");
    }

    /**
     * @param version the one that an open rollout has to be of; null for any
     */
    static JournalFile open(Path file, CanaryPlan given, String version) throws Failure {
        ViewBuilder fold = new ViewBuilder(started -> plan(file, started));
        FileJournal journal = null;
        boolean kept = false;
        RolloutView view;
        try {
            journal = FileJournal.open(file, fold);
            view = journal.seq() == 0 ? new RolloutView(given) : fold.view();
            if (view == null) {
                throw new IOException("the journal " + file + " does not start with the start of a rollout: "
                        + "name another file with --journal, or move it away to start a new rollout");
            }
            if (!view.state().isEnded()) {
                if (view.seq() > 0) {
                    mustBe(version, view.state().started().version(), file);
                }
                kept = true;
                return new JournalFile(journal, view);
            }
        } catch (IOException e) {
            boolean lost = e instanceof JournalException j && j.isLost();
            throw Failure.infrastructure(
                    e.getMessage()
                            + (lost
                                    ? ": write canary traffic PLAN rollback, which takes the canary out of traffic,"
                                            + " keeps the old file beside the new one and lets the next release begin"
                                    : ""),
                    e);
        } finally {
            if (journal != null && !kept) {
                journal.close();
            }
        }
        aside(file, view.state().started().rollout());
        return open(file, given, version);
    }

    /**
     * A new journal in place of a lost one, in which the rollout is being rolled back.
     *
     * @param known the rollout's beginning, where the old journal does not tell it
     */
    static JournalFile recover(Path file, CanaryPlan given, RolloutEvent.Started known, String by, String loss)
            throws Failure {
        RolloutEvent.Started began = JournalRecovery.began(file);
        RolloutEvent.Started started = began == null
                ? known
                : new RolloutEvent.Started(
                        known.at(),
                        began.rollout(),
                        began.name(),
                        began.version(),
                        given.text(),
                        began.mode(),
                        began.owner(),
                        began.by(),
                        Map.of());
        try {
            JournalRecovery.replace(file, started, loss, JournalRecovery.rollBack(started, loss, by));
        } catch (JournalException e) {
            throw Failure.infrastructure(e.getMessage(), e);
        }
        return open(file, given, null);
    }

    private static CanaryPlan plan(Path file, RolloutEvent.Started started) throws IOException {
        try {
            return PlanReader.read(started.plan());
        } catch (PlanException e) {
            throw new IOException(
                    "the plan in the journal " + file
                            + " was written by another version of canary that this one cannot read: finish the rollout"
                            + " with the version that started it, or move the journal away to start"
                            + " a new rollout; " + e.getMessage(),
                    e);
        }
    }

    private static void mustBe(String version, String open, Path file) throws Failure {
        if (version != null && !open.equals(version)) {
            throw Failure.usage("a rollout of " + open + " is still open in " + file + ": finish it with --version "
                    + open + " before " + version + " can start");
        }
    }

    private static void aside(Path file, String rollout) throws Failure {
        Path to = file.resolveSibling(rollout + ".jsonl");
        try {
            FileJournal.move(file, to);
        } catch (IOException e) {
            throw Failure.infrastructure(
                    "the journal of the last rollout cannot be renamed to " + to + ": " + e.getMessage());
        }
    }

    boolean resumes() {
        return view.seq() > 0;
    }

    RolloutEvent.Started started() {
        return view.state().started();
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.PlanException;
import io.jenkins.plugins.canary.engine.plan.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The journal of the rollout that the command line runs. An open rollout found in it is gone on with, under the plan
 * that it began with; an ended one is put aside under its own id.
 *
 * @param plan of the open rollout; the given one when there is none
 * @param events of the open rollout; none for a new one
 */
record JournalFile(FileJournal journal, CanaryPlan plan, List<RolloutEvent> events) {

    /**
     * @param version the one that an open rollout has to be of; null for any
     */
    static JournalFile open(Path file, CanaryPlan given, String version) throws Failure {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal journal;
        try {
            journal = FileJournal.open(file, events::add);
        } catch (JournalException e) {
            throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
        }
        if (events.isEmpty()) {
            return new JournalFile(journal, given, events);
        }
        boolean kept = false;
        try {
            CanaryPlan plan = plan(file, events.get(0));
            if (!RolloutState.of(plan, events).isEnded()) {
                mustBe(version, ((RolloutEvent.Started) events.get(0)).version(), file);
                kept = true;
                return new JournalFile(journal, plan, events);
            }
        } finally {
            if (!kept) {
                journal.close();
            }
        }
        aside(file, ((RolloutEvent.Started) events.get(0)).rollout());
        return open(file, given, version);
    }

    private static CanaryPlan plan(Path file, RolloutEvent first) throws Failure {
        if (!(first instanceof RolloutEvent.Started started)) {
            throw new Failure(Exit.INFRASTRUCTURE, "the journal " + file + " does not begin with the start of a rollout: "
                    + "name another one with --journal, or move it away to start anew");
        }
        try {
            return PlanReader.read(started.plan());
        } catch (PlanException e) {
            throw new Failure(Exit.INFRASTRUCTURE, "the plan in the journal " + file
                    + " is not one that this version of canary understands: finish the rollout with the version that "
                    + "began it, or move the journal away to start anew; " + e.getMessage());
        }
    }

    private static void mustBe(String version, String open, Path file) throws Failure {
        if (version != null && !open.equals(version)) {
            throw new Failure(Exit.USAGE, "a rollout of " + open + " is still open in " + file
                    + ": finish it with --version " + open + " before " + version + " can start");
        }
    }

    private static void aside(Path file, String rollout) throws Failure {
        Path to = file.resolveSibling(rollout + ".jsonl");
        try {
            Files.move(file, to);
        } catch (IOException e) {
            throw new Failure(Exit.INFRASTRUCTURE,
                    "the journal of the last rollout cannot be put aside as " + to + ": " + e.getMessage());
        }
    }

    boolean resumes() {
        return !events.isEmpty();
    }

    RolloutEvent.Started started() {
        return (RolloutEvent.Started) events.get(0);
    }
}

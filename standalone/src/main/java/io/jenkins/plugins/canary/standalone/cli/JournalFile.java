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

    static JournalFile open(Path file, CanaryPlan given, String version) throws Failure {
        List<RolloutEvent> events = new ArrayList<>();
        try {
            FileJournal journal = FileJournal.open(file, events::add);
            if (events.isEmpty()) {
                return new JournalFile(journal, given, events);
            }
            RolloutEvent.Started started = (RolloutEvent.Started) events.get(0);
            CanaryPlan plan = PlanReader.read(started.plan());
            if (RolloutState.of(plan, events).isEnded()) {
                journal.close();
                aside(file, started.rollout());
                return open(file, given, version);
            }
            if (!started.version().equals(version)) {
                journal.close();
                throw new Failure(Exit.USAGE, "a rollout of " + started.version() + " is still open in " + file
                        + ": finish it with --version " + started.version() + " before " + version + " can start");
            }
            return new JournalFile(journal, plan, events);
        } catch (JournalException e) {
            throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
        } catch (PlanException e) {
            throw new Failure(Exit.INFRASTRUCTURE, "the plan in the journal " + file
                    + " is not one that this version understands: " + e.getMessage());
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

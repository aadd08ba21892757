package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What to do when the journal of an open rollout is missing or damaged. The plan and what the router itself reports are
 * enough to take the canary back, and for nothing else: nobody knows which gates it had passed.
 *
 * @param file where the journal was, or should have been
 * @param why it cannot be used, for people
 */
public record LostJournal(Path file, String why) {

    /**
     * Begins a new journal in the place of the lost one, from which the rollout can be rolled back. What is left of the lost
     * one stays beside it.
     *
     * @param started as it would have been the first line
     * @param seen what the router reports
     * @param order a person's; null when nobody gave one, so that the plan's {@code onBuildEnd} applies
     * @param each gets every event of the new journal
     * @throws JournalException when there is no room for a new one either
     */
    public FileJournal replace(RolloutEvent.Started started, CanaryPlan plan, Observation seen, Input.RollBack order,
            Consumer<RolloutEvent> each) throws JournalException {
        Path kept = setAside(started.at());
        FileJournal journal = FileJournal.open(file, event -> {
            throw new IllegalStateException("a new journal has no events");
        });
        try {
            List<RolloutEvent> events = events(started, plan, seen, order, kept);
            journal.append(events);
            events.forEach(each);
            return journal;
        } catch (JournalException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** The same without a file, for a disk that takes none: a roll back does not wait for it. */
    public Journal inMemory(RolloutEvent.Started started, CanaryPlan plan, Observation seen, Input.RollBack order,
            Consumer<RolloutEvent> each) {
        events(started, plan, seen, order, null).forEach(each);
        return events -> { };
    }

    /** Ends with what becomes of it, so that whoever finds the new journal after a crash goes on with that. */
    private List<RolloutEvent> events(RolloutEvent.Started started, CanaryPlan plan, Observation seen, Input.RollBack order,
            Path kept) {
        long at = started.at();
        int phase = phase(plan, seen.weight());
        return List.of(started,
                new RolloutEvent.Warned(at, "The journal is lost (" + why + "): this is a new one"
                        + (kept == null ? "" : ", what is left of the old one is in " + kept.getFileName())
                        + ". The router reports " + seen.weight() + " for the canary; it can be rolled back by the plan and"
                        + " by what the router reports"),
                new RolloutEvent.ShiftIntended(at, phase, Weight.ZERO, seen.weight()),
                new RolloutEvent.ShiftApplied(at, phase, seen.weight(), null),
                fate(at, plan, seen, order));
    }

    private RolloutEvent fate(long at, CanaryPlan plan, Observation seen, Input.RollBack order) {
        if (order != null) {
            return new RolloutEvent.RollbackIntended(at, order.reason(), null, order.by());
        }
        String reason = "the journal is lost (" + why + "), and nobody knows which gates had passed";
        return plan.onBuildEnd() == OnBuildEnd.HOLD
                ? new RolloutEvent.Ended(at, Outcome.HELD, reason, seen.weight())
                : new RolloutEvent.RollbackIntended(at, reason, null, null);
    }

    /** The last phase that does not want more than there is. */
    private static int phase(CanaryPlan plan, Weight weight) {
        int found = 0;
        for (int i = 0; i < plan.phases().size(); i++) {
            if (plan.phases().get(i).weight().compareTo(weight) <= 0) {
                found = i;
            }
        }
        return found;
    }

    /** @return where what was left is kept; null when nothing was */
    private Path setAside(long at) throws JournalException {
        try {
            if (Files.notExists(file) || Files.size(file) == 0) {
                Files.deleteIfExists(file);
                return null;
            }
            Path kept = file.resolveSibling(file.getFileName() + ".damaged-" + at);
            return Files.move(file, kept);
        } catch (IOException e) {
            throw new JournalException("the damaged journal " + file + " cannot be moved away: " + e.getMessage(), e);
        }
    }
}

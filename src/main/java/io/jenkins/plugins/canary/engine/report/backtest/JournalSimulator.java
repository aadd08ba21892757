package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.Measured;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.PolicySimulator;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether an earlier rollout would have ended the same under a plan: its own readings, decided on again. */
public final class JournalSimulator {

    private JournalSimulator() {}

    /**
     * @param was how it ended; null when it did not
     * @param would how it would have ended; null when its readings end before that
     */
    public record Answer(String rollout, Outcome was, String wasReason, Outcome would, String wouldReason) {

        public boolean same() {
            return was == would;
        }

        /** In one line, for people. */
        public String line() {
            String both =
                    rollout + ": was " + was + " (" + wasReason + "), would be " + would + " (" + wouldReason + ")";
            return both + (same() ? "" : "  <-- differs");
        }
    }

    /** @throws JournalException when the file is no journal, or was edited */
    public static Answer of(Path file, CanaryPlan plan) throws JournalException {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(file, events::add);
        String rollout = file.toString();
        PolicySimulator replay = null;
        RolloutEvent.Ended ended = null;
        for (RolloutEvent event : events) {
            if (event instanceof RolloutEvent.Started e) {
                rollout = e.rollout();
            } else if (event instanceof RolloutEvent.ShiftApplied e && replay == null) {
                replay = new PolicySimulator(plan, e.at());
            } else if (event instanceof RolloutEvent.Ticked e && replay != null) {
                Duration counted = e.countedMillis() == null ? null : Duration.ofMillis(e.countedMillis());
                replay.tick(e.at(), Measured.readings(e.readings()), counted);
            } else if (event instanceof RolloutEvent.Ended e) {
                ended = e;
            }
        }
        Outcome was = ended == null ? null : ended.outcome();
        String wasReason = ended == null ? "it did not end" : ended.reason();
        if (replay == null || !replay.over()) {
            return new Answer(rollout, was, wasReason, null, "its readings end before a decision");
        }
        return replay.promoted()
                ? new Answer(rollout, was, wasReason, Outcome.PROMOTED, "every phase passed")
                : new Answer(rollout, was, wasReason, Outcome.ROLLED_BACK, replay.reason());
    }
}

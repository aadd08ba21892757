package io.jenkins.plugins.canary.engine.report.cost;

import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.view.StopTimes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a history keeps of a rollout that has ended. Times are milliseconds, points since the epoch.
 *
 * @param detectMillis see {@link StopTimes}; -1 when unknown
 * @param restoreMillis see {@link StopTimes}; -1 when unknown
 */
public record PastRollout(
        String name,
        String version,
        long startedAt,
        long endedAt,
        Outcome outcome,
        long detectMillis,
        long restoreMillis) {

    /**
     * @return empty when the rollout is still open, never began, or was abandoned: it tells nothing of the release
     * @throws JournalException when the journal cannot be read or is damaged
     */
    public static Optional<PastRollout> read(Path journal) throws JournalException {
        StopTimes times = new StopTimes();
        RolloutEvent.Started[] started = {null};
        RolloutEvent.Ended[] ended = {null};
        FileJournal.read(journal, event -> {
            times.follow(event);
            if (event instanceof RolloutEvent.Started e) {
                started[0] = e;
            } else if (event instanceof RolloutEvent.Ended e) {
                ended[0] = e;
            }
        });
        return started[0] == null || ended[0] == null || times.abandoned()
                ? Optional.empty()
                : Optional.of(new PastRollout(
                        started[0].name(),
                        started[0].version(),
                        started[0].at(),
                        ended[0].at(),
                        ended[0].outcome(),
                        times.detectMillis(),
                        times.restoreMillis()));
    }
}
